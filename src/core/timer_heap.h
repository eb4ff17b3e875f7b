/*
 * A binary heap of due times, earliest first. Each entry belongs to a struct of the caller's. That
 * struct holds the entry's slot in the heap, so that the entry can be removed from the middle.
 *
 * Threads: one thread at a time per heap.
 */
#ifndef BAKEOFF_CORE_TIMER_HEAP_H
#define BAKEOFF_CORE_TIMER_HEAP_H

#include <stddef.h>
#include <stdint.h>

typedef struct bko__timer_heap_entry {
    int64_t due_ns;
    uint64_t order; /* insertion number: entries with the same time leave in this order */
    size_t *slot;   /* borrowed: the slot in the caller's struct */
} bko__timer_heap_entry;

/* All zero is an empty heap. */
typedef struct bko__timer_heap {
    bko__timer_heap_entry *entries; /* owned; slot n is entries[n - 1] */
    size_t length, capacity;
    uint64_t pushed; /* insertions so far: the next entry's order */
} bko__timer_heap;

/* The earliest entry, borrowed until the heap changes; NULL if the heap is empty. */
const bko__timer_heap_entry *bko__timer_heap_first(const bko__timer_heap *heap);

/* Adds a due time. *slot must be 0 before; the heap uses it until the entry has left. BKO_ENOMEM:
 * nothing was added. */
int bko__timer_heap_push(bko__timer_heap *heap, int64_t due_ns, size_t *slot);

/* Removes the entry with this slot and sets the slot to 0. Does nothing if the slot is 0
 * already. */
void bko__timer_heap_remove(bko__timer_heap *heap, size_t *slot);

/* Removes all entries and frees the heap's memory. */
void bko__timer_heap_clear(bko__timer_heap *heap);

#endif

/*
 * Moments, the earliest first: a binary heap of due times. Each entry belongs to a struct of the caller's, which
 * contains one word, its slot in the heap, so that the entry can be removed from the middle.
 *
 * Threads: a heap belongs to one thread at a time.
 */
#ifndef BAKEOFF_CORE_HEAP_H
#define BAKEOFF_CORE_HEAP_H

#include <stddef.h>
#include <stdint.h>

typedef struct bko__heap_entry {
    int64_t due_ns;
    uint64_t order; /* when it was pushed: entries of the same time leave in this order */
    size_t *slot;   /* borrowed: the caller's word */
} bko__heap_entry;

/* All zero is an empty heap. */
typedef struct bko__heap {
    bko__heap_entry *entries; /* owned; slot n is entries[n - 1] */
    size_t length, capacity;
    uint64_t pushed; /* so far: the next entry's order */
} bko__heap;

/* The earliest entry, borrowed until the heap changes; NULL when it is empty. */
const bko__heap_entry *bko__heap_first(const bko__heap *heap);

/* Adds a moment. *slot, 0 before, is the heap's until the entry has left. BKO_ENOMEM: nothing was added. */
int bko__heap_push(bko__heap *heap, int64_t due_ns, size_t *slot);

/* Removes the entry with this slot, which becomes 0. A slot that is 0 already is left alone. */
void bko__heap_remove(bko__heap *heap, size_t *slot);

/* Removes all entries and frees the heap's memory. */
void bko__heap_clear(bko__heap *heap);

#endif

/* See core/timer_heap.h. The parent of slot n is n / 2, its children are 2n and 2n + 1. */
#include "core/timer_heap.h"

#include <stdbool.h>
#include <stdlib.h>

#include "bakeoff/error.h"

enum { FIRST_CAPACITY = 64 };

static bool is_before(const bko__timer_heap_entry *a, const bko__timer_heap_entry *b) {
    return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->order < b->order;
}

static bko__timer_heap_entry *at(const bko__timer_heap *heap, size_t slot) {
    return &heap->entries[slot - 1];
}

static void put(bko__timer_heap *heap, size_t slot, const bko__timer_heap_entry *entry) {
    *at(heap, slot) = *entry;
    *entry->slot = slot;
}

/* Puts `entry` into the free slot `slot` or above it. */
static void sift_up(bko__timer_heap *heap, size_t slot, const bko__timer_heap_entry *entry) {
    while (slot > 1 && is_before(entry, at(heap, slot / 2))) {
        put(heap, slot, at(heap, slot / 2));
        slot /= 2;
    }
    put(heap, slot, entry);
}

/* Puts `entry` into the free slot `slot` or below it. */
static void sift_down(bko__timer_heap *heap, size_t slot, const bko__timer_heap_entry *entry) {
    for (size_t child = 2 * slot; child <= heap->length; child = 2 * slot) {
        if (child < heap->length && is_before(at(heap, child + 1), at(heap, child))) {
            child++;
        }
        if (!is_before(at(heap, child), entry)) {
            break;
        }
        put(heap, slot, at(heap, child));
        slot = child;
    }
    put(heap, slot, entry);
}

static int grow(bko__timer_heap *heap) {
    size_t capacity = heap->capacity > 0 ? 2 * heap->capacity : FIRST_CAPACITY;
    bko__timer_heap_entry *entries = realloc(heap->entries, capacity * sizeof *entries);
    if (entries == NULL) {
        return BKO_ENOMEM;
    }
    heap->entries = entries;
    heap->capacity = capacity;
    return BKO_OK;
}

const bko__timer_heap_entry *bko__timer_heap_first(const bko__timer_heap *heap) {
    return heap->length > 0 ? heap->entries : NULL;
}

int bko__timer_heap_push(bko__timer_heap *heap, int64_t due_ns, size_t *slot) {
    if (heap->length == heap->capacity && grow(heap) != BKO_OK) {
        return BKO_ENOMEM;
    }
    bko__timer_heap_entry entry = {.due_ns = due_ns, .order = heap->pushed++, .slot = slot};
    sift_up(heap, ++heap->length, &entry);
    return BKO_OK;
}

void bko__timer_heap_remove(bko__timer_heap *heap, size_t *slot) {
    size_t freed = *slot;
    if (freed == 0) {
        return;
    }
    *slot = 0;
    bko__timer_heap_entry last = *at(heap, heap->length--);
    if (last.slot == slot) {
        return;
    }
    if (freed > 1 && is_before(&last, at(heap, freed / 2))) {
        sift_up(heap, freed, &last);
    } else {
        sift_down(heap, freed, &last);
    }
}

void bko__timer_heap_clear(bko__timer_heap *heap) {
    for (size_t i = 0; i < heap->length; i++) {
        *heap->entries[i].slot = 0;
    }
    free(heap->entries);
    *heap = (bko__timer_heap){0};
}

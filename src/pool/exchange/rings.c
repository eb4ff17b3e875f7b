/* The two rings. See pool/exchange/exchange.h. */
#include <string.h>
#include <sys/mman.h>

#include "pool/exchange/exchange.h"

enum { TASK_ALIGN = 16 };

void bko__ring_write(unsigned char *ring, uint64_t capacity, uint64_t at, const void *data,
                     size_t size) {
    uint64_t offset = at & (capacity - 1);
    size_t first = size <= capacity - offset ? size : (size_t)(capacity - offset);
    if (size > 0) {
        memcpy(ring + offset, data, first);
        memcpy(ring, (const unsigned char *)data + first, size - first);
    }
}

void bko__ring_read(const unsigned char *ring, uint64_t capacity, uint64_t at, void *out,
                    size_t size) {
    uint64_t offset = at & (capacity - 1);
    size_t first = size <= capacity - offset ? size : (size_t)(capacity - offset);
    if (size > 0) {
        memcpy(out, ring + offset, first);
        memcpy((unsigned char *)out + first, ring, size - first);
    }
}

/* --- tasks ---------------------------------------------------------------------------------------- */

uint64_t bko__task_frame_bytes(size_t size) {
    return sizeof(bko__task_frame) + ((uint64_t)size + TASK_ALIGN - 1) / TASK_ALIGN * TASK_ALIGN;
}

/* A worker sets `hold` before it moves the head, so we read the head first. */
static uint64_t free_position(bko__exchange *x) {
    uint64_t free = atomic_load_explicit(&x->shared->task_head, memory_order_acquire);
    for (unsigned i = 0; i < x->shared->workers; i++) {
        uint64_t hold = atomic_load_explicit(&x->slots[i].hold, memory_order_acquire);
        if (hold != 0 && hold - 1 < free) {
            free = hold - 1;
        }
    }
    return free;
}

/* Only while the ring is empty: workers read the capacity only after the tail has moved. */
static void set_capacity(bko__exchange *x, bko__producer *producer, uint64_t capacity) {
    uint64_t base = x->shared->task_base;
    if (capacity < producer->capacity) { /* the pages above are no longer needed */
        madvise(x->tasks + base, producer->capacity - base,
                x->processes ? MADV_REMOVE : MADV_DONTNEED);
    }
    producer->capacity = capacity;
    atomic_store_explicit(&x->shared->task_capacity, capacity, memory_order_relaxed);
}

static bool has_room(const bko__producer *producer, uint64_t total) {
    return producer->tail + total - producer->free <= producer->capacity;
}

static bool make_room(bko__exchange *x, bko__producer *producer, uint64_t total) {
    if (has_room(producer, total)) {
        return true;
    }
    producer->free = free_position(x);
    if (has_room(producer, total)) {
        return true;
    }
    if (producer->free != producer->tail) {
        return false;
    }
    uint64_t capacity = producer->capacity;
    while (capacity < total) {
        capacity *= 2;
    }
    set_capacity(x, producer, capacity);
    return true;
}

bool bko__tasks_put(bko__exchange *x, bko__producer *producer, uint64_t task, const void *data,
                    size_t size, uint64_t *at) {
    uint64_t total = bko__task_frame_bytes(size);
    if (!make_room(x, producer, total)) {
        return false;
    }
    uint64_t offset = producer->tail & (producer->capacity - 1);
    bko__task_frame *frame = (bko__task_frame *)(void *)(x->tasks + offset);
    frame->size = (uint32_t)size;
    atomic_store_explicit(&frame->skipped, 0, memory_order_relaxed);
    frame->task = task;
    bko__ring_write(x->tasks, producer->capacity, producer->tail + sizeof *frame, data, size);
    *at = producer->tail;
    producer->tail += total;
    atomic_store(&x->shared->task_tail, producer->tail);
    return true;
}

void bko__tasks_shrink(bko__exchange *x, bko__producer *producer) {
    if (producer->capacity > x->shared->task_base) {
        producer->free = free_position(x);
        if (producer->free == producer->tail) {
            set_capacity(x, producer, x->shared->task_base);
        }
    }
}

bko__task_frame *bko__task_at(bko__exchange *x, uint64_t at) {
    uint64_t capacity = atomic_load_explicit(&x->shared->task_capacity, memory_order_relaxed);
    return (bko__task_frame *)(void *)(x->tasks + (at & (capacity - 1)));
}

/* --- answers -------------------------------------------------------------------------------------- */

/* Answers larger than half of the ring are sent in pieces of a quarter. */
static uint64_t piece_of(const bko__shared *shared, uint64_t left) {
    return bko__answer_frame_bytes(left) <= shared->answer_capacity / 2
               ? left
               : shared->answer_capacity / 4;
}

static bool fits(bko__shared *shared, uint64_t piece) {
    uint64_t head = atomic_load(&shared->answer_head);
    uint64_t tail = atomic_load_explicit(&shared->answer_tail, memory_order_relaxed);
    return tail - head + bko__answer_frame_bytes(piece) <= shared->answer_capacity;
}

bool bko__answers_have_room(bko__exchange *x, size_t left) {
    return fits(x->shared, piece_of(x->shared, left));
}

static void put_piece(bko__exchange *x, const bko__answer_frame *frame, const void *data) {
    bko__shared *shared = x->shared;
    uint64_t tail = atomic_load_explicit(&shared->answer_tail, memory_order_relaxed);
    bko__ring_write(x->answers, shared->answer_capacity, tail, frame, sizeof *frame);
    bko__ring_write(x->answers, shared->answer_capacity, tail + sizeof *frame, data, frame->size);
    atomic_store(&shared->answer_tail, tail + bko__answer_frame_bytes(frame->size));
}

bool bko__answers_put(bko__exchange *x, const bko__answer_frame *frame, const void *data,
                      size_t *sent) {
    for (;;) {
        size_t left = frame->size - *sent;
        bko__answer_frame piece = *frame;
        piece.size = (uint32_t)piece_of(x->shared, left);
        piece.flags = piece.size < left ? BKO__MORE : 0;
        if (!fits(x->shared, piece.size)) {
            return false;
        }
        put_piece(x, &piece, (const unsigned char *)data + *sent);
        *sent += piece.size;
        if (piece.flags == 0) {
            return true;
        }
    }
}

/*
 * Answers between the ring and the caller (report.c). They are copied out first: that frees the
 * ring before any callback runs, and it allows callbacks to submit and collect.
 */
#include <stdlib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "pool/owner/pool.h"

enum { KEPT = 1 << 20 };

int bko__inbox_open(bko__inbox *inbox, unsigned workers) {
    inbox->parts = calloc(workers, sizeof *inbox->parts);
    return inbox->parts != NULL ? BKO_OK : BKO_ENOMEM;
}

static void free_batch(bko__batch *batch) {
    bko__buffer_free(&batch->bytes);
    free(batch);
}

void bko__inbox_free(bko__inbox *inbox, unsigned workers) {
    while (inbox->first != NULL) {
        bko__batch *next = inbox->first->next;
        free_batch(inbox->first);
        inbox->first = next;
    }
    for (unsigned i = 0; inbox->parts != NULL && i < workers; i++) {
        bko__buffer_free(&inbox->parts[i].bytes);
    }
    free(inbox->parts);
    *inbox = (bko__inbox){0};
}

/* Returns a batch with room for `more` bytes that does not move data a callback is using; NULL: out
 * of memory. */
static bko__batch *writable(bko__inbox *inbox, size_t more) {
    bko__batch *last = inbox->last;
    if (last == NULL || last->pins > 0) {
        last = calloc(1, sizeof *last);
        if (last == NULL) {
            return NULL;
        }
        *(inbox->last != NULL ? &inbox->last->next : &inbox->first) = last;
        inbox->last = last;
    } else if (last->at == last->bytes.size) {
        last->at = 0;
        bko__buffer_clear(&last->bytes);
        if (last->bytes.capacity > KEPT) {
            bko__buffer_free(&last->bytes);
        }
    }
    return bko__buffer_reserve(&last->bytes, more) == BKO_OK ? last : NULL;
}

int bko__inbox_absorb(bko_pool *pool) {
    bko__shared *shared = pool->exchange.shared;
    uint64_t head = atomic_load_explicit(&shared->answer_head, memory_order_relaxed);
    uint64_t tail = atomic_load(&shared->answer_tail);
    if (tail == head) {
        return BKO_OK;
    }
    size_t size = (size_t)(tail - head);
    bko__batch *batch = writable(&pool->inbox, size);
    if (batch == NULL) {
        return BKO_ENOMEM;
    }
    bko__ring_read(pool->exchange.answers, shared->answer_capacity, head,
                   batch->bytes.data + batch->bytes.size, size);
    batch->bytes.size += size;
    pool->counts.ipc_bytes += size;
    atomic_store(&shared->answer_head, tail);
    bko__tell_space(&pool->exchange);
    return BKO_OK;
}

int bko__inbox_reserve(bko_pool *pool, size_t size) {
    return writable(&pool->inbox, bko__answer_frame_bytes(size)) != NULL ? BKO_OK : BKO_ENOMEM;
}

int bko__inbox_add(bko_pool *pool, uint64_t task, int code, unsigned worker, int pid,
                   const char *sentence) {
    size_t size = sentence != NULL ? strlen(sentence) : 0;
    bko__answer_frame frame = {.size = (uint32_t)size,
                               .worker = (uint16_t)worker,
                               .flags = BKO__OWNERS,
                               .code = code,
                               .pid = pid,
                               .task = task};
    bko__batch *batch = writable(&pool->inbox, bko__answer_frame_bytes(size));
    if (batch == NULL) {
        return BKO_ENOMEM;
    }
    unsigned char *to = batch->bytes.data + batch->bytes.size;
    memcpy(to, &frame, sizeof frame);
    if (size > 0) {
        memcpy(to + sizeof frame, sentence, size); /* NOLINT(*-not-null-terminated-result) */
    }
    batch->bytes.size += bko__answer_frame_bytes(size);
    if (pool->armed) {
        bko__ring_again(&pool->exchange);
    }
    return BKO_OK;
}

bko__batch *bko__inbox_unread(const bko__inbox *inbox) {
    bko__batch *batch = inbox->first;
    while (batch != NULL && batch->at == batch->bytes.size) {
        batch = batch->next;
    }
    return batch;
}

bool bko__inbox_has(const bko__inbox *inbox) {
    return bko__inbox_unread(inbox) != NULL;
}

bool bko__inbox_holds_answer(const bko__inbox *inbox, uint64_t task) {
    for (const bko__batch *batch = inbox->first; batch != NULL; batch = batch->next) {
        for (size_t at = batch->at; at < batch->bytes.size;) {
            bko__answer_frame frame;
            memcpy(&frame, batch->bytes.data + at, sizeof frame);
            if (frame.task == task && (frame.flags & BKO__MORE) == 0) {
                return true;
            }
            at += bko__answer_frame_bytes(frame.size);
        }
    }
    return false;
}

/* Keeps the last batch for the next answers. */
void bko__inbox_tidy(bko__inbox *inbox) {
    while (inbox->first != inbox->last && inbox->first->pins == 0 &&
           inbox->first->at == inbox->first->bytes.size) {
        bko__batch *next = inbox->first->next;
        free_batch(inbox->first);
        inbox->first = next;
    }
}

/*
 * Answers between the ring and the caller. Copying them out first gives the ring's room back before
 * any callback runs, and lets callbacks submit and collect.
 */
#include <limits.h>
#include <stdio.h>
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

/* A batch that can take `more` bytes without moving what a callback looks at; NULL: no memory. */
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

int bko__inbox_add(bko_pool *pool, uint64_t task, int code, unsigned worker, int pid,
                   const char *sentence) {
    size_t size = sentence != NULL ? strlen(sentence) : 0;
    bko__answer_frame frame = {.size = (uint32_t)size,
                               .worker = (uint16_t)worker,
                               .flags = BKO__OWNERS,
                               .code = code,
                               .pid = pid,
                               .task = task};
    size_t total = (size_t)bko__answer_frame_bytes(size);
    bko__batch *batch = writable(&pool->inbox, total);
    if (batch == NULL) {
        return BKO_ENOMEM;
    }
    unsigned char *to = batch->bytes.data + batch->bytes.size;
    memcpy(to, &frame, sizeof frame);
    if (size > 0) {
        memcpy(to + sizeof frame, sentence, size); /* NOLINT(*-not-null-terminated-result) */
    }
    batch->bytes.size += total;
    if (pool->armed) {
        bko__ring_again(&pool->exchange);
    }
    return BKO_OK;
}

static bko__batch *unread(const bko__inbox *inbox) {
    bko__batch *batch = inbox->first;
    while (batch != NULL && batch->at == batch->bytes.size) {
        batch = batch->next;
    }
    return batch;
}

bool bko__inbox_has(const bko__inbox *inbox) {
    return unread(inbox) != NULL;
}

bool bko__inbox_holds_answer(const bko__inbox *inbox, uint64_t task) {
    for (const bko__batch *batch = inbox->first; batch != NULL; batch = batch->next) {
        for (size_t at = batch->at; at < batch->bytes.size;) {
            bko__answer_frame frame;
            memcpy(&frame, batch->bytes.data + at, sizeof frame);
            if (frame.task == task && (frame.flags & BKO__MORE) == 0) {
                return true;
            }
            at += (size_t)bko__answer_frame_bytes(frame.size);
        }
    }
    return false;
}

/* Read batches that nobody looks at any more; the last one is kept for the next answers. */
static void tidy(bko__inbox *inbox) {
    while (inbox->first != inbox->last && inbox->first->pins == 0 &&
           inbox->first->at == inbox->first->bytes.size) {
        bko__batch *next = inbox->first->next;
        free_batch(inbox->first);
        inbox->first = next;
    }
}

/* --- what has ended ------------------------------------------------------------------------------- */

static void count(bko_pool *pool, int error) {
    bko_pool_counts *counts = &pool->counts;
    switch (error) {
    case BKO_OK:
        counts->done++;
        break;
    case BKO_ELOST:
        counts->lost++;
        break;
    case BKO_ECANCELLED:
        counts->cancelled++;
        break;
    case BKO_EBROKEN:
        counts->broken++;
        break;
    default:
        counts->failed++;
        break;
    }
}

static void report(bko_pool *pool, const bko__answer_frame *frame, const void *data, size_t size,
                   bko_pool_ended *ended, void *user) {
    bko_outcome outcome = {.task = frame->task,
                           .error = frame->code,
                           .worker = frame->worker == BKO__NO_WORKER ? UINT_MAX : frame->worker,
                           .pid = frame->pid,
                           .data = data,
                           .size = size};
    if (size == 0 && (frame->flags & BKO__OWNERS) != 0) {
        outcome.data = frame->code == BKO_EBROKEN ? pool->reason : bko_error_text(frame->code);
        outcome.size = strlen(outcome.data);
    }
    if ((frame->flags & BKO__OWNERS) == 0) {
        pool->crew.idle_ends = 0;
    }
    bko__ledger_end(&pool->ledger, frame->task);
    count(pool, frame->code);
    ended(user, &outcome);
}

/* `open` of a replacement failed. */
static void note_failed_open(bko_pool *pool, const bko__answer_frame *frame, const void *data,
                             size_t size) {
    if (pool->broken == BKO_OK) {
        const char *text = size > 0 ? data : bko_error_text(frame->code);
        int length = (int)(size > 0 && size < BKO__REASON_SIZE ? size : BKO__REASON_SIZE - 1);
        snprintf(pool->reason, sizeof pool->reason, "%.*s", length, text);
        bko__pool_break(pool, frame->code);
    }
}

/* Puts pieces together. true: the answer is complete, in *data and *size; *whole owns the bytes when
 * there was more than one piece. */
static bool assemble(bko__inbox *inbox, bko__answer_frame *frame, bko__buffer *whole,
                     const void **data, size_t *size) {
    bool more = (frame->flags & BKO__MORE) != 0;
    bko__part *part = frame->worker != BKO__NO_WORKER ? &inbox->parts[frame->worker] : NULL;
    if (part == NULL || (!more && part->bytes.size == 0 && !part->spoiled)) {
        return true;
    }
    bool dead = (frame->flags & BKO__OWNERS) != 0; /* the worker died between two pieces */
    if (!dead && bko__buffer_append(&part->bytes, *data, *size) != BKO_OK) {
        part->spoiled = true;
    }
    if (more) {
        return false;
    }
    *whole = part->bytes;
    if (part->spoiled && !dead) {
        frame->code = BKO_ENOMEM;
        frame->flags = BKO__OWNERS;
        *size = 0;
    } else if (!dead) {
        *data = whole->data;
        *size = whole->size;
    }
    *part = (bko__part){0};
    return true;
}

/* The next frame. false: there is none. *reported grows when a task has ended. */
static bool step(bko_pool *pool, bko_pool_ended *ended, void *user, int *reported) {
    bko__batch *batch = unread(&pool->inbox);
    if (batch == NULL) {
        return false;
    }
    bko__answer_frame frame;
    bko__buffer whole = {0};
    memcpy(&frame, batch->bytes.data + batch->at, sizeof frame);
    const void *data = batch->bytes.data + batch->at + sizeof frame;
    size_t size = frame.size;
    batch->at += (size_t)bko__answer_frame_bytes(size);
    if (!assemble(&pool->inbox, &frame, &whole, &data, &size)) {
        return true;
    }
    batch->pins++;
    if (frame.task == BKO__NO_TASK) {
        note_failed_open(pool, &frame, data, size);
    } else {
        (*reported)++;
        report(pool, &frame, data, size, ended, user);
    }
    batch->pins--;
    bko__buffer_free(&whole);
    return true;
}

int bko__inbox_dispatch(bko_pool *pool, bko_pool_ended *ended, void *user) {
    int reported = 0;
    while (step(pool, ended, user, &reported)) {
    }
    tidy(&pool->inbox);
    return reported;
}

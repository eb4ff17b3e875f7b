/* The last step of an answer: from the inbox to the caller, which learns how each task ended. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "bakeoff/error.h"
#include "pool/owner/pool.h"

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
        int length =
            (int)(size > 0 && size < BKO__POOL_REASON_SIZE ? size : BKO__POOL_REASON_SIZE - 1);
        snprintf(pool->reason, sizeof pool->reason, "%.*s", length, text);
        bko__pool_break(pool, frame->code);
    }
}

/* Joins pieces. Returns true when the answer is complete, in *data and *size; *whole owns the bytes
 * if there was more than one piece. */
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

/* Handles the next frame. Returns false if there is none. *reported grows when a task has ended. */
static bool step(bko_pool *pool, bko_pool_ended *ended, void *user, int *reported) {
    bko__batch *batch = bko__inbox_unread(&pool->inbox);
    if (batch == NULL) {
        return false;
    }
    bko__answer_frame frame;
    bko__buffer whole = {0};
    memcpy(&frame, batch->bytes.data + batch->at, sizeof frame);
    const void *data = batch->bytes.data + batch->at + sizeof frame;
    size_t size = frame.size;
    batch->at += bko__answer_frame_bytes(size);
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

int bko__report_all(bko_pool *pool, bko_pool_ended *ended, void *user) {
    int reported = 0;
    while (step(pool, ended, user, &reported)) {
    }
    bko__inbox_tidy(&pool->inbox);
    return reported;
}

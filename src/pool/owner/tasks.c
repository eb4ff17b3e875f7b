/*
 * Submitting tasks: into the ring if it has room and no earlier task waits, else into the backlog.
 * Also cancelling and shutdown.
 */
#include <stdio.h>

#include "bakeoff/error.h"
#include "pool/owner/pool.h"
#include "pool/worker/worker.h"

enum { NOW_AND_THEN = 64 };

int bko__pool_check_caller(bko_pool *pool) {
    if (pool->made_in != bko__pool_worked_for()) {
        return BKO_EDEADLOCK;
    }
    if (bko__fork_mark_is_mine(&pool->mark)) {
        return BKO_OK;
    }
    pool->broken = BKO_EBROKEN; /* in this copy only; the owner's pool is not affected */
    snprintf(pool->reason, sizeof pool->reason,
             "the pool belongs to the process that this one was forked from");
    return BKO_EBROKEN;
}

/* Returns false if the ring has no room. */
static bool put(bko_pool *pool, uint64_t task, const void *data, size_t size) {
    uint64_t at;
    if (!bko__tasks_put(&pool->exchange, &pool->producer, task, data, size, &at)) {
        return false;
    }
    bko__ledger_set(&pool->ledger, task, BKO__TASK_QUEUED, at);
    pool->counts.ipc_bytes += bko__task_frame_bytes(size);
    return true;
}

void bko__pool_refill(bko_pool *pool) {
    bool moved = false;
    bko__task_frame *frame;
    while ((frame = bko__backlog_first(&pool->backlog)) != NULL) {
        if (atomic_load_explicit(&frame->skipped, memory_order_relaxed) == 0) {
            if (!put(pool, frame->task, frame + 1, frame->size)) {
                break;
            }
            moved = true;
        }
        bko__backlog_drop_first(&pool->backlog);
    }
    if (moved) {
        bko__wake_for_work(&pool->exchange);
    }
}

/* During a long series of submits, workers still need room for answers, and dead workers need
 * replacements. */
static void look_around(bko_pool *pool) {
    bko__inbox_absorb(pool);
    bko__pool_refill(pool);
    if (pool->options.kind != BKO_POOL_THREADS) {
        bko__crew_attend(pool, 0);
        bko__crew_replace(pool);
        /* attending may have consumed the wake-up of somebody who waits outside */
        if (pool->armed) {
            bko__ring_again(&pool->exchange);
        }
    }
}

static int queue(bko_pool *pool, uint64_t task, const void *data, size_t size) {
    uint64_t position;
    if (bko__backlog_first(&pool->backlog) == NULL && put(pool, task, data, size)) {
        bko__wake_for_work(&pool->exchange);
        return BKO_OK;
    }
    int err = bko__backlog_add(&pool->backlog, task, data, size, &position);
    if (err == BKO_OK) {
        bko__ledger_set(&pool->ledger, task, BKO__TASK_WAITING, position);
    }
    return err;
}

int bko_pool_submit(bko_pool *pool, const void *data, size_t size, uint64_t *task) {
    int err = bko__pool_check_caller(pool);
    if (err != BKO_OK || pool->closed || pool->broken != BKO_OK) {
        return err != BKO_OK ? err : pool->closed ? BKO_ECLOSED : BKO_EBROKEN;
    }
    if (size > pool->exchange.shared->frame_max) {
        return BKO_ETOOLARGE;
    }
    err = bko__ledger_reserve(&pool->ledger);
    if (err != BKO_OK) {
        return err;
    }
    err = queue(pool, pool->ledger.next, data, size);
    if (err != BKO_OK) {
        return err;
    }
    *task = pool->ledger.next++;
    pool->counts.submitted++;
    if (++pool->calls % NOW_AND_THEN == 0) {
        look_around(pool);
    }
    return BKO_OK;
}

/* Lock held. */
static bool not_taken(bko_pool *pool, uint64_t position) {
    return position >=
           atomic_load_explicit(&pool->exchange.shared->task_head, memory_order_relaxed);
}

int bko_pool_cancel(bko_pool *pool, uint64_t task) {
    uint64_t position = 0;
    if (bko__pool_check_caller(pool) != BKO_OK) {
        return 0;
    }
    switch (bko__ledger_get(&pool->ledger, task, &position)) {
    case BKO__TASK_WAITING:
        return bko__task_end_unrun(pool, bko__backlog_find(&pool->backlog, position),
                                   BKO_ECANCELLED);
    case BKO__TASK_QUEUED: {
        bko__exchange_lock(&pool->exchange);
        int done =
            not_taken(pool, position) &&
            bko__task_end_unrun(pool, bko__task_at(&pool->exchange, position), BKO_ECANCELLED);
        bko__exchange_unlock(&pool->exchange);
        return done;
    }
    case BKO__TASK_UNRUN:
        return 1;
    default:
        return 0;
    }
}

int bko_pool_is_running(bko_pool *pool, uint64_t task) {
    uint64_t position = 0;
    return bko__ledger_get(&pool->ledger, task, &position) == BKO__TASK_QUEUED &&
           position < atomic_load(&pool->exchange.shared->task_head);
}

void bko_pool_shutdown(bko_pool *pool, int cancel) {
    if (bko__pool_check_caller(pool) == BKO_OK) {
        pool->closed = true;
        if (cancel) {
            bko__pool_end_unrun(pool, BKO_ECANCELLED);
        }
    }
}

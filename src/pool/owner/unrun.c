/* Tasks that no worker will run: cancelled, or left in a broken pool. */
#include "bakeoff/error.h"
#include "pool/owner/pool.h"

bool bko__task_end_unrun(bko_pool *pool, bko__task_frame *frame, int code) {
    if (atomic_load_explicit(&frame->skipped, memory_order_relaxed) != 0) {
        return true;
    }
    if (bko__inbox_add(pool, frame->task, code, BKO__NO_WORKER, 0, NULL) != BKO_OK) {
        return false;
    }
    atomic_store_explicit(&frame->skipped, 1, memory_order_relaxed);
    bko__ledger_set(&pool->ledger, frame->task, BKO__TASK_UNRUN, 0);
    return true;
}

void bko__pool_end_unrun(bko_pool *pool, int code) {
    bko__shared *shared = pool->exchange.shared;
    bko__task_frame *frame;
    bko__exchange_lock(&pool->exchange);
    uint64_t at = atomic_load(&shared->task_head);
    while (at < pool->producer.tail &&
           bko__task_end_unrun(pool, bko__task_at(&pool->exchange, at), code)) {
        at += bko__task_frame_bytes(bko__task_at(&pool->exchange, at)->size);
    }
    atomic_store(&shared->task_head, at);
    bko__exchange_unlock(&pool->exchange);
    while ((frame = bko__backlog_first(&pool->backlog)) != NULL &&
           bko__task_end_unrun(pool, frame, code)) {
        bko__backlog_drop_first(&pool->backlog);
    }
}

void bko__pool_break(bko_pool *pool, int code) {
    pool->broken = code;
    bko__pool_end_unrun(pool, BKO_EBROKEN);
}

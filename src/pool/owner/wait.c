/*
 * Waiting for tasks to end.
 *
 * Waking the owner costs more than a short task. So answers are batched while tasks are short and
 * many are outstanding, or while the owner waits for one task among others: the owner sleeps until
 * half of the ring is full, the workers run out of work, the wanted task ends, or a short time
 * limit passes.
 */
#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "pool/owner/pool.h"

enum { SHORT_NS = 20000, MANY = 64, SPIN_NS = 20000, NOW_AND_THEN = 64 };
/* Time limits for batching: when waiting for any task, for one task, for all tasks. */
enum { ANY_NAP_NS = 200000, ONE_NAP_NS = 900000, ALL_NAP_NS = 10000000 };

static uint64_t answers_waiting(bko_pool *pool) {
    bko__shared *shared = pool->exchange.shared;
    return atomic_load(&shared->answer_tail) -
           atomic_load_explicit(&shared->answer_head, memory_order_relaxed);
}

static bool tasks_are_short(bko_pool *pool) {
    return atomic_load_explicit(&pool->exchange.shared->mean_ns, memory_order_relaxed) < SHORT_NS;
}

/* If a CPU is free, the answer of a short task arrives sooner than a sleeping owner would wake. */
static bool spin(bko_pool *pool) {
    if (!tasks_are_short(pool) || bko__pool_outstanding(pool) >= pool->processors) {
        return false;
    }
    int64_t end_ns = bko_clock_now_ns() + SPIN_NS;
    while (answers_waiting(pool) == 0) {
        if (bko_clock_now_ns() >= end_ns) {
            return false;
        }
        bko__relax();
    }
    return true;
}

/* Sleeps until `bytes` of answers have arrived, `wanted` has ended or something else needs
 * attention. Returns the result of bko__crew_attend. */
static int sleep_until(bko_pool *pool, uint64_t bytes, uint64_t wanted, int64_t limit_ns) {
    bko__shared *shared = pool->exchange.shared;
    int result = 0;
    if (!tasks_are_short(pool)) { /* workers waking one another would take too long */
        bko__wake_for_all_work(&pool->exchange);
    }
    atomic_store_explicit(&shared->wanted, wanted, memory_order_relaxed);
    atomic_store_explicit(&shared->owner_holds, bko__backlog_first(&pool->backlog) != NULL,
                          memory_order_relaxed);
    atomic_store(&shared->notify_at, atomic_load(&shared->answer_head) + bytes);
    if (answers_waiting(pool) < bytes) {
        result = bko__crew_attend(pool, limit_ns);
    }
    atomic_store(&shared->notify_at, BKO__NEVER);
    return result;
}

/* How long to batch answers; 0: don't. */
static int64_t nap_for(bko_pool *pool, uint64_t wanted) {
    bool many = bko__pool_outstanding(pool) >= MANY && tasks_are_short(pool);
    if ((wanted == BKO_ANY_TASK && !many) || bko__inbox_has(&pool->inbox) ||
        !bko__has_work(&pool->exchange) ||
        answers_waiting(pool) >= pool->exchange.shared->answer_capacity / 8) {
        return 0;
    }
    return wanted == BKO_ANY_TASK ? ANY_NAP_NS : wanted == BKO_ALL_TASKS ? ALL_NAP_NS : ONE_NAP_NS;
}

/* After shutdown, workers leave once the last task has ended. */
static void leave_when_done(bko_pool *pool) {
    bko__shared *shared = pool->exchange.shared;
    if (pool->closed && bko__pool_outstanding(pool) == 0 && atomic_load(&shared->closing) == 0) {
        atomic_store(&shared->closing, 1);
        bko__wake_all(&pool->exchange);
    }
}

/* Moves answers in and tasks out. */
static int move(bko_pool *pool) {
    int err = bko__inbox_absorb(pool);
    if (bko__backlog_first(&pool->backlog) != NULL) {
        bko__pool_refill(pool);
    } else {
        bko__tasks_shrink(&pool->exchange, &pool->producer);
    }
    return err;
}

static int dispatch(bko_pool *pool, bko_pool_ended *ended, void *user) {
    int count = bko__report_all(pool, ended, user);
    if (count > 0) {
        leave_when_done(pool);
    }
    return count;
}

/* Buries and replaces dead workers, without waiting. */
static int look_around(bko_pool *pool) {
    pool->armed = false;
    int err = bko__crew_attend(pool, 0);
    bko__crew_replace(pool);
    return err < 0 ? err : BKO_OK;
}

/* -1: no limit; 0: the deadline has passed. */
static int64_t left_until(int64_t deadline_ns) {
    if (deadline_ns == INT64_MAX || deadline_ns == 0) {
        return deadline_ns == 0 ? 0 : -1;
    }
    int64_t left_ns = deadline_ns - bko_clock_now_ns();
    return left_ns > 0 ? left_ns : 0;
}

static int collect_until(bko_pool *pool, int64_t deadline_ns, uint64_t wanted,
                         bko_pool_ended *ended, void *user) {
    for (;;) {
        int err = move(pool);
        int count = dispatch(pool, ended, user);
        if (count > 0 || err < 0) {
            return count > 0 ? count : err;
        }
        err = look_around(pool);
        if (err < 0) {
            return err;
        }
        if (bko__inbox_has(&pool->inbox)) {
            continue;
        }
        int64_t left_ns = left_until(deadline_ns);
        if (left_ns == 0 || bko__pool_outstanding(pool) == 0) {
            leave_when_done(pool);
            return 0;
        }
        err = spin(pool) ? 0 : sleep_until(pool, 1, wanted, left_ns);
        if (err != 0) {
            return err < 0 ? err : 0; /* a signal arrived: the caller may want to know */
        }
    }
}

static int collect(bko_pool *pool, int64_t timeout_ns, uint64_t wanted, bko_pool_ended *ended,
                   void *user) {
    int err = BKO_OK;
    if (pool->armed || ++pool->calls % NOW_AND_THEN == 0) {
        err = look_around(pool);
    }
    if (err != BKO_OK) {
        return err;
    }
    int64_t deadline_ns = timeout_ns < 0 ? INT64_MAX : 0;
    if (timeout_ns > 0) {
        int64_t now_ns = bko_clock_now_ns();
        deadline_ns = timeout_ns < INT64_MAX - now_ns ? now_ns + timeout_ns : INT64_MAX;
    }
    int64_t nap_ns = timeout_ns != 0 ? nap_for(pool, wanted) : 0;
    if (nap_ns > 0) {
        sleep_until(pool, pool->exchange.shared->answer_capacity / 2, wanted,
                    timeout_ns > 0 && timeout_ns < nap_ns ? timeout_ns : nap_ns);
    }
    return collect_until(pool, deadline_ns, wanted, ended, user);
}

/* What found no memory stays announced: whoever waits on the descriptor asks again. */
int bko_pool_collect(bko_pool *pool, int64_t timeout_ns, uint64_t wanted, bko_pool_ended *ended,
                     void *user) {
    int err = bko__pool_check_caller(pool);
    if (err != BKO_OK) {
        return err;
    }
    int count = collect(pool, timeout_ns, wanted, ended, user);
    if (count == BKO_ENOMEM) {
        bko__ring_again(&pool->exchange);
    }
    return count;
}

int bko_pool_arm(bko_pool *pool) {
    bko__shared *shared = pool->exchange.shared;
    if (bko__pool_check_caller(pool) != BKO_OK) {
        return 1;
    }
    move(pool);
    pool->armed = true;
    atomic_store_explicit(&shared->wanted, BKO__NO_TASK, memory_order_relaxed);
    atomic_store_explicit(&shared->owner_holds, bko__backlog_first(&pool->backlog) != NULL,
                          memory_order_relaxed);
    atomic_store(&shared->notify_at, atomic_load(&shared->answer_head) + 1);
    return bko__inbox_has(&pool->inbox) || answers_waiting(pool) > 0;
}

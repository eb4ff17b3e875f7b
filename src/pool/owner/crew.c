/* All workers of a pool together: waits for them to start, attends to their ends, and ends them. */
#include <errno.h>
#include <sys/epoll.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "pool/owner/pool.h"

enum { EVENTS = 16, SECOND_NS = 1000000000 };
/* after this time a process that stays is killed */
static const int64_t LEAVE_NS = INT64_C(5) * SECOND_NS;

static bool somebody_starts(const bko_pool *pool) {
    for (unsigned i = 0; i < pool->options.workers; i++) {
        if (pool->crew.members[i].alive && bko__member_stage(pool, i) == BKO__STARTING) {
            return true;
        }
    }
    return false;
}

int bko__crew_await_ready(bko_pool *pool) {
    int err = BKO_OK;
    while (err >= 0 && pool->broken == BKO_OK) {
        atomic_store(&pool->exchange.shared->notify_at, BKO__NEVER - 1);
        if (!somebody_starts(pool)) {
            break;
        }
        err = bko__crew_attend(pool, -1);
    }
    atomic_store(&pool->exchange.shared->notify_at, BKO__NEVER);
    if (bko__inbox_absorb(pool) == BKO_OK) {
        bko__report_all(pool, NULL, NULL); /* these can only be reasons why an `open` failed */
    }
    return pool->broken != BKO_OK ? pool->broken : err < 0 ? err : BKO_OK;
}

static int wait_for_events(bko_pool *pool, struct epoll_event *events, int64_t wait_ns) {
    struct timespec limit = {wait_ns / SECOND_NS, wait_ns % SECOND_NS};
    int count = epoll_pwait2(pool->epoll, events, EVENTS, wait_ns < 0 ? NULL : &limit, NULL);
    if (count < 0 && errno == ENOSYS) { /* before Linux 5.11: whole milliseconds */
        int64_t wait_ms = (wait_ns + 999999) / 1000000;
        count = epoll_wait(pool->epoll, events, EVENTS,
                           wait_ns < 0 ? -1 : (int)(wait_ms < INT32_MAX ? wait_ms : INT32_MAX));
    }
    return count;
}

int bko__crew_attend(bko_pool *pool, int64_t wait_ns) {
    struct epoll_event events[EVENTS];
    int count = wait_for_events(pool, events, wait_ns);
    if (count < 0) {
        return errno == EINTR ? 1 : BKO_ESYS;
    }
    int err = BKO_OK;
    for (int i = 0; i < count && err == BKO_OK; i++) {
        if (events[i].data.u64 < pool->options.workers &&
            pool->crew.members[events[i].data.u64].alive) {
            err = bko__crew_bury(pool, (unsigned)events[i].data.u64);
        }
    }
    return err;
}

void bko__crew_end(bko_pool *pool) {
    char how[80];
    atomic_store(&pool->exchange.shared->closing, 1);
    bko__wake_all(&pool->exchange); /* all of them leave at once … */
    int64_t deadline_ns = bko_clock_now_ns() + LEAVE_NS;
    for (unsigned i = 0; i < pool->options.workers; i++) { /* … and then we wait for each */
        bko__member *member = &pool->crew.members[i];
        if (member->alive && pool->options.kind == BKO_POOL_THREADS) {
            pthread_join(member->thread, NULL);
        } else if (member->alive) {
            int64_t left_ns = deadline_ns - bko_clock_now_ns();
            bko__member_reap(pool, i, left_ns > 0 ? left_ns : 0, how, sizeof how);
        }
    }
}

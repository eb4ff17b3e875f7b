/* A pool's workers from the owner's side: started, watched, reaped. See pool/owner/pool.h. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/process.h"
#include "pool/owner/pool.h"

enum { SECOND_NS = 1000000000 };

bko__stage bko__member_stage(const bko_pool *pool, unsigned number) {
    return (bko__stage)atomic_load(&pool->exchange.slots[number].stage);
}

int bko__crew_open(bko_pool *pool) {
    pool->crew.members = calloc(pool->options.workers, sizeof *pool->crew.members);
    if (pool->crew.members == NULL) {
        return BKO_ENOMEM;
    }
    for (unsigned i = 0; i < pool->options.workers; i++) {
        pool->crew.members[i] = (bko__member){.pool = pool, .number = i, .watch = -1};
    }
    return BKO_OK;
}

/* --- starting ------------------------------------------------------------------------------------- */

static const char *limit_that(int error, bko_pool_kind kind) {
    switch (error) {
    case EAGAIN:
        return kind == BKO_POOL_THREADS
                   ? "the system allows no more threads (ulimit -u, or pids.max of the cgroup)"
                   : "the system allows no more processes (ulimit -u, or pids.max of the cgroup)";
    case EMFILE:
    case ENFILE:
        return "no more descriptors are available (ulimit -n)";
    default:
        return strerror(error);
    }
}

static void explain_start(bko_pool *pool, unsigned number, int err) {
    int error = err == BKO_ENOMEM ? ENOMEM : errno;
    if (pool->options.kind == BKO_POOL_SPAWN) {
        snprintf(pool->reason, sizeof pool->reason, "worker %u of %u (%s) could not be started: %s",
                 number + 1, pool->options.workers, pool->options.argv[0],
                 limit_that(error, pool->options.kind));
    } else {
        snprintf(pool->reason, sizeof pool->reason, "worker %u of %u could not be started: %s",
                 number + 1, pool->options.workers, limit_that(error, pool->options.kind));
    }
    errno = error;
}

int bko__member_start(bko_pool *pool, unsigned number) {
    bko__member *member = &pool->crew.members[number];
    bko__slot *slot = &pool->exchange.slots[number];
    atomic_store(&slot->stage, BKO__STARTING);
    member->answered_before = atomic_load(&slot->answered);
    member->deaths_before = pool->crew.deaths;
    int err = pool->options.kind == BKO_POOL_THREADS ? bko__thread_start(pool, number)
                                                     : bko__process_start(pool, number);
    if (err != BKO_OK) {
        atomic_store(&slot->stage, BKO__VACANT);
        explain_start(pool, number, err);
        return err;
    }
    member->alive = true;
    pool->crew.alive++;
    pool->counts.ipc_bytes += pool->options.greeting_size;
    return BKO_OK;
}

/* --- ends ----------------------------------------------------------------------------------------- */

static void keep_cpu_time(bko_pool *pool, unsigned number, const struct rusage *usage) {
    bko__slot *slot = &pool->exchange.slots[number];
    int64_t used_ns = (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * (int64_t)SECOND_NS +
                      (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * (int64_t)1000;
    int64_t before_ns = atomic_load(&slot->cpu_ready_ns);
    bool was_ready = bko__member_stage(pool, number) == BKO__READY ||
                     bko__member_stage(pool, number) == BKO__LEAVING;
    if (was_ready && used_ns > before_ns) {
        atomic_fetch_add(&slot->cpu_past_ns, used_ns - before_ns);
    }
}

/* Reaps a process that has ended or that has until `limit_ns` to end. */
void bko__member_reap(bko_pool *pool, unsigned number, int64_t limit_ns, char *how, size_t size) {
    bko__member *member = &pool->crew.members[number];
    struct rusage usage = {0};
    int status = 0;
    int err = bko__process_reap(member->pid, limit_ns, &status, &usage);
    if (err == BKO_ETIMEOUT) {
        kill(member->pid, SIGKILL);
        err = bko__process_reap(member->pid, INT64_MAX / 2, &status, &usage);
    }
    if (err == BKO_OK) {
        bko__process_describe(status, how, size);
    } else {
        snprintf(how, size, "ended (another part of this process reaped it)");
    }
    keep_cpu_time(pool, number, &usage);
    /* A sibling may have inherited the descriptor and would keep it in the epoll set. */
    epoll_ctl(pool->epoll, EPOLL_CTL_DEL, member->watch, NULL);
    close(member->watch);
    member->watch = -1;
    member->pid = 0;
    member->alive = false;
    pool->crew.alive--;
}

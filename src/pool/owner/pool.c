/* A pool from its creation to its end. See pool/owner/pool.h. */
#include "pool/owner/pool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/fd.h"
#include "core/process.h"
#include "pool/worker/spawned.h"
#include "pool/worker/worker.h"

/* Higher than the descriptor numbers that a spawned worker uses. */
enum { ABOVE_ALL_FIXED = BKO__SPAWNED_BELL + 1 };

const bko__pool_system bko__pool_real_system = {pthread_create, fork};

/* --- creation ------------------------------------------------------------------------------------- */

static int check(const bko_pool_options *options, char *reason, size_t size) {
    bool spawned = options->kind == BKO_POOL_SPAWN;
    if (options->workers < 1 || options->workers > BKO__WORKERS_MAX ||
        options->frame_max >= UINT32_MAX || options->queue_bytes >= UINT32_MAX ||
        options->greeting_size >= UINT32_MAX ||
        (spawned ? options->argv == NULL || options->argv[0] == NULL
                 : options->worker.run == NULL)) {
        snprintf(reason, size, "a pool option is out of range");
        return BKO_EINVAL;
    }
    if (options->kind == BKO_POOL_FORK && !bko__process_is_single_threaded()) {
        snprintf(reason, size,
                 "a process with several threads can't fork workers: create the pool before the "
                 "threads, or spawn the workers");
        return BKO_EBUSY;
    }
    return BKO_OK;
}

/* Edge-triggered, so that nobody has to read the counters. */
static int watch(bko_pool *pool, int fd) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u64 = UINT64_MAX};
    return fd >= 0 && epoll_ctl(pool->epoll, EPOLL_CTL_ADD, fd, &event) == 0 ? BKO_OK : BKO_ESYS;
}

static int open_descriptors(bko_pool *pool) {
    pool->epoll = epoll_create1(EPOLL_CLOEXEC);
    pool->exchange.bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (pool->epoll < 0 || bko__fd_move_up(&pool->exchange.bell, ABOVE_ALL_FIXED) != BKO_OK ||
        watch(pool, pool->exchange.bell) != BKO_OK) {
        return BKO_ESYS;
    }
    if (pool->options.kind == BKO_POOL_THREADS) {
        return BKO_OK;
    }
    pool->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    int err = bko__fd_move_up(&pool->exchange.memory, ABOVE_ALL_FIXED);
    return err == BKO_OK ? watch(pool, pool->timer) : err;
}

static int open_parts(bko_pool *pool) {
    int err = bko__exchange_create(&pool->exchange, &pool->options);
    if (err == BKO_OK) {
        err = open_descriptors(pool);
    }
    if (err == BKO_OK) {
        err = bko__inbox_open(&pool->inbox, pool->options.workers);
    }
    if (err == BKO_OK) {
        err = bko__crew_open(pool);
    }
    if (err != BKO_OK) {
        snprintf(pool->reason, sizeof pool->reason, "%s",
                 err == BKO_ESYS ? strerror(errno) : bko_error_text(err));
        return err;
    }
    pool->producer.capacity = pool->exchange.shared->task_base;
    return BKO_OK;
}

static int start_all(bko_pool *pool) {
    int err = BKO_OK;
    pool->starting = true;
    for (unsigned i = 0; i < pool->options.workers && err == BKO_OK; i++) {
        err = bko__member_start(pool, i);
    }
    if (err == BKO_OK) {
        err = bko__crew_await_ready(pool);
    }
    pool->starting = false;
    return err;
}

int bko__pool_create(bko_pool **out, const bko_pool_options *options,
                     const bko__pool_system *system, char *reason, size_t reason_size) {
    char unheard[1];
    *out = NULL;
    if (reason == NULL || reason_size == 0) {
        reason = unheard;
        reason_size = sizeof unheard;
    }
    reason[0] = '\0';
    int err = check(options, reason, reason_size);
    if (err != BKO_OK) {
        return err;
    }
    bko_pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL) {
        return BKO_ENOMEM;
    }
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    pool->options = *options;
    pool->options.greeting = NULL; /* the exchange holds a copy */
    pool->system = system;
    pool->made_in = bko__pool_worked_for();
    pool->owner = getpid();
    bko__fork_mark_open(&pool->mark);
    pool->processors = processors > 0 ? (unsigned)processors : 1;
    pool->epoll = -1;
    pool->timer = -1;
    pool->options.greeting = options->greeting;
    err = open_parts(pool);
    if (err == BKO_OK) {
        err = start_all(pool);
    }
    pool->options.greeting = NULL;
    if (err != BKO_OK) {
        int saved = errno;
        snprintf(reason, reason_size, "%s", pool->reason);
        bko_pool_free(pool);
        errno = saved;
        return err;
    }
    *out = pool;
    return BKO_OK;
}

int bko_pool_create(bko_pool **out, const bko_pool_options *options, char *reason,
                    size_t reason_size) {
    return bko__pool_create(out, options, &bko__pool_real_system, reason, reason_size);
}

void bko_pool_free(bko_pool *pool) {
    if (pool == NULL) {
        return;
    }
    if (pool->crew.members != NULL && bko__fork_mark_is_mine(&pool->mark)) {
        bko__crew_end(pool);
    }
    int bell = pool->exchange.bell;
    bko__inbox_free(&pool->inbox, pool->options.workers);
    bko__exchange_close(&pool->exchange);
    bko__fd_close(&bell);
    bko__fd_close(&pool->epoll);
    bko__fd_close(&pool->timer);
    bko__ledger_free(&pool->ledger);
    bko__buffer_free(&pool->backlog.bytes);
    bko__fork_mark_close(&pool->mark);
    free(pool->crew.members);
    free(pool);
}

/* --- looking -------------------------------------------------------------------------------------- */

int bko_pool_fd(const bko_pool *pool) {
    return pool->epoll;
}

const char *bko_pool_reason(const bko_pool *pool) {
    return pool->broken != BKO_OK ? pool->reason : "";
}

void bko_pool_counts_read(bko_pool *pool, bko_pool_counts *out) {
    *out = pool->counts;
    out->respawned = pool->crew.respawned;
    out->workers = pool->crew.alive;
    for (unsigned i = 0; i < pool->options.workers; i++) {
        out->respawned += atomic_load(&pool->exchange.slots[i].recycled);
    }
}

/* The CPU time of a live worker; -1: it no longer has a clock. */
static int64_t cpu_clock_ns(const bko_pool *pool, const bko__member *member) {
    struct timespec used;
    clockid_t clock;
    int failed = pool->options.kind == BKO_POOL_THREADS
                     ? pthread_getcpuclockid(member->thread, &clock)
                     : clock_getcpuclockid(member->pid, &clock);
    if (failed != 0 || clock_gettime(clock, &used) != 0) {
        return -1;
    }
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

int64_t bko_pool_worker_cpu_ns(const bko_pool *pool, unsigned worker) {
    if (worker >= pool->options.workers) {
        return 0;
    }
    const bko__member *member = &pool->crew.members[worker];
    const bko__slot *slot = &pool->exchange.slots[worker];
    int64_t past_ns = atomic_load(&slot->cpu_past_ns);
    if (!member->alive || atomic_load(&slot->stage) != BKO__READY) {
        return past_ns;
    }
    int64_t now_ns = cpu_clock_ns(pool, member);
    return now_ns < 0 ? past_ns : past_ns + now_ns - atomic_load(&slot->cpu_ready_ns);
}

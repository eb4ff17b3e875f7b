/*
 * Worker pools: threads of this process, processes forked from it, or new processes of a worker
 * program. The caller defines what a worker does. The pool starts the workers, waits until all of
 * them are ready, hands out tasks in order and reports how each one ended.
 */
#ifndef BAKEOFF_POOL_H
#define BAKEOFF_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "bakeoff/export.h"

/* The result of a task, as bytes. */
typedef struct bko_answer bko_answer;
/* Appends a copy of `size` bytes to the answer. Worker only. BKO_ENOMEM, BKO_ETOOLARGE. */
BKO_API int bko_answer_add(bko_answer *answer, const void *data, size_t size);

/*
 * A pool runs tasks: bytes go in, bytes come out. Its workers are threads, forked processes or new
 * processes of a worker program; everything else is the same for all three. Tasks wait in one
 * queue. Every free worker takes the oldest task, even while the owner is busy elsewhere. Ended
 * tasks wait until the owner collects them.
 *
 * Threads: a pool belongs to the thread that created it (its owner). Processes it started end with
 * that thread. A task that calls a function of its own pool gets BKO_EDEADLOCK. In a process forked
 * from the owner's, the pool is broken and can only be freed.
 */
typedef struct bko_pool bko_pool;

typedef enum bko_pool_kind {
    BKO_POOL_THREADS,
    BKO_POOL_FORK, /* BKO_EBUSY if the calling process has other threads */
    BKO_POOL_SPAWN /* works in any process */
} bko_pool_kind;

/* What a worker does. Its functions are called on the worker's thread or in its process. */
typedef struct bko_pool_worker {
    /* Prepares worker `worker` (from 0). A negative return value, with a sentence in `reason`,
     * breaks the pool. `greeting` comes from the options (borrowed for the call). May be NULL. */
    int (*open)(void *user, unsigned worker, const void *greeting, size_t greeting_size,
                void **state, bko_answer *reason);
    /* Runs one task. A negative return value means that the task failed. The owner receives what
     * `run` adds to `answer`, in either case. Once bko_answer_add has failed, the task ends with
     * that error and a sentence, whatever `run` returns. `data` is borrowed for the call. */
    int (*run)(void *user, void *state, unsigned worker, uint64_t task, const void *data,
               size_t size, bko_answer *answer);
    void (*close)(void *user, unsigned worker, void *state); /* may be NULL */
    void *user;
} bko_pool_worker;

typedef struct bko_pool_options {
    bko_pool_kind kind;
    unsigned workers;   /* at least 1 */
    uint64_t recycle;   /* replace a worker (state and process) after this many tasks; 0: never */
    size_t frame_max;   /* largest task or answer in bytes; 0: 64 MiB */
    size_t queue_bytes; /* room in the shared queue; 0: 256 KiB. Other tasks stay with the owner. */
    bko_pool_worker worker;  /* THREADS and FORK */
    const char *const *argv; /* SPAWN: a program that calls bko_pool_work; borrowed until free */
    const void *greeting;    /* passed to every worker's `open`; copied */
    size_t greeting_size;
} bko_pool_options;

/* Starts the workers and returns when each of them has run `open`. *out is returned owned.
 * BKO_EINVAL, BKO_ENOMEM, BKO_EBUSY (fork, but other threads exist), BKO_ESYS (a thread or process
 * could not be created: see errno), BKO_ELOST (a worker died before it was ready), or what `open`
 * returned; `reason` receives a sentence. */
BKO_API int bko_pool_create(bko_pool **out, const bko_pool_options *options, char *reason,
                            size_t reason_size);

/* Queues a task and never blocks. Tasks that don't fit into the shared queue stay with the owner
 * and are moved there during later calls. The bytes are copied. *task is the task's number, counted
 * from 0. BKO_ECLOSED after shutdown, BKO_EBROKEN, BKO_ETOOLARGE, BKO_ENOMEM, BKO_EDEADLOCK. */
BKO_API int bko_pool_submit(bko_pool *pool, const void *data, size_t size, uint64_t *task);

/* Returns 1 if the task was cancelled before a worker took it, 0 if it is too late. A cancelled
 * task is still collected, with BKO_ECANCELLED; until then, cancelling it again returns 1. */
BKO_API int bko_pool_cancel(bko_pool *pool, uint64_t task);
/* 1 when a worker has taken the task and the owner has not collected it yet. */
BKO_API int bko_pool_is_running(bko_pool *pool, uint64_t task);

/* How a task ended. */
typedef struct bko_outcome {
    uint64_t task;
    /* 0 or what `run` returned, with the answer as data; or BKO_ELOST, BKO_ECANCELLED, BKO_EBROKEN,
     * BKO_ETOOLARGE or BKO_ENOMEM (for the answer), with a sentence as data */
    int error;
    unsigned worker;  /* UINT_MAX: none */
    int pid;          /* of the worker's process; 0: none */
    const void *data; /* borrowed for the call; `size` bytes, not zero-terminated */
    size_t size;
} bko_outcome;
typedef void bko_pool_ended(void *user, const bko_outcome *outcome);

/*
 * Waits until a task has ended, at most `timeout_ns` (0: doesn't wait; negative: no limit), then
 * calls `ended` for every task that has ended. Also refills the shared queue and replaces dead
 * workers. `ended` may call bko_pool_submit, _cancel and _collect.
 *
 * `wanted` is the task the caller waits for. The pool reports its end at once and batches those of
 * other tasks for a moment (below 1 ms). With BKO_ANY_TASK, any end wakes the caller at once,
 * unless tasks are short and many are outstanding: then ends are batched. With BKO_ALL_TASKS the
 * caller needs no single task early, and ends are batched for 10 ms.
 *
 * Returns how many tasks ended (0: the limit passed, a signal arrived, or nothing is outstanding)
 * or a negative error (BKO_EDEADLOCK, BKO_ENOMEM, BKO_ESYS).
 */
#define BKO_ANY_TASK  UINT64_MAX
#define BKO_ALL_TASKS (UINT64_MAX - 1)
BKO_API int bko_pool_collect(bko_pool *pool, int64_t timeout_ns, uint64_t wanted,
                             bko_pool_ended *ended, void *user);

/* A descriptor that becomes readable when collect has something to do: for poll, epoll or a loop.
 * Borrowed. Call bko_pool_arm before you wait on it; it returns 1 if there is something to collect
 * already. Submitting, cancelling and shutting down keep it armed; collecting disarms it. When it
 * is readable, call collect, which may still find nothing. */
BKO_API int bko_pool_fd(const bko_pool *pool);
BKO_API int bko_pool_arm(bko_pool *pool);

typedef struct bko_pool_counts {
    uint64_t submitted;
    /* Collected tasks; each counts in exactly one of these, so their sum is `submitted` once
     * everything is collected. `broken`: tasks that a broken pool never ran (BKO_EBROKEN). */
    uint64_t done, failed, lost, cancelled, broken;
    uint64_t ipc_bytes; /* moved in both directions, headers, functions and greetings included */
    uint64_t respawned; /* workers started to replace dead or recycled ones */
    unsigned workers;   /* alive */
} bko_pool_counts;
BKO_API void bko_pool_counts_read(bko_pool *pool, bko_pool_counts *out);
/* Why the pool is broken, or "": its workers could not start any more, or ten of them (in a larger
 * pool: twice as many as it has) died in a row without an answer to any task. */
BKO_API const char *bko_pool_reason(const bko_pool *pool);
/* Nanoseconds of CPU time that worker `worker` and those it replaced have used since they were
 * ready. */
BKO_API int64_t bko_pool_worker_cpu_ns(const bko_pool *pool, unsigned worker);

/* Ends submission. With `cancel`, cancels every task that no worker has taken. Doesn't wait:
 * collect the remaining tasks; the workers exit after the last one has been collected. */
BKO_API void bko_pool_shutdown(bko_pool *pool, int cancel);

/* Shuts down, cancels pending tasks, lets workers finish their current task, ends the workers
 * (processes that don't exit within five seconds are killed) and frees the pool. Reports nothing.
 * NULL is allowed. */
BKO_API void bko_pool_free(bko_pool *pool);

/* The main function of a spawned worker program: works for the pool that started it until the pool
 * ends. `argument` is the last element of argv, which the pool appended. Returns an exit code. */
BKO_API int bko_pool_work(const bko_pool_worker *worker, const char *argument);

#endif

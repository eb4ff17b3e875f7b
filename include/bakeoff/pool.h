/*
 * Worker pools: threads of this process, processes forked from it, or fresh ones of a worker program.
 * What a worker does is the caller's: a pool starts workers, waits until all of them are ready, hands
 * them tasks in order and tells what became of each.
 */
#ifndef BAKEOFF_POOL_H
#define BAKEOFF_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "bakeoff/export.h"

/* The bytes a task answers with. */
typedef struct bko_answer bko_answer;
/* Copies `size` bytes to the end of the answer. Worker only. BKO_ENOMEM, BKO_ETOOLARGE. */
BKO_API int bko_answer_add(bko_answer *answer, const void *data, size_t size);

/*
 * A pool runs tasks: bytes go in, bytes come out. Its workers are threads, forked processes or fresh
 * processes of a worker program; everything else is the same for all three. Tasks wait in one queue from
 * which every free worker takes the oldest, also while the owner does something else. What has ended
 * waits until the owner collects it.
 *
 * Threads: a pool belongs to the thread that created it (its owner); processes that it has started end
 * with that thread. A task that calls a function of its own pool gets BKO_EDEADLOCK. In a process forked
 * from the owner's the pool is broken and can only be freed.
 */
typedef struct bko_pool bko_pool;

typedef enum bko_pool_kind {
    BKO_POOL_THREADS,
    BKO_POOL_FORK, /* BKO_EBUSY where the calling process has other threads */
    BKO_POOL_SPAWN /* possible in any process */
} bko_pool_kind;

/* What a worker does. Called on the worker's thread or in its process. */
typedef struct bko_pool_worker {
    /* Prepares worker `worker` (from 0). A negative return with a sentence in `reason` breaks the pool.
     * `greeting` is the options' (borrowed for the call). May be NULL. */
    int (*open)(void *user, unsigned worker, const void *greeting, size_t greeting_size,
                void **state, bko_answer *reason);
    /* Runs one task. What is added to `answer` goes to the owner, also with a negative return, which
     * says that the task failed. Once bko_answer_add has failed, the task ends with that error and a
     * sentence, whatever `run` returns. `data` is borrowed for the call. */
    int (*run)(void *user, void *state, unsigned worker, uint64_t task, const void *data,
               size_t size, bko_answer *answer);
    void (*close)(void *user, unsigned worker, void *state); /* may be NULL */
    void *user;
} bko_pool_worker;

typedef struct bko_pool_options {
    bko_pool_kind kind;
    unsigned workers; /* at least 1 */
    uint64_t recycle; /* a worker is replaced (state and process) after so many tasks; 0: never */
    size_t frame_max; /* largest task or answer in bytes; 0: 64 MiB */
    size_t
        queue_bytes; /* tasks on their way to workers; 0: 256 KiB. The rest waits with the owner. */
    bko_pool_worker worker;  /* THREADS and FORK */
    const char *const *argv; /* SPAWN: a program that calls bko_pool_work; borrowed until free */
    const void *greeting;    /* handed to every worker's `open`; copied */
    size_t greeting_size;
} bko_pool_options;

/* Starts the workers and returns when each of them has run `open`. *out is returned owned. BKO_EINVAL,
 * BKO_ENOMEM, BKO_EBUSY (fork beside threads), BKO_ESYS (errno: a thread or process could not be had),
 * BKO_ELOST (a worker died before it was ready), or what `open` returned; `reason` gets a sentence. */
BKO_API int bko_pool_create(bko_pool **out, const bko_pool_options *options, char *reason,
                            size_t reason_size);

/* Queues a task and never blocks: what the queue can't hold waits with the owner and follows as the
 * owner calls in. The bytes are copied. *task numbers tasks from 0. BKO_ECLOSED after shutdown,
 * BKO_EBROKEN, BKO_ETOOLARGE, BKO_ENOMEM, BKO_EDEADLOCK. */
BKO_API int bko_pool_submit(bko_pool *pool, const void *data, size_t size, uint64_t *task);

/* 1 when no worker had taken the task and now none ever will (it is still collected, with
 * BKO_ECANCELLED; cancelling it again gives 1 until then); 0 when it is too late. */
BKO_API int bko_pool_cancel(bko_pool *pool, uint64_t task);
/* 1 when a worker has taken the task and the owner has not collected its end. */
BKO_API int bko_pool_is_running(bko_pool *pool, uint64_t task);

/* How a task ended. */
typedef struct bko_outcome {
    uint64_t task;
    /* 0; what `run` returned, with what it had added; BKO_ELOST, BKO_ECANCELLED, BKO_EBROKEN,
     * BKO_ETOOLARGE or BKO_ENOMEM (of the answer), each with a sentence as data */
    int error;
    unsigned worker;  /* UINT_MAX: none */
    int pid;          /* of the worker's process; 0: none */
    const void *data; /* borrowed for the call; `size` bytes, no closing zero */
    size_t size;
} bko_outcome;
typedef void bko_pool_ended(void *user, const bko_outcome *outcome);

/*
 * Waits until a task has ended, at most `timeout_ns` (0: not at all; negative: no limit), then calls
 * `ended` for every task that has. Also refills the queue, notices dead workers and replaces them.
 * `ended` may call bko_pool_submit, _cancel and _collect.
 *
 * `wanted` is a task that the caller waits for: its end is told at once, those of others are let gather
 * for a moment (below 1 ms). With BKO_ANY_TASK the first end counts, and ends are let gather only while
 * tasks are short and many are outstanding. With BKO_ALL_TASKS nobody waits for a single one, and they
 * are let gather for 10 ms.
 *
 * Returns how many ended (0: the limit passed, a signal came, or nothing is outstanding) or a negative
 * error (BKO_EDEADLOCK, BKO_ENOMEM, BKO_ESYS).
 */
#define BKO_ANY_TASK  UINT64_MAX
#define BKO_ALL_TASKS (UINT64_MAX - 1)
BKO_API int bko_pool_collect(bko_pool *pool, int64_t timeout_ns, uint64_t wanted,
                             bko_pool_ended *ended, void *user);

/* A descriptor that is readable when collect has something to do: for poll, epoll or a loop. Borrowed.
 * Call bko_pool_arm before waiting on it: 1 when something is there already. Submitting, cancelling and shutting
 * down leave it armed; collecting disarms it. When it is readable, call collect, which may find that there is
 * nothing after all. */
BKO_API int bko_pool_fd(const bko_pool *pool);
BKO_API int bko_pool_arm(bko_pool *pool);

typedef struct bko_pool_counts {
    uint64_t submitted;
    /* Collected, each in one of them: submitted is their sum when all is. `broken`: BKO_EBROKEN, what a
     * broken pool never ran. */
    uint64_t done, failed, lost, cancelled, broken;
    uint64_t ipc_bytes; /* moved in both directions, headers, functions and greetings included */
    uint64_t respawned; /* workers started in place of others: dead or recycled */
    unsigned workers;   /* alive */
} bko_pool_counts;
BKO_API void bko_pool_counts_read(bko_pool *pool, bko_pool_counts *out);
/* Why the pool is broken, or "". */
BKO_API const char *bko_pool_reason(const bko_pool *pool);
/* CPU time that worker `worker` has used since it was ready, in nanoseconds; its predecessors' too. */
BKO_API int64_t bko_pool_worker_cpu_ns(const bko_pool *pool, unsigned worker);

/* No more submits. `cancel`: what no worker has taken is cancelled. Doesn't wait: collect the rest; when
 * the last task has been collected, the workers leave. */
BKO_API void bko_pool_shutdown(bko_pool *pool, int cancel);

/* Shuts down, cancels what is pending, lets workers finish what they run, ends them (processes that
 * don't leave in five seconds are killed) and frees. Nothing is reported any more. NULL is allowed. */
BKO_API void bko_pool_free(bko_pool *pool);

/* The main of a spawned worker program: works for the pool that started it until that ends.
 * `argument` is the last element of its argv, appended by the pool. Returns an exit code. */
BKO_API int bko_pool_work(const bko_pool_worker *worker, const char *argument);

#endif

/*
 * Worker pools: threads of this process, or processes forked from it. What a worker does is the
 * caller's: a pool starts workers, waits until all of them are ready, hands them jobs in order and
 * tells what became of each.
 */
#ifndef BAKEOFF_POOL_H
#define BAKEOFF_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "bakeoff/export.h"

/* --- threads -------------------------------------------------------------------------------------- */

typedef struct bko_threads bko_threads;

typedef struct bko_threads_options {
    unsigned workers;      /* at least 1 */
    size_t queue_capacity; /* jobs that may wait before submit blocks; 0: 4,096 */
    /* Prepares worker `worker` (from 0) on its own thread: *state is handed to the other two. May be
     * NULL. A negative return makes bko_threads_create fail with it. */
    int (*open)(void *user, unsigned worker, void **state);
    /* Runs one job on a worker's thread. No lock is held. */
    void (*run)(void *user, void *state, unsigned worker, size_t job);
    /* Ends a worker whose open succeeded, on its own thread. May be NULL. */
    void (*close)(void *user, unsigned worker, void *state);
    void *user;
} bko_threads_options;

/* Returns when every worker has run `open` and waits for jobs. *out is returned owned. BKO_EINVAL,
 * BKO_ENOMEM, BKO_ESYS (a thread could not be started: errno), or what `open` returned. */
BKO_API int bko_threads_create(bko_threads **out, const bko_threads_options *options);

/* Queues a job; blocks while the queue is full. Any thread but a worker's. BKO_ECLOSED. */
BKO_API int bko_threads_submit(bko_threads *pool, size_t job);

/* Waits until every submitted job has been run. */
BKO_API void bko_threads_drain(bko_threads *pool);

/* Lets the workers run what is queued, ends and joins them. NULL is allowed. */
BKO_API void bko_threads_free(bko_threads *pool);

/* --- processes ------------------------------------------------------------------------------------ */

typedef struct bko_processes bko_processes;

/* The bytes a worker answers with. */
typedef struct bko_answer bko_answer;
/* Copies `size` bytes to the end of the answer. Worker only. BKO_ENOMEM, BKO_ETOOLARGE. */
BKO_API int bko_answer_add(bko_answer *answer, const void *data, size_t size);

typedef struct bko_processes_options {
    unsigned workers; /* at least 1 */
    size_t frame_max; /* largest job or answer in bytes, below 4 GiB; 0: 64 MiB */
    /* As for threads, but called in the worker's own process. `run` gets the job's bytes. */
    int (*open)(void *user, unsigned worker, void **state);
    void (*run)(void *user, void *state, unsigned worker, size_t job, const void *data, size_t size,
                bko_answer *answer);
    void (*close)(void *user, unsigned worker, void *state);
    void *user;
} bko_processes_options;

/* Where jobs come from and answers go; called in the parent, by bko_processes_run. */
typedef struct bko_processes_source {
    /* The next job: its number and bytes (borrowed until the next call). 1, or 0 when there is none. */
    int (*next)(void *user, size_t *job, const void **data, size_t *size);
    /* A job that `next` gave ended, and is not heard of again: error is 0 with the answer's bytes
     * (borrowed), BKO_ELOST with a sentence that names the worker and the cause of its death, or
     * BKO_ETOOLARGE with a sentence (the job's bytes are more than frame_max). */
    void (*done)(void *user, size_t job, int error, const void *data, size_t size);
    void *user;
} bko_processes_source;

/* Forks the workers and returns when each of them is ready. The caller must be single-threaded
 * (BKO_EBUSY). A worker dies with its parent. *out is returned owned. BKO_EINVAL, BKO_ENOMEM,
 * BKO_ESYS (fork or socketpair), BKO_ELOST (a worker died before it was ready), or what `open`
 * returned. */
BKO_API int bko_processes_create(bko_processes **out, const bko_processes_options *options);

/* Runs all jobs of `source`. A worker that dies loses only the job it had started; what still waited
 * for it goes to the others. BKO_ELOST when no worker is left (remaining jobs are not taken),
 * BKO_ENOMEM, BKO_ESYS. */
BKO_API int bko_processes_run(bko_processes *pool, const bko_processes_source *source);

/* Bytes moved in both directions so far, headers included. */
BKO_API uint64_t bko_processes_ipc_bytes(const bko_processes *pool);

/* Ends the workers (those that don't leave are killed) and reaps them. NULL is allowed. */
BKO_API void bko_processes_free(bko_processes *pool);

#endif

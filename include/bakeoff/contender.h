/*
 * The native contenders: different ways to run the jobs of one trial. All of them offer the same
 * three steps, so that their times are comparable. A trial calls the steps in order, in its own
 * process.
 */
#ifndef BAKEOFF_CONTENDER_H
#define BAKEOFF_CONTENDER_H

#include <stddef.h>

#include "bakeoff/export.h"
#include "bakeoff/fetch.h"
#include "bakeoff/recorder.h"
#include "bakeoff/spans.h"

typedef struct bko_answer bko_answer; /* see bakeoff/pool.h */

/* The hook that processes each response, in the worker that fetched it: the CPU part of a job. */
typedef struct bko_process_hook {
    /* Prepares worker `worker` (from 0), on its own thread or in its own process. `shares_process`
     * is non-zero when other workers run in the same process; when it is 0, the worker can use the
     * state inherited from the forked parent as it is. Returns 0, or a negative error with a
     * sentence in `reason`. */
    int (*open)(void *user, unsigned worker, int shares_process, void **state, char *reason,
                size_t size);
    /* Handles one response. Results that must reach the trial's main process go into `answer`; it
     * is NULL when the hook already runs there. Returns 0, or BKO_ETASK with a sentence in
     * `reason`. */
    int (*call)(void *state, const bko_response *response, bko_answer *answer, char *reason,
                size_t size);
    void (*close)(void *state);
    void *user;
} bko_process_hook;

/* One item of the general form: bytes that only the task hook interprets. */
typedef struct bko_item {
    const void *data;
    size_t size;
} bko_item;

/* The general form of a job: one body does everything, including its own I/O. */
typedef struct bko_task_hook {
    /* As in bko_process_hook. */
    int (*open)(void *user, unsigned worker, int shares_process, void **state, char *reason,
                size_t size);
    /* Handles item `job` and records what it did in `row`: connected_ns, first_byte_ns, done_ns,
     * saved_ns, bytes, http_status, waited_ns. `answer` is as in a process hook. Returns 0, or
     * BKO_ETASK, or the code of a fetch that failed, with a sentence in `reason`. */
    int (*run)(void *state, size_t job, const bko_item *item, bko_job_row *row, bko_answer *answer,
               char *reason, size_t size);
    void (*close)(void *state);
    void *user;
} bko_task_hook;

/* The jobs of one trial: either `urls`, or `items` with `task`. Everything is borrowed and must
 * outlive the contender's state. */
typedef struct bko_jobs {
    const char *const *urls; /* checked: see bko_url_check */
    const bko_item *items;
    size_t count;
    const bko_fetch_options *fetch;  /* set keep_body if process, task or save_dir is set */
    const bko_process_hook *process; /* for urls; NULL: bodies are counted and dropped */
    const bko_task_hook *task;       /* for items; sequential, threads and processes only */
    const char *save_dir; /* existing folder; each body is saved there as a file; NULL: not saved */
    bko_recorder *recorder;
    bko_spans *spans; /* NULL: only the rows are recorded */
    int one_lock;     /* threads: one lock around all workers' hooks, like an interpreter lock */
} bko_jobs;

typedef struct bko_contender {
    const char *name;
    /* Does everything up to the point where all workers are ready. *state is returned owned; pass
     * it to the other two steps. BKO_EINVAL: this contender does not support that many workers or
     * this form of job. */
    int (*setup)(const bko_jobs *jobs, unsigned workers, void **state);
    /* Runs all jobs. Failed jobs are in the recorder; an error means the contender itself
     * failed. */
    int (*work)(void *state);
    /* Releases everything, workers included. NULL is allowed. */
    void (*teardown)(void *state);
} bko_contender;

/* "sequential", "threads", "processes" or "eventloop"; NULL for anything else. */
BKO_API const bko_contender *bko_contender_find(const char *name);

#endif

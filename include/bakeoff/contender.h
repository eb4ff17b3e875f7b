/*
 * The native contenders: ways of running the jobs of one trial. Each offers the same three steps, so
 * that their times can be compared; a trial calls them in order, in a process of its own.
 */
#ifndef BAKEOFF_CONTENDER_H
#define BAKEOFF_CONTENDER_H

#include <stddef.h>

#include "bakeoff/export.h"
#include "bakeoff/fetch.h"
#include "bakeoff/recorder.h"
#include "bakeoff/spans.h"

typedef struct bko_answer bko_answer; /* see bakeoff/pool.h */

/* What is done with each response, in the worker that fetched it: the CPU part of a job. */
typedef struct bko_process_hook {
    /* Prepares worker `worker` (from 0), on its own thread or in its own process. `shares_process` tells
     * that other workers run in this process; otherwise the state of the forked parent can be used
     * as it is. 0 or a negative error with a sentence in `reason`. */
    int (*open)(void *user, unsigned worker, int shares_process, void **state, char *reason,
                size_t size);
    /* Handles one response. `answer` is where the result goes when it has to travel to the trial's
     * main process; NULL where it needn't. 0, or BKO_ETASK with a sentence in `reason`. */
    int (*call)(void *state, const bko_response *response, bko_answer *answer, char *reason,
                size_t size);
    void (*close)(void *state);
    void *user;
} bko_process_hook;

/* One item of the general form: bytes that only the task hook reads. */
typedef struct bko_item {
    const void *data;
    size_t size;
} bko_item;

/* The general form of a job: one body that does all of it, its input and output included. */
typedef struct bko_task_hook {
    /* As bko_process_hook's. */
    int (*open)(void *user, unsigned worker, int shares_process, void **state, char *reason,
                size_t size);
    /* Handles item `job` and notes in `row` what it did: connected_ns, first_byte_ns, done_ns, saved_ns,
     * bytes, http_status, waited_ns. `answer` as for a process hook. 0, or BKO_ETASK with a sentence in
     * `reason`. */
    int (*run)(void *state, size_t job, const bko_item *item, bko_job_row *row, bko_answer *answer,
               char *reason, size_t size);
    void (*close)(void *state);
    void *user;
} bko_task_hook;

/* The jobs of one trial: `urls`, or `items` with `task`. Everything is borrowed and must outlive the
 * contender's state. */
typedef struct bko_jobs {
    const char *const *urls; /* checked: see bko_url_check */
    const bko_item *items;
    size_t count;
    const bko_fetch_options *fetch;  /* keep_body must be set where process, task or save_dir is */
    const bko_process_hook *process; /* NULL: bodies are counted and dropped. For urls. */
    const bko_task_hook *task;       /* sequential, threads and processes */
    const char *save_dir; /* existing folder that takes each body as a file; NULL: none */
    bko_recorder *recorder;
    bko_spans *spans; /* NULL: nothing beside the rows is noted */
    int one_lock;     /* threads: one lock around all workers' hooks, as an interpreter lock is */
} bko_jobs;

typedef struct bko_contender {
    const char *name;
    /* Everything until all workers are ready. *state is returned owned, for the other two. BKO_EINVAL:
     * not so many workers, or jobs of a form that this contender has no way of running. */
    int (*setup)(const bko_jobs *jobs, unsigned workers, void **state);
    /* Runs all jobs. Failed jobs are in the recorder; an error means that the contender itself failed. */
    int (*work)(void *state);
    /* Releases everything, workers included. NULL is allowed. */
    void (*teardown)(void *state);
} bko_contender;

/* "sequential", "threads", "processes" or "eventloop"; NULL for anything else. */
BKO_API const bko_contender *bko_contender_find(const char *name);

#endif

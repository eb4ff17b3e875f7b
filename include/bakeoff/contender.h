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

/* The jobs of one trial. Everything is borrowed and must outlive the contender's state. */
typedef struct bko_jobs {
    const char *const *urls; /* checked: see bko_url_check */
    size_t count;
    const bko_fetch_options *fetch;  /* keep_body must be set where process or save_dir is */
    const bko_process_hook *process; /* NULL: bodies are counted and dropped */
    const char *save_dir; /* existing folder that takes each body as a file; NULL: none */
    bko_recorder *recorder;
} bko_jobs;

typedef struct bko_contender {
    const char *name;
    /* Everything until all workers are ready. *state is returned owned, for the other two. */
    int (*setup)(const bko_jobs *jobs, unsigned workers, void **state);
    /* Runs all jobs. Failed jobs are in the recorder; an error means that the contender itself failed. */
    int (*work)(void *state);
    /* Releases everything, workers included. NULL is allowed. */
    void (*teardown)(void *state);
} bko_contender;

/* "sequential", "threads", "processes" or "eventloop"; NULL for anything else. */
BKO_API const bko_contender *bko_contender_find(const char *name);

#endif

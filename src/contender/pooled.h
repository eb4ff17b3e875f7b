/*
 * What the contenders with a pool of blocking workers have in common: every job is a task with the
 * same number.
 *
 * Threads: everything runs on the trial's thread, except what the pool calls in its workers.
 */
#ifndef BAKEOFF_CONTENDER_POOLED_H
#define BAKEOFF_CONTENDER_POOLED_H

#include "bakeoff/pool.h"
#include "contender/job.h"

typedef struct bko__pooled {
    const bko_jobs *jobs;
    bko_pool *pool; /* owned */
    bko__gil *gil;  /* owned; NULL: none */
    bko_pool_kind kind;
    unsigned workers;
    uint64_t submitted, ended; /* tasks */
    int64_t live;              /* jobs that wait or run; dropped jobs don't count */
} bko__pooled;

/* Starts the workers. *out is returned owned; the reason for a failure goes to the recorder. */
int bko__pooled_create(bko__pooled **out, const bko_jobs *jobs, bko_pool_kind kind,
                       unsigned workers);
/* Runs all jobs. `state` is a bko__pooled, here and below. */
int bko__pooled_work(void *state);
void bko__pooled_free(void *state);

#endif

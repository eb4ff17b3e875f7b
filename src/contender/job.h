/*
 * One job, as all contenders run it: start, fetch (theirs), process, save, end. The steps around the
 * fetch are the same code for every model, so only the model differs.
 *
 * Threads: a job belongs to the worker that runs it.
 */
#ifndef BAKEOFF_CONTENDER_JOB_H
#define BAKEOFF_CONTENDER_JOB_H

#include "bakeoff/contender.h"

/* What a worker of any model keeps between jobs. */
typedef struct bko__worker {
    const bko_jobs *jobs;
    unsigned number;
    void *process_state; /* of jobs->process */
} bko__worker;

/* A worker of the blocking models: it also has its own reused transfer. */
typedef struct bko__blocking_worker {
    bko__worker base;
    bko_transfer *transfer;
} bko__blocking_worker;

/* Opens the process hook for a worker; its failure is noted as the trial's reason. */
int bko__worker_open(bko__worker *worker, const bko_jobs *jobs, unsigned number,
                     int shares_process);
void bko__worker_close(bko__worker *worker);

/* Everything behind the fetch: process, save, record. `row` was filled by bko_recorder_start. */
void bko__worker_finish_job(bko__worker *worker, size_t job, const bko_response *response,
                            bko_job_row *row, bko_answer *answer);

int bko__blocking_worker_create(bko__blocking_worker **out, const bko_jobs *jobs, unsigned number,
                                int shares_process);
void bko__blocking_worker_run(bko__blocking_worker *worker, size_t job, const char *url,
                              bko_answer *answer);
void bko__blocking_worker_free(bko__blocking_worker *worker);

/* Stores a body as <dir>/<name made of url>, whole or not at all. BKO_ESAVE. */
int bko__save_body(const char *dir, const char *url, const void *body, size_t size);

extern const bko_contender bko__contender_sequential;
extern const bko_contender bko__contender_threads;
extern const bko_contender bko__contender_processes;
extern const bko_contender bko__contender_eventloop;

#endif

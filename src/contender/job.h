/*
 * One job, as all contenders run it: start, fetch (by the model), process, save, end; or start,
 * task, end. The steps around the fetch are the same code for every model, so that only the model
 * differs.
 *
 * Threads: a job belongs to the worker that runs it.
 */
#ifndef BAKEOFF_CONTENDER_JOB_H
#define BAKEOFF_CONTENDER_JOB_H

#include "bakeoff/contender.h"
#include "core/gil.h"

/* What a worker of any model keeps between jobs. The model fills in the first group. */
typedef struct bko__worker {
    const bko_jobs *jobs;
    unsigned number;
    int shares_process; /* other workers are threads of the same process */
    int is_process;     /* its CPU time is that of the whole process */
    bko__gil *gil;      /* borrowed; NULL: none */

    void *hook_state;     /* state of jobs->process or jobs->task */
    int64_t cpu_start_ns; /* when it began to work */
    int has_begun;
} bko__worker;

/* A worker of the blocking models. For URLs it has its own transfer, which it reuses. */
typedef struct bko__blocking_worker {
    bko__worker base;
    bko_transfer *transfer;
    int64_t noted_ns; /* when its CPU time was last noted */
} bko__blocking_worker;

/* Opens the hook for a worker; a failure is recorded as the trial's reason. Call this and
 * everything below on the worker's thread. */
int bko__worker_open(bko__worker *worker);
/* Closes the hook; a worker that never began to work has used no CPU time. */
void bko__worker_close(bko__worker *worker);

/*
 * Returns the worker's CPU time since the first call, in nanoseconds, and reports it to the
 * recorder. Both the first and the last call must be within the work phase: what a worker does
 * before and after it would count as a share of the work's time.
 */
int64_t bko__worker_note_cpu(bko__worker *worker);

/* Everything after the fetch: process, save, record. bko__recorder_start must have filled `row`. */
void bko__worker_finish_job(bko__worker *worker, size_t job, const bko_response *response,
                            bko_job_row *row, bko_answer *answer);

/* Runs and records a complete job of the general form. */
void bko__worker_run_task(bko__worker *worker, size_t job, const bko_item *item,
                          bko_answer *answer);

/* Records why a job failed, as "place: text" without credentials; `row` has its code and status. Call
 * it once for each failed job. */
void bko__jobs_note_failure(const bko_jobs *jobs, const bko_job_row *row, const char *place,
                            const char *text);

/* The input of a job, in bytes: its item, or its URL with the terminating zero. */
bko_item bko__jobs_item(const bko_jobs *jobs, size_t job);

/* `like` provides the first group of a worker. */
int bko__blocking_worker_create(bko__blocking_worker **out, const bko__worker *like);
/* `item` is as returned by bko__jobs_item. */
void bko__blocking_worker_run(bko__blocking_worker *worker, size_t job, const bko_item *item,
                              bko_answer *answer);
void bko__blocking_worker_free(bko__blocking_worker *worker);

/* Saves `size` bytes as <dir>/<name>, completely or not at all. BKO_ESAVE. */
int bko__save_file(const char *dir, const char *name, const void *data, size_t size);
/* Does the same for a body, under a name derived from its URL. */
int bko__save_body(const char *dir, const char *url, const void *body, size_t size);

extern const bko_contender bko__contender_sequential;
extern const bko_contender bko__contender_threads;
extern const bko_contender bko__contender_processes;
extern const bko_contender bko__contender_eventloop;

#endif

/*
 * One job, as all contenders run it: start, fetch (theirs), process, save, end; or start, task, end. The
 * steps around the fetch are the same code for every model, so only the model differs.
 *
 * Threads: a job belongs to the worker that runs it.
 */
#ifndef BAKEOFF_CONTENDER_JOB_H
#define BAKEOFF_CONTENDER_JOB_H

#include "bakeoff/contender.h"
#include "core/gil.h"

/* What a worker of any model keeps between jobs. The first group is the model's to fill in. */
typedef struct bko__worker {
    const bko_jobs *jobs;
    unsigned number;
    int shares_process; /* other workers are threads beside it */
    int is_process;     /* its CPU time is that of its whole process */
    bko__gil *gil;      /* borrowed; NULL: none */

    void *hook_state;     /* of jobs->process or jobs->task */
    int64_t cpu_start_ns; /* when it was ready */
    int has_noted_cpu;
} bko__worker;

/* A worker of the blocking models: for URLs it also has its own reused transfer. */
typedef struct bko__blocking_worker {
    bko__worker base;
    bko_transfer *transfer;
} bko__blocking_worker;

/* Opens the hook for a worker; its failure is noted as the trial's reason. On the worker's thread, as
 * all that follows. */
int bko__worker_open(bko__worker *worker);
/* Closes the hook; notes the worker's CPU time where nobody has. */
void bko__worker_close(bko__worker *worker);

/* CPU time of the worker since it was ready, in nanoseconds; also told to the recorder. */
int64_t bko__worker_note_cpu(bko__worker *worker);

/* Everything behind the fetch: process, save, record. `row` was filled by bko__recorder_start. */
void bko__worker_finish_job(bko__worker *worker, size_t job, const bko_response *response,
                            bko_job_row *row, bko_answer *answer);

/* A whole job of the general form, recorded. */
void bko__worker_run_task(bko__worker *worker, size_t job, const bko_item *item,
                          bko_answer *answer);

/* Keeps why a job failed: "place: text", without credentials. */
void bko__jobs_note_reason(const bko_jobs *jobs, const char *place, const char *text);

/* What a job is made from, in bytes: its item, or its URL with the closing zero. */
bko_item bko__jobs_item(const bko_jobs *jobs, size_t job);

/* `like`: the first group of a worker. */
int bko__blocking_worker_create(bko__blocking_worker **out, const bko__worker *like);
/* `item` as bko__jobs_item makes it. */
void bko__blocking_worker_run(bko__blocking_worker *worker, size_t job, const bko_item *item,
                              bko_answer *answer);
void bko__blocking_worker_free(bko__blocking_worker *worker);

/* Stores `size` bytes as <dir>/<name>, whole or not at all. BKO_ESAVE. */
int bko__save_file(const char *dir, const char *name, const void *data, size_t size);
/* The same for a body, under a name made of its URL. */
int bko__save_body(const char *dir, const char *url, const void *body, size_t size);

extern const bko_contender bko__contender_sequential;
extern const bko_contender bko__contender_threads;
extern const bko_contender bko__contender_processes;
extern const bko_contender bko__contender_eventloop;

#endif

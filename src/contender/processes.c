/*
 * processes: a pool of forked workers. Each job's URL or item and its result travel in frames, as they would in
 * any program with processes; the timestamps are written to the recorder's shared memory in place.
 */
#include <stdlib.h>

#include "bakeoff/error.h"
#include "bakeoff/pool.h"
#include "contender/job.h"

typedef struct state_of_processes {
    const bko_jobs *jobs;
    bko_processes *pool;
    size_t next;
} state_of_processes;

static int open_worker(void *user, unsigned number, void **state) {
    bko__worker like = {.jobs = user, .number = number, .is_process = 1};
    return bko__blocking_worker_create((bko__blocking_worker **)state, &like);
}

/* The frame is the URL with its closing zero, or the item. */
static void run_job(void *user, void *state, unsigned number, size_t job, const void *data,
                    size_t size, bko_answer *answer) {
    (void)user;
    (void)number;
    bko_item item = {data, size};
    bko__blocking_worker_run(state, job, &item, answer);
}

static void close_worker(void *user, unsigned number, void *state) {
    (void)user;
    (void)number;
    bko__blocking_worker_free(state);
}

static int setup(const bko_jobs *jobs, unsigned workers, void **state) {
    state_of_processes *self = calloc(1, sizeof *self);
    if (self == NULL) {
        return BKO_ENOMEM;
    }
    bko_processes_options options = {.workers = workers,
                                     .open = open_worker,
                                     .run = run_job,
                                     .close = close_worker,
                                     .user = (void *)jobs};
    self->jobs = jobs;
    int err = bko_processes_create(&self->pool, &options);
    if (err != BKO_OK) {
        free(self);
        return err;
    }
    *state = self;
    return BKO_OK;
}

static int next_job(void *user, size_t *job, const void **data, size_t *size) {
    state_of_processes *self = user;
    if (self->next == self->jobs->count) {
        return 0;
    }
    *job = self->next++;
    bko_item item = bko__jobs_item(self->jobs, *job);
    *data = item.data;
    *size = item.size;
    return 1;
}

static void job_done(void *user, size_t job, int error, const void *data, size_t size) {
    state_of_processes *self = user;
    (void)size;
    if (error != BKO_OK) { /* its worker died, or no frame holds the item */
        bko_recorder_lost(self->jobs->recorder, job);
        bko_recorder_reason(self->jobs->recorder, data);
    }
}

static int work(void *state) {
    state_of_processes *self = state;
    bko_processes_source source = {.next = next_job, .done = job_done, .user = self};
    bko_recorder_submit(self->jobs->recorder, self->jobs->count);
    int err = bko_processes_run(self->pool, &source);
    bko_recorder_add_ipc(self->jobs->recorder, bko_processes_ipc_bytes(self->pool));
    return err;
}

static void teardown(void *state) {
    state_of_processes *self = state;
    if (self != NULL) {
        bko_processes_free(self->pool);
        free(self);
    }
}

const bko_contender bko__contender_processes = {"processes", setup, work, teardown};

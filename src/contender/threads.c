/* threads: a pool of threads that take jobs from one queue; each has its own handle and connection, and
 * its own Lua state. With one lock those run one at a time, as threads of one interpreter do. */
#include <stdlib.h>

#include "bakeoff/error.h"
#include "bakeoff/pool.h"
#include "contender/job.h"
#include "fetch/transfer.h"

typedef struct state_of_threads {
    const bko_jobs *jobs;
    bko_threads *pool;
    bko__gil *gil; /* owned; NULL: none */
} state_of_threads;

static int open_worker(void *user, unsigned number, void **state) {
    const state_of_threads *self = user;
    bko__worker like = {
        .jobs = self->jobs, .number = number, .shares_process = 1, .gil = self->gil};
    return bko__blocking_worker_create((bko__blocking_worker **)state, &like);
}

static void run_job(void *user, void *state, unsigned number, size_t job) {
    const state_of_threads *self = user;
    bko_item item = bko__jobs_item(self->jobs, job);
    (void)number;
    bko__blocking_worker_run(state, job, &item, NULL);
}

static void close_worker(void *user, unsigned number, void *state) {
    (void)user;
    (void)number;
    bko__blocking_worker_free(state);
}

static void teardown(void *state) {
    state_of_threads *self = state;
    if (self != NULL) {
        bko_threads_free(self->pool);
        bko__gil_free(self->gil);
        free(self);
    }
}

static int setup(const bko_jobs *jobs, unsigned workers, void **state) {
    state_of_threads *self = calloc(1, sizeof *self);
    if (self == NULL) {
        return BKO_ENOMEM;
    }
    bko_threads_options options = {.workers = workers,
                                   .open = open_worker,
                                   .run = run_job,
                                   .close = close_worker,
                                   .user = self};
    self->jobs = jobs;
    int err = jobs->task == NULL ? bko__curl_init() : BKO_OK;
    if (err == BKO_OK && jobs->one_lock) {
        err = bko__gil_create(&self->gil);
    }
    if (err == BKO_OK) {
        err = bko_threads_create(&self->pool, &options);
    }
    if (err != BKO_OK) {
        teardown(self);
        return err;
    }
    *state = self;
    return BKO_OK;
}

static int work(void *state) {
    state_of_threads *self = state;
    int err = BKO_OK;
    bko_recorder_submit(self->jobs->recorder, self->jobs->count);
    for (size_t i = 0; i < self->jobs->count && err == BKO_OK; i++) {
        err = bko_threads_submit(self->pool, i);
    }
    bko_threads_drain(self->pool);
    return err;
}

const bko_contender bko__contender_threads = {"threads", setup, work, teardown};

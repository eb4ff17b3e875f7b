/* threads: a pool of threads that take URLs from one queue; each has its own handle and connection. */
#include <stdlib.h>

#include "bakeoff/error.h"
#include "bakeoff/pool.h"
#include "contender/job.h"
#include "fetch/transfer.h"

typedef struct state_of_threads {
    const bko_jobs *jobs;
    bko_threads *pool;
} state_of_threads;

static int open_worker(void *user, unsigned number, void **state) {
    return bko__blocking_worker_create((bko__blocking_worker **)state, user, number, 1);
}

static void run_job(void *user, void *state, unsigned number, size_t job) {
    const bko_jobs *jobs = user;
    (void)number;
    bko__blocking_worker_run(state, job, jobs->urls[job], NULL);
}

static void close_worker(void *user, unsigned number, void *state) {
    (void)user;
    (void)number;
    bko__blocking_worker_free(state);
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
                                   .user = (void *)jobs};
    self->jobs = jobs;
    int err = bko__curl_init();
    if (err == BKO_OK) {
        err = bko_threads_create(&self->pool, &options);
    }
    if (err != BKO_OK) {
        free(self);
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

static void teardown(void *state) {
    state_of_threads *self = state;
    if (self != NULL) {
        bko_threads_free(self->pool);
        free(self);
    }
}

const bko_contender bko__contender_threads = {"threads", setup, work, teardown};

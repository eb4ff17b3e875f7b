/* See contender/pooled.h. */
#include "contender/pooled.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "contender/pace.h"
#include "record/notes.h"

/* --- in the workers ------------------------------------------------------------------------------- */

static int open_worker(void *user, unsigned number, const void *greeting, size_t greeting_size,
                       void **state, bko_answer *reason) {
    const bko__pooled *self = user;
    bko__worker like = {.jobs = self->jobs,
                        .number = number,
                        .shares_process = self->kind == BKO_POOL_THREADS,
                        .is_process = self->kind != BKO_POOL_THREADS,
                        .gil = self->gil};
    (void)greeting;
    (void)greeting_size;
    (void)reason; /* the hook has told the recorder */
    return bko__blocking_worker_create((bko__blocking_worker **)state, &like);
}

/* Threads share the jobs' memory, so their tasks are empty and have no answer. */
static int run_job(void *user, void *state, unsigned number, uint64_t job, const void *data,
                   size_t size, bko_answer *answer) {
    const bko__pooled *self = user;
    bool shared = self->kind == BKO_POOL_THREADS;
    bko_item item = shared ? bko__jobs_item(self->jobs, (size_t)job) : (bko_item){data, size};
    (void)number;
    bko__blocking_worker_run(state, (size_t)job, &item, shared ? NULL : answer);
    return BKO_OK;
}

static void close_worker(void *user, unsigned number, void *state) {
    (void)user;
    (void)number;
    bko__blocking_worker_free(state);
}

/* --- in the trial --------------------------------------------------------------------------------- */

enum { REASON_SIZE = 512, FRAME_USUAL = 64 << 20 };

/* Every item must fit into a frame. Results may be as large as the pool's default or the largest
 * item. */
static size_t largest_item(const bko_jobs *jobs) {
    size_t largest = 0;
    for (size_t job = 0; job < jobs->count; job++) {
        size_t size = bko__jobs_item(jobs, job).size;
        largest = size > largest ? size : largest;
    }
    return largest > FRAME_USUAL ? largest : 0;
}

/* Records why the pool could not be created, unless a hook has already recorded a reason: the first
 * one counts. */
static int create_pool(bko__pooled *self, unsigned workers) {
    char reason[REASON_SIZE];
    bko_pool_options options = {.kind = self->kind,
                                .workers = workers,
                                .frame_max = largest_item(self->jobs),
                                .worker = {open_worker, run_job, close_worker, self}};
    int err = bko_pool_create(&self->pool, &options, reason, sizeof reason);
    if (err != BKO_OK) {
        bko__recorder_reason(self->jobs->recorder, reason);
    }
    return err;
}

int bko__pooled_create(bko__pooled **out, const bko_jobs *jobs, bko_pool_kind kind,
                       unsigned workers) {
    *out = NULL;
    bko__pooled *self = calloc(1, sizeof *self);
    if (self == NULL) {
        return BKO_ENOMEM;
    }
    self->jobs = jobs;
    self->kind = kind;
    self->workers = workers;
    int err = jobs->one_lock ? bko__gil_create(&self->gil) : BKO_OK;
    if (err == BKO_OK) {
        err = create_pool(self, workers);
    }
    if (err != BKO_OK) {
        bko__pooled_free(self);
        return err;
    }
    *out = self;
    return BKO_OK;
}

void bko__pooled_free(void *state) {
    bko__pooled *self = state;
    if (self != NULL) {
        bko_pool_free(self->pool);
        bko__gil_free(self->gil);
        free(self);
    }
}

/* A job that ran has already told the recorder how it ended. */
static void job_ended(void *user, const bko_outcome *outcome) {
    bko__pooled *self = user;
    size_t job = (size_t)outcome->task;
    self->ended++;
    self->live -= bko_recorder_state(self->jobs->recorder, job) != BKO_JOB_DROPPED;
    if (outcome->error == BKO_ELOST || outcome->error == BKO_EBROKEN) {
        char reason[REASON_SIZE];
        snprintf(reason, sizeof reason, "%.*s", (int)outcome->size, (const char *)outcome->data);
        bko__recorder_lost(self->jobs->recorder, job);
        bko__recorder_failed(self->jobs->recorder, BKO_ELOST, 0, reason);
    }
}

static int submit(bko__pooled *self, size_t job, bko_item item) {
    uint64_t task;
    int err = bko_pool_submit(self->pool, item.data, item.size, &task);
    self->submitted = err == BKO_OK ? job + 1 : self->submitted;
    return err;
}

static int submit_job(bko__pooled *self, size_t job) {
    bool shared = self->kind == BKO_POOL_THREADS;
    self->live++;
    return submit(self, job, shared ? (bko_item){0} : bko__jobs_item(self->jobs, job));
}

static int submit_all(bko__pooled *self) {
    int err = BKO_OK;
    for (size_t job = 0; job < self->jobs->count && err == BKO_OK; job++) {
        err = submit_job(self, job);
    }
    return err;
}

/* --- open loop ------------------------------------------------------------------------------------ */

/* Time between two checks of the pool while no job arrives: it may be holding back tasks or have a
 * dead worker. */
enum { LOOK_EVERY_NS = 20 * 1000 * 1000 };

static int look(bko__pooled *self) {
    int got = bko_pool_collect(self->pool, 0, BKO_ALL_TASKS, job_ended, self);
    return got < 0 ? got : BKO_OK;
}

/* Jobs that are live but not running wait in the pool's queue. */
static bool is_full(const bko__pooled *self) {
    size_t most = bko__recorder_schedule(self->jobs->recorder)->max_queue;
    return most > 0 && self->live >= (int64_t)(self->workers + most);
}

/* A dropped job goes through the pool as an empty task, so that each task has the number of its
 * job. */
static int arrive(bko__pooled *self, size_t job) {
    int err = is_full(self) ? look(self) : BKO_OK;
    if (err == BKO_OK && is_full(self)) {
        bko__recorder_drop(self->jobs->recorder, job);
        return submit(self, job, (bko_item){0});
    }
    return err == BKO_OK ? submit_job(self, job) : err;
}

static void sleep_until(int64_t due_ns) {
    int64_t look_ns = bko_clock_now_ns() + LOOK_EVERY_NS;
    bko__pace_sleep(due_ns < look_ns ? due_ns : look_ns);
}

/* Each job enters the pool's queue at its scheduled time. Workers drop jobs that are still queued
 * when the time limit for starting has passed. */
static int submit_paced(bko__pooled *self) {
    bko__pace pace;
    size_t job;
    int err = BKO_OK;
    bko__pace_begin(&pace, self->jobs);
    int slack_ns = bko__pace_sharpen(BKO__SHARP_NS);
    while (err == BKO_OK && !bko__pace_is_done(&pace)) {
        if (bko__pace_take(&pace, &job)) {
            err = arrive(self, job);
        } else if (!bko__pace_is_done(&pace)) {
            err = look(self);
            sleep_until(bko__pace_due_ns(&pace));
        }
    }
    bko__pace_sharpen(slack_ns);
    return err;
}

int bko__pooled_work(void *state) {
    bko__pooled *self = state;
    bko_recorder *recorder = self->jobs->recorder;
    bko__recorder_submit(recorder, self->jobs->count);
    int err = bko__recorder_is_open(recorder) ? submit_paced(self) : submit_all(self);
    while (err >= 0 && self->ended < self->submitted) {
        err = bko_pool_collect(self->pool, -1, BKO_ALL_TASKS, job_ended, self);
    }
    if (self->kind != BKO_POOL_THREADS) {
        bko_pool_counts counts;
        bko_pool_counts_read(self->pool, &counts);
        bko__recorder_add_ipc(recorder, counts.ipc_bytes);
    }
    return err < 0 ? err : *bko_pool_reason(self->pool) != '\0' ? BKO_EBROKEN : BKO_OK;
}

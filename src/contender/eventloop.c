/*
 * eventloop: one thread, one loop, up to `workers` transfers in flight; everything in callbacks. A
 * finished job starts the next one, so the loop's waiting line holds no more than one entry per slot.
 */
#include <stdlib.h>

#include "bakeoff/error.h"
#include "bakeoff/loop.h"
#include "contender/job.h"

typedef struct loop_job loop_job;

typedef struct state_of_eventloop {
    bko__worker worker;
    bko_loop *loop;
    loop_job *in_flight; /* owned; one per slot */
    unsigned slots;
    size_t next;
    int error;
    int64_t queued_ns; /* of all jobs */
} state_of_eventloop;

/* Of the row, only what is known before the end: there are as many of these as transfers in flight. */
struct loop_job {
    state_of_eventloop *owner;
    size_t job;
    int64_t started_ns;
    uint16_t worker;
};

static int setup(const bko_jobs *jobs, unsigned workers, void **state) {
    state_of_eventloop *self = jobs->task == NULL ? calloc(1, sizeof *self) : NULL;
    if (self == NULL) {
        return jobs->task == NULL ? BKO_ENOMEM : BKO_EINVAL;
    }
    bko_loop_options options = {.fetch = jobs->fetch, .in_flight = workers};
    self->slots = workers;
    self->in_flight = calloc(workers, sizeof *self->in_flight);
    self->worker.jobs = jobs;
    int err = self->in_flight != NULL ? bko__worker_open(&self->worker) : BKO_ENOMEM;
    if (err == BKO_OK) {
        err = bko_loop_create(&self->loop, &options);
        if (err != BKO_OK) {
            bko__worker_close(&self->worker);
        }
    }
    if (err != BKO_OK) {
        free(self->in_flight);
        free(self);
        return err;
    }
    if (jobs->spans != NULL) {
        bko_loop_watch_lag(self->loop, bko_spans_loop_lag(jobs->spans));
    }
    *state = self;
    return BKO_OK;
}

static void fetch_next(loop_job *slot);

static void on_started(void *user, unsigned slot_number) {
    loop_job *slot = user;
    bko_job_row row;
    bko_recorder_start(slot->owner->worker.jobs->recorder, slot->job, slot_number, &row);
    slot->owner->queued_ns = row.queued_ns;
    slot->started_ns = row.started_ns;
    slot->worker = row.worker;
}

static void on_done(void *user, const bko_response *response) {
    loop_job *slot = user;
    bko_job_row row = {.queued_ns = slot->owner->queued_ns,
                       .started_ns = slot->started_ns,
                       .worker = slot->worker};
    bko__worker_finish_job(&slot->owner->worker, slot->job, response, &row, NULL);
    fetch_next(slot);
}

static void fetch_next(loop_job *slot) {
    state_of_eventloop *self = slot->owner;
    const bko_jobs *jobs = self->worker.jobs;
    if (self->next == jobs->count || self->error != BKO_OK) {
        return;
    }
    slot->job = self->next++;
    self->error = bko_loop_fetch(self->loop, jobs->urls[slot->job], on_started, on_done, slot);
}

static int work(void *state) {
    state_of_eventloop *self = state;
    const bko_jobs *jobs = self->worker.jobs;
    bko_recorder_submit(jobs->recorder, jobs->count);
    for (unsigned i = 0; i < self->slots; i++) {
        self->in_flight[i].owner = self;
        fetch_next(&self->in_flight[i]);
    }
    int err = bko_loop_run(self->loop);
    bko__worker_note_cpu(&self->worker);
    return self->error != BKO_OK ? self->error : err;
}

static void teardown(void *state) {
    state_of_eventloop *self = state;
    if (self != NULL) {
        bko_loop_free(self->loop);
        bko__worker_close(&self->worker);
        free(self->in_flight);
        free(self);
    }
}

const bko_contender bko__contender_eventloop = {"eventloop", setup, work, teardown};

/*
 * eventloop: one thread, one loop, up to `workers` transfers in flight; everything runs in
 * callbacks. A new job starts only when another one ends, so the loop's queue holds at most one
 * entry per slot.
 */
#include <stdlib.h>

#include "bakeoff/error.h"
#include "bakeoff/loop.h"
#include "contender/job.h"
#include "contender/paced_loop.h"
#include "loop/lag.h"
#include "record/notes.h"

typedef struct loop_job loop_job;

typedef struct state_of_eventloop {
    bko__worker worker;
    bko__paced_loop paced;
    bko_loop *loop;
    loop_job *in_flight; /* owned; one per slot */
} state_of_eventloop;

/* Only the part of the row that is known before the end, because there is one of these per transfer
 * in flight. */
struct loop_job {
    state_of_eventloop *owner;
    size_t job;
    int64_t started_ns;
    uint16_t worker;
};

static int start_job(void *user, unsigned slot, size_t job);

/* Teardown closes what was opened, even after an error. */
static int open_loop(state_of_eventloop *self, const bko_jobs *jobs, unsigned workers) {
    bko_loop_options options = {.fetch = jobs->fetch, .in_flight = workers};
    self->in_flight = calloc(workers, sizeof *self->in_flight);
    int err = self->in_flight != NULL ? bko_loop_create(&self->loop, &options) : BKO_ENOMEM;
    if (err == BKO_OK) {
        self->paced =
            (bko__paced_loop){.jobs = jobs, .loop = self->loop, .start = start_job, .user = self};
        err = bko__paced_loop_open(&self->paced, workers);
    }
    return err;
}

static void close_loop(state_of_eventloop *self) {
    bko__paced_loop_close(&self->paced);
    bko_loop_free(self->loop);
    free(self->in_flight);
}

static int setup(const bko_jobs *jobs, unsigned workers, void **state) {
    state_of_eventloop *self = jobs->task == NULL ? calloc(1, sizeof *self) : NULL;
    if (self == NULL) {
        return jobs->task == NULL ? BKO_ENOMEM : BKO_EINVAL;
    }
    self->worker.jobs = jobs;
    self->paced.pace.timer = -1;
    int err = bko__worker_open(&self->worker);
    if (err == BKO_OK) {
        err = open_loop(self, jobs, workers);
        if (err != BKO_OK) {
            bko__worker_close(&self->worker);
        }
    }
    if (err != BKO_OK) {
        close_loop(self);
        free(self);
        return err;
    }
    if (jobs->spans != NULL) {
        bko__loop_watch_lag(self->loop, bko_spans_loop_lag(jobs->spans));
    }
    *state = self;
    return BKO_OK;
}

static void on_started(void *user, unsigned slot_number) {
    loop_job *slot = user;
    bko_job_row row;
    bko__recorder_start(slot->owner->worker.jobs->recorder, slot->job, slot_number, &row);
    slot->started_ns = row.started_ns;
    slot->worker = row.worker;
}

static void on_done(void *user, const bko_response *response) {
    loop_job *slot = user;
    state_of_eventloop *self = slot->owner;
    bko_job_row row = {.queued_ns = bko__recorder_due_ns(self->worker.jobs->recorder, slot->job),
                       .started_ns = slot->started_ns,
                       .worker = slot->worker};
    bko__worker_finish_job(&self->worker, slot->job, response, &row, NULL);
    bko__paced_loop_ended(&self->paced, (unsigned)(slot - self->in_flight));
}

static int start_job(void *user, unsigned number, size_t job) {
    state_of_eventloop *self = user;
    loop_job *slot = &self->in_flight[number];
    slot->owner = self;
    slot->job = job;
    return bko_loop_fetch(self->loop, self->worker.jobs->urls[job], on_started, on_done, slot);
}

static int work(void *state) {
    state_of_eventloop *self = state;
    bko__worker_note_cpu(&self->worker);
    int err = bko__paced_loop_begin(&self->paced);
    int ran = bko_loop_run(self->loop);
    bko__worker_note_cpu(&self->worker);
    err = self->paced.error != BKO_OK ? self->paced.error : err;
    return err != BKO_OK ? err : ran;
}

static void teardown(void *state) {
    state_of_eventloop *self = state;
    if (self != NULL) {
        close_loop(self);
        bko__worker_close(&self->worker);
        free(self);
    }
}

const bko_contender bko__contender_eventloop = {"eventloop", setup, work, teardown};

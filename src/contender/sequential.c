/* sequential: one job after the other, on one thread. The reference of every comparison. */
#include "bakeoff/error.h"
#include "contender/job.h"

static int setup(const bko_jobs *jobs, unsigned workers, void **state) {
    if (workers != 1) {
        return BKO_EINVAL;
    }
    bko__worker like = {.jobs = jobs};
    return bko__blocking_worker_create((bko__blocking_worker **)state, &like);
}

static int work(void *state) {
    bko__blocking_worker *worker = state;
    const bko_jobs *jobs = worker->base.jobs;
    bko_recorder_submit(jobs->recorder, jobs->count);
    for (size_t i = 0; i < jobs->count; i++) {
        bko_item item = bko__jobs_item(jobs, i);
        bko__blocking_worker_run(worker, i, &item, NULL);
    }
    bko__worker_note_cpu(&worker->base);
    return BKO_OK;
}

static void teardown(void *state) {
    bko__blocking_worker_free(state);
}

const bko_contender bko__contender_sequential = {"sequential", setup, work, teardown};

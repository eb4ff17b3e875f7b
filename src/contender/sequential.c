/* sequential: one job after the other, on one thread. The reference for all comparisons. */
#include "bakeoff/error.h"
#include "contender/job.h"
#include "contender/pace.h"
#include "record/notes.h"

static int setup(const bko_jobs *jobs, unsigned workers, void **state) {
    if (workers != 1) {
        return BKO_EINVAL;
    }
    bko__worker like = {.jobs = jobs};
    return bko__blocking_worker_create((bko__blocking_worker **)state, &like);
}

static void run(bko__blocking_worker *worker, size_t job) {
    bko_item item = bko__jobs_item(worker->base.jobs, job);
    bko__blocking_worker_run(worker, job, &item, NULL);
}

/* An open loop: jobs that arrive while another one runs wait for its end. */
static void run_paced(bko__blocking_worker *worker, bko__pace *pace) {
    size_t job;
    int slack_ns = bko__pace_sharpen(BKO__SHARP_NS);
    while (!bko__pace_is_done(pace)) {
        if (bko__pace_take(pace, &job)) {
            run(worker, job);
            bko__pace_admit(pace);
        } else if (!bko__pace_is_done(pace)) {
            bko__pace_sleep(bko__pace_due_ns(pace));
        }
    }
    bko__pace_sharpen(slack_ns);
}

static int work(void *state) {
    bko__blocking_worker *worker = state;
    const bko_jobs *jobs = worker->base.jobs;
    bko__pace pace;
    bko__worker_note_cpu(&worker->base);
    bko__pace_begin(&pace, jobs);
    bko__recorder_submit(jobs->recorder, jobs->count);
    if (bko__recorder_is_open(jobs->recorder)) {
        run_paced(worker, &pace);
    } else {
        for (size_t job = 0; job < jobs->count; job++) {
            run(worker, job);
        }
    }
    bko__worker_note_cpu(&worker->base);
    return BKO_OK;
}

static void teardown(void *state) {
    bko__blocking_worker_free(state);
}

const bko_contender bko__contender_sequential = {"sequential", setup, work, teardown};

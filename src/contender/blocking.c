/* Workers that wait for each fetch: sequential, threads and processes. See contender/job.h. */
#include <stdbool.h>
#include <stdlib.h>

#include "bakeoff/error.h"
#include "contender/job.h"
#include "record/notes.h"

enum { NOTED_EVERY_NS = 1000 * 1000 };

/* A task creates its transfer on its first fetch: a task that only computes needs no libcurl. */
int bko__blocking_worker_create(bko__blocking_worker **out, const bko__worker *like) {
    *out = NULL;
    bko__blocking_worker *worker = calloc(1, sizeof *worker);
    if (worker == NULL) {
        return BKO_ENOMEM;
    }
    worker->base = *like;
    int err = bko__worker_open(&worker->base);
    if (err == BKO_OK && like->jobs->task == NULL) {
        err = bko_transfer_create(&worker->transfer, like->jobs->fetch);
    }
    if (err != BKO_OK) {
        bko__blocking_worker_free(worker);
        return err;
    }
    *out = worker;
    return BKO_OK;
}

/* Reading the CPU clock of a thread is a system call, so it isn't read after each of many short jobs. Once the
 * last job has begun, any job may be its worker's last. */
static void note_cpu(bko__blocking_worker *worker, int64_t now_ns) {
    const bko_jobs *jobs = worker->base.jobs;
    bool may_be_last = bko_recorder_state(jobs->recorder, jobs->count - 1) != BKO_JOB_PENDING;
    if (may_be_last || now_ns - worker->noted_ns >= NOTED_EVERY_NS) {
        worker->noted_ns = now_ns;
        bko__worker_note_cpu(&worker->base);
    }
}

void bko__blocking_worker_run(bko__blocking_worker *worker, size_t job, const bko_item *item,
                              bko_answer *answer) {
    bko_job_row row;
    const bko_response *response;
    if (!bko__recorder_may_start(worker->base.jobs->recorder, job)) {
        return;
    }
    if (worker->base.jobs->task != NULL) {
        bko__worker_run_task(&worker->base, job, item, answer);
        return;
    }
    if (!worker->base.has_begun) {
        bko__worker_note_cpu(&worker->base);
    }
    bko__recorder_start(worker->base.jobs->recorder, job, worker->base.number, &row);
    bko_transfer_fetch(worker->transfer, item->data, &response);
    bko__worker_finish_job(&worker->base, job, response, &row, answer);
    note_cpu(worker, row.ended_ns);
}

void bko__blocking_worker_free(bko__blocking_worker *worker) {
    if (worker == NULL) {
        return;
    }
    bko_transfer_free(worker->transfer);
    bko__worker_close(&worker->base);
    free(worker);
}

/* See contender/job.h. */
#include "contender/job.h"

#include <stdio.h>
#include <stdlib.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"

enum { REASON_SIZE = 1024 };

int bko__worker_open(bko__worker *worker, const bko_jobs *jobs, unsigned number,
                     int shares_process) {
    char reason[REASON_SIZE] = "";
    *worker = (bko__worker){.jobs = jobs, .number = number};
    if (jobs->process == NULL) {
        return BKO_OK;
    }
    int err = jobs->process->open(jobs->process->user, number, shares_process,
                                  &worker->process_state, reason, sizeof reason);
    if (err != BKO_OK) {
        bko_recorder_reason(jobs->recorder, reason);
    }
    return err;
}

void bko__worker_close(bko__worker *worker) {
    if (worker->process_state != NULL && worker->jobs->process->close != NULL) {
        worker->jobs->process->close(worker->process_state);
    }
}

/* URLs may carry credentials, and reasons are stored and printed. Redacted before anything is cut: the
 * '@' that ends a password must be seen. */
static void note_reason(const bko_jobs *jobs, const char *url, const char *text) {
    char place[REASON_SIZE / 2];
    char cause[REASON_SIZE / 2];
    char reason[REASON_SIZE + 2];
    bko_url_redact(url, place, sizeof place);
    bko_url_redact(text, cause, sizeof cause);
    snprintf(reason, sizeof reason, "%s: %s", place, cause);
    bko_recorder_reason(jobs->recorder, reason);
}

static void process(bko__worker *worker, const bko_response *response, bko_job_row *row,
                    bko_answer *answer) {
    const bko_jobs *jobs = worker->jobs;
    if (jobs->process == NULL || row->error != BKO_OK) {
        return;
    }
    char reason[REASON_SIZE] = "";
    row->error = (int16_t)jobs->process->call(worker->process_state, response, answer, reason,
                                              sizeof reason);
    row->processed_ns = bko_clock_now_ns();
    if (row->error != BKO_OK) {
        note_reason(jobs, response->url, reason);
    }
}

static void save(const bko_jobs *jobs, const bko_response *response, bko_job_row *row) {
    if (jobs->save_dir == NULL || row->error != BKO_OK) {
        return;
    }
    row->error =
        (int16_t)bko__save_body(jobs->save_dir, response->url, response->body, response->body_size);
    row->saved_ns = bko_clock_now_ns();
    if (row->error != BKO_OK) {
        note_reason(jobs, response->url, "the body could not be stored in the save folder");
    }
}

void bko__worker_finish_job(bko__worker *worker, size_t job, const bko_response *response,
                            bko_job_row *row, bko_answer *answer) {
    const bko_jobs *jobs = worker->jobs;
    row->connected_ns = response->connected_ns;
    row->first_byte_ns = response->first_byte_ns;
    row->done_ns = response->done_ns;
    row->bytes = response->bytes;
    row->http_status = response->http_status;
    row->error = (int16_t)response->error;
    if (response->connections > 0) {
        bko_recorder_add_connections(jobs->recorder, response->connections);
    }
    if (response->error != BKO_OK) {
        note_reason(jobs, response->url, response->error_text);
    }
    process(worker, response, row, answer);
    save(jobs, response, row);
    bko_recorder_end(jobs->recorder, job, row);
}

int bko__blocking_worker_create(bko__blocking_worker **out, const bko_jobs *jobs, unsigned number,
                                int shares_process) {
    *out = NULL;
    bko__blocking_worker *worker = calloc(1, sizeof *worker);
    if (worker == NULL) {
        return BKO_ENOMEM;
    }
    int err = bko__worker_open(&worker->base, jobs, number, shares_process);
    if (err == BKO_OK) {
        err = bko_transfer_create(&worker->transfer, jobs->fetch);
    }
    if (err != BKO_OK) {
        bko__blocking_worker_free(worker);
        return err;
    }
    *out = worker;
    return BKO_OK;
}

void bko__blocking_worker_run(bko__blocking_worker *worker, size_t job, const char *url,
                              bko_answer *answer) {
    bko_job_row row;
    const bko_response *response;
    bko_recorder_start(worker->base.jobs->recorder, job, worker->base.number, &row);
    bko_transfer_fetch(worker->transfer, url, &response);
    bko__worker_finish_job(&worker->base, job, response, &row, answer);
}

void bko__blocking_worker_free(bko__blocking_worker *worker) {
    if (worker == NULL) {
        return;
    }
    bko_transfer_free(worker->transfer);
    bko__worker_close(&worker->base);
    free(worker);
}

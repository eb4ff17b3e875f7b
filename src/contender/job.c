/* See contender/job.h. */
#include "contender/job.h"

#include <stdio.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/clock.h"
#include "record/notes.h"

enum { REASON_SIZE = 1024 };

/* URLs may contain credentials, and reasons are stored and printed. We redact before we truncate,
 * because the '@' that ends a password must be seen. */
void bko__jobs_note_failure(const bko_jobs *jobs, const bko_job_row *row, const char *place,
                            const char *text) {
    char where[REASON_SIZE / 2];
    char cause[REASON_SIZE];
    char reason[2 * REASON_SIZE];
    bko_url_redact(place, where, sizeof where);
    bko_url_redact(text, cause, sizeof cause);
    snprintf(reason, sizeof reason, "%s: %s", where, cause);
    bko__recorder_failed(jobs->recorder, row->error, row->http_status, reason);
}

static void enter(const bko__worker *worker) {
    if (worker->gil != NULL) {
        bko__gil_enter(worker->gil);
    }
}

static void leave(const bko__worker *worker) {
    if (worker->gil != NULL) {
        bko__gil_leave(worker->gil);
    }
}

static void process(bko__worker *worker, const bko_response *response, bko_job_row *row,
                    bko_answer *answer) {
    const bko_jobs *jobs = worker->jobs;
    if (jobs->process == NULL || row->error != BKO_OK) {
        return;
    }
    char reason[REASON_SIZE] = "";
    enter(worker);
    int64_t cpu_ns = bko__clock_thread_cpu_ns();
    row->error =
        (int16_t)jobs->process->call(worker->hook_state, response, answer, reason, sizeof reason);
    row->cpu_ns = bko__clock_thread_cpu_ns() - cpu_ns;
    leave(worker);
    row->processed_ns = bko_clock_now_ns();
    if (row->error != BKO_OK) {
        bko__jobs_note_failure(jobs, row, response->url, reason);
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
        bko__jobs_note_failure(jobs, row, response->url,
                               "the body could not be saved in the save folder");
    }
}

void bko__worker_finish_job(bko__worker *worker, size_t job, const bko_response *response,
                            bko_job_row *row, bko_answer *answer) {
    const bko_jobs *jobs = worker->jobs;
    row->connected_ns = response->connected_ns;
    row->first_byte_ns = response->first_byte_ns;
    row->done_ns = response->done_ns;
    row->bytes = response->bytes;
    row->http_status = (int16_t)response->http_status;
    row->curl_code = (uint8_t)response->curl_code;
    bko__recorder_add_retries(jobs->recorder, row, response->retries);
    bko__recorder_add_asked_retries(jobs->recorder, row, response->asked_retries);
    bko__recorder_add_checks(jobs->recorder, response);
    if (response->unverified) {
        bko__recorder_add_unverified(jobs->recorder);
    }
    row->error = (int16_t)response->error;
    if (response->connections > 0) {
        bko__recorder_add_connections(jobs->recorder, response->connections);
    }
    if (response->error != BKO_OK) {
        bko__jobs_note_failure(jobs, row, response->url, response->error_text);
    }
    process(worker, response, row, answer);
    save(jobs, response, row);
    bko__recorder_end(jobs->recorder, job, row);
}

void bko__worker_run_task(bko__worker *worker, size_t job, const bko_item *item,
                          bko_answer *answer) {
    const bko_jobs *jobs = worker->jobs;
    bko_job_row row;
    char place[32];
    char reason[REASON_SIZE] = "";
    bko__recorder_start(jobs->recorder, job, worker->number, &row);
    int64_t cpu_ns = bko__worker_note_cpu(worker);
    enter(worker);
    row.error = (int16_t)jobs->task->run(worker->hook_state, job, item, &row, answer, reason,
                                         sizeof reason);
    leave(worker);
    row.processed_ns = bko_clock_now_ns();
    row.cpu_ns = bko__worker_note_cpu(worker) - cpu_ns;
    if (row.error != BKO_OK) {
        snprintf(place, sizeof place, "item %zu", job + 1);
        bko__jobs_note_failure(jobs, &row, place, reason);
    }
    bko__recorder_end(jobs->recorder, job, &row);
}

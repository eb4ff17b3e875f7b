/*
 * The writing half of a recorder: what a trial, its workers and its watcher record while it runs.
 * For reading see bakeoff/recorder.h.
 *
 * Threads: only the worker that has a job writes its row and state; only the trial's main thread
 * writes phases; everything else is atomic. Nothing here allocates or takes a lock.
 */
#ifndef BAKEOFF_RECORD_NOTES_H
#define BAKEOFF_RECORD_NOTES_H

#include "bakeoff/recorder.h"

/* Touches every page in the calling process, so that recording causes no page faults later. */
void bko__recorder_touch(bko_recorder *recorder);
/* Size of the mapping in bytes. */
size_t bko__recorder_size(const bko_recorder *recorder);

/* --- jobs --------------------------------------------------------------------------------------------- */

/* Submits `count` jobs now. They wait from now on; in an open loop, from their scheduled starts,
 * the first of which is now. */
void bko__recorder_submit(bko_recorder *recorder, size_t count);

/* Job `job` (from 0) starts now. Fills row->queued_ns, row->started_ns and row->worker. */
void bko__recorder_start(bko_recorder *recorder, size_t job, unsigned worker, bko_job_row *row);

/* The job has ended. Sets row->ended_ns and keeps the row; row->error decides between done and
 * failed. The latency counts from the job's start; in an open loop, from its scheduled start. */
void bko__recorder_end(bko_recorder *recorder, size_t job, bko_job_row *row);

/* The worker died while it had the job, or no worker was left to start it. */
void bko__recorder_lost(bko_recorder *recorder, size_t job);

/* --- open loop ---------------------------------------------------------------------------------------- */

int bko__recorder_is_open(const bko_recorder *recorder);
const bko_schedule *bko__recorder_schedule(const bko_recorder *recorder);
/* The scheduled start of job `job`, once submitted. Closed loop: the time it was submitted. */
int64_t bko__recorder_due_ns(const bko_recorder *recorder, size_t job);
/* No job may start at or after this time; INT64_MAX: no limit. */
int64_t bko__recorder_start_until_ns(const bko_recorder *recorder);
/* Returns 1 if the job may still start. Returns 0 if it was dropped; also drops it now if the time
 * limit for starting has passed. */
int bko__recorder_may_start(bko_recorder *recorder, size_t job);
/* Drops a job that will never start because the queue was full. */
void bko__recorder_drop(bko_recorder *recorder, size_t job);

/* --- what else happens -------------------------------------------------------------------------------- */

void bko__recorder_add_connections(bko_recorder *recorder, uint64_t count);
/* A transfer went over TLS without a look at the certificate. */
void bko__recorder_add_unverified(bko_recorder *recorder);
/* The job's transfer sent `count` requests again. Adds them to `row` and to the totals. */
void bko__recorder_add_retries(bko_recorder *recorder, bko_job_row *row, unsigned count);
/* The same for those that were asked for. */
void bko__recorder_add_asked_retries(bko_recorder *recorder, bko_job_row *row, unsigned count);
/* What the checks of a response said, if it was checked. */
void bko__recorder_add_checks(bko_recorder *recorder, const bko_response *response);
void bko__recorder_add_ipc(bko_recorder *recorder, uint64_t bytes);
/* Adds the result of one job: `digest` depends on the job and on what it returned; `is_known` is 0
 * if it returned nil. Any thread, in any order. */
void bko__recorder_add_result(bko_recorder *recorder, uint64_t digest, int is_known);

/* Sets the CPU time that worker `worker` has used for jobs so far; replaces the earlier value. Only
 * the first BKO_RECORDER_WORKERS workers are kept. */
void bko__recorder_worker_cpu(bko_recorder *recorder, unsigned worker, int64_t cpu_ns);

/* Phase `phase` starts or has ended now. */
void bko__recorder_phase_start(bko_recorder *recorder, bko_phase phase);
void bko__recorder_phase_end(bko_recorder *recorder, bko_phase phase);
/* Sets the start and end of a phase that were measured elsewhere. */
void bko__recorder_phase_set(bko_recorder *recorder, bko_phase phase, int64_t start_ns,
                             int64_t end_ns);

/* Counts a failed or lost job by its code and HTTP status (0: none), and records why it failed: the
 * first reason of each kind is kept (truncated to 300 bytes), and the first of all as the trial's.
 * Any thread. */
void bko__recorder_failed(bko_recorder *recorder, int error, int http_status, const char *reason);

/* Records why a job or the trial failed; only the first reason (truncated to 1 KB) is kept. Any
 * thread. */
void bko__recorder_reason(bko_recorder *recorder, const char *reason);

#endif

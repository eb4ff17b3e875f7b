/*
 * The writing half of a recorder: what a trial, its workers and its watcher note while it runs. For reading:
 * bakeoff/recorder.h.
 *
 * Threads: a job's row and state are written by the one worker that has the job; phases by the trial's main thread;
 * everything else is atomic. Nothing here allocates or takes a lock.
 */
#ifndef BAKEOFF_RECORD_NOTES_H
#define BAKEOFF_RECORD_NOTES_H

#include "bakeoff/recorder.h"

/* Makes all pages present in the calling process, so that recording causes no page faults later. */
void bko__recorder_touch(bko_recorder *recorder);
/* Bytes of the mapping. */
size_t bko__recorder_size(const bko_recorder *recorder);

/* --- jobs --------------------------------------------------------------------------------------------- */

/* `count` jobs are submitted now: they wait from here on, or in an open loop from the times at which they
 * are meant to start, of which the first is now. */
void bko__recorder_submit(bko_recorder *recorder, size_t count);

/* Job `job` (from 0) starts now: fills row->queued_ns, row->started_ns, row->worker. */
void bko__recorder_start(bko_recorder *recorder, size_t job, unsigned worker, bko_job_row *row);

/* The job ended: stamps row->ended_ns and keeps the row; row->error decides between done and failed. Its
 * latency counts from its start, in an open loop from when it was meant to start. */
void bko__recorder_end(bko_recorder *recorder, size_t job, bko_job_row *row);

/* The worker died with the job, or nobody was left to start it. */
void bko__recorder_lost(bko_recorder *recorder, size_t job);

/* --- open loop ---------------------------------------------------------------------------------------- */

int bko__recorder_is_open(const bko_recorder *recorder);
const bko_schedule *bko__recorder_schedule(const bko_recorder *recorder);
/* When job `job` is meant to start, once submitted. Closed loop: when it was submitted. */
int64_t bko__recorder_due_ns(const bko_recorder *recorder, size_t job);
/* From then on no job may start; INT64_MAX: there is no such time. */
int64_t bko__recorder_start_until_ns(const bko_recorder *recorder);
/* 1 where the job may still start; 0 where it has been dropped, at the latest now: the time for starting is
 * over. */
int bko__recorder_may_start(bko_recorder *recorder, size_t job);
/* The job is never started: the queue was full. */
void bko__recorder_drop(bko_recorder *recorder, size_t job);

/* --- what else happens -------------------------------------------------------------------------------- */

void bko__recorder_add_connections(bko_recorder *recorder, uint64_t count);
void bko__recorder_add_ipc(bko_recorder *recorder, uint64_t bytes);

/* Worker `worker` has used so much CPU time for jobs until now; replaces what was said before. The first
 * BKO_RECORDER_WORKERS workers are kept. */
void bko__recorder_worker_cpu(bko_recorder *recorder, unsigned worker, int64_t cpu_ns);

/* Phase `phase` starts / has ended now. */
void bko__recorder_phase_start(bko_recorder *recorder, bko_phase phase);
void bko__recorder_phase_end(bko_recorder *recorder, bko_phase phase);
/* It started and ended then: where somebody else took the times. */
void bko__recorder_phase_set(bko_recorder *recorder, bko_phase phase, int64_t start_ns,
                             int64_t end_ns);

/* Keeps the first reason given (cut at 1 KB): why a job or the trial failed. Any thread. */
void bko__recorder_reason(bko_recorder *recorder, const char *reason);

#endif

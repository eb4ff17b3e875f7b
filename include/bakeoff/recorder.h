/*
 * What a trial notes about its jobs while it runs: histograms and counters of all jobs, rows of
 * timestamps of all or of an even sample, and the marks of its phases; for an open loop also when each
 * job is meant to start.
 *
 * One shared mapping holds all of it. The bench creates it before the trial is forked; the trial, its
 * threads and its forked workers write to it in place. So nothing has to be sent, nothing is allocated
 * while jobs run, and what was recorded survives a trial that is killed.
 *
 * This is the bench's half: create before the trial, read afterwards. What the trial notes is the contenders' and the
 * trial's business (record/notes.h in the sources).
 *
 * Threads: any may read at any time; it is exact once the trial has ended.
 */
#ifndef BAKEOFF_RECORDER_H
#define BAKEOFF_RECORDER_H

#include <stddef.h>
#include <stdint.h>

#include "bakeoff/export.h"
#include "bakeoff/histogram.h"

typedef struct bko_recorder bko_recorder;

/* The phases of a trial, in order. BASELINE: the process exists, nothing has been prepared. */
typedef enum bko_phase {
    BKO_PHASE_BASELINE,
    BKO_PHASE_SETUP,
    BKO_PHASE_WORK,
    BKO_PHASE_TEARDOWN,
    BKO_PHASE_ENDED
} bko_phase;

/* One job. Times are bko_clock_now_ns(); 0 means that it did not happen. */
typedef struct bko_job_row {
    int64_t queued_ns;     /* submitted; in an open loop: when it was meant to start */
    int64_t started_ns;    /* taken by a worker or a loop slot */
    int64_t connected_ns;  /* a new connection stood (0: an open one was reused) */
    int64_t first_byte_ns; /* the answer began */
    int64_t done_ns;       /* the transfer ended */
    int64_t processed_ns;  /* `process` returned */
    int64_t saved_ns;      /* the body was stored */
    int64_t ended_ns;      /* all of it done: the end of the job */
    int64_t waited_ns;     /* a length: inside a task's fetch, read, sleep and offload */
    int64_t cpu_ns;        /* a length: CPU time of a task's job; of `process` */
    uint64_t bytes;        /* body bytes received, decoded */
    int32_t http_status;   /* 0: no answer */
    int16_t error;         /* 0 or BKO_E… */
    uint16_t worker;       /* thread, process or loop slot, from 0 */
} bko_job_row;

typedef enum bko_job_state {
    BKO_JOB_PENDING,
    BKO_JOB_STARTED,
    BKO_JOB_DONE,
    BKO_JOB_FAILED,
    BKO_JOB_DROPPED /* open loop: never started */
} bko_job_state;

/* Closed: all jobs wait from the beginning, and the next one starts when a worker is free. Open: jobs
 * arrive at times of their own, whether a worker is free or not. */
typedef enum bko_arrivals {
    BKO_ARRIVALS_CLOSED,
    BKO_ARRIVALS_CONSTANT, /* evenly spaced */
    BKO_ARRIVALS_POISSON   /* gaps drawn from the exponential distribution; 8 bytes per job */
} bko_arrivals;

typedef struct bko_schedule {
    bko_arrivals arrivals;
    double rate_per_s; /* open loop: above 0 */
    size_t max_queue;  /* a job that finds so many waiting is dropped; 0: no bound */
    int64_t
        start_within_ns; /* of the trial's first phase: what hasn't started then is dropped; 0: no limit */
} bko_schedule;

typedef struct bko_recorder_options {
    size_t jobs; /* jobs of the trial; 0 is fine */
    /* Rows kept at most; 0: 10,000. Of more jobs one of each 2, 4, 8 … has a row, drawn by `seed`. */
    size_t rows_max;
    uint64_t seed; /* of that sample and of random arrivals */
    bko_schedule schedule;
} bko_recorder_options;

/* Error codes are counted by their number. */
#define BKO_RECORDER_ERRORS 32

typedef struct bko_totals {
    uint64_t submitted, done, failed, lost, dropped;
    uint64_t bytes;       /* body bytes */
    uint64_t connections; /* new connections opened */
    uint64_t ipc_bytes;   /* moved between processes or interpreter states */
    uint32_t in_flight_peak;
    uint64_t errors[BKO_RECORDER_ERRORS]; /* [-BKO_E…]: jobs that failed with it */
} bko_totals;

/* *out is returned owned. BKO_ENOMEM when the mapping can't be had, BKO_EINVAL for a rate that is none. */
BKO_API int bko_recorder_create(bko_recorder **out, const bko_recorder_options *options);
BKO_API void bko_recorder_free(bko_recorder *recorder);

/* --- reading -------------------------------------------------------------------------------------------- */

BKO_API void bko_recorder_totals(const bko_recorder *recorder, bko_totals *out);
BKO_API size_t bko_recorder_jobs(const bko_recorder *recorder);
BKO_API size_t bko_recorder_rows(const bko_recorder *recorder);
/* One row is kept of so many jobs; 1: of each. */
BKO_API size_t bko_recorder_stride(const bko_recorder *recorder);
/* Row `row` < bko_recorder_rows(), borrowed, and the job that it is of; rows are in the order of their jobs.
 * A job that never started has started_ns == 0. */
BKO_API const bko_job_row *bko_recorder_row(const bko_recorder *recorder, size_t row);
BKO_API size_t bko_recorder_row_job(const bko_recorder *recorder, size_t row);
BKO_API bko_job_state bko_recorder_state(const bko_recorder *recorder, size_t job);
/* Of all jobs that ended: submit → start, start → end, and the latency: from its
 * start, in an open loop from when it was meant to start, to its end. */
BKO_API const bko_histogram *bko_recorder_queue(const bko_recorder *recorder);
BKO_API const bko_histogram *bko_recorder_service(const bko_recorder *recorder);
BKO_API const bko_histogram *bko_recorder_latency(const bko_recorder *recorder);

/* Open loop: jobs per second as they were meant to start; as they did, counted to the last start. 0 in a closed
 * loop and where none started. */
BKO_API double bko_recorder_offered_per_s(const bko_recorder *recorder);
BKO_API double bko_recorder_achieved_per_s(const bko_recorder *recorder);

/* When the phase started and ended; 0: it did not. */
BKO_API int64_t bko_recorder_phase_start_ns(const bko_recorder *recorder, bko_phase phase);
BKO_API int64_t bko_recorder_phase_end_ns(const bko_recorder *recorder, bko_phase phase);

/* Copies the CPU time that each worker used for jobs, in nanoseconds, to `out`, which has room for
 * BKO_RECORDER_WORKERS; -1 where it is not known. Returns how many there are up to the last one of whom it
 * is known. */
#define BKO_RECORDER_WORKERS 128
BKO_API size_t bko_recorder_workers_cpu(const bko_recorder *recorder, int64_t *out);

/* The first reason that was given for a failure of a job or the trial, or "". */
BKO_API const char *bko_recorder_first_reason(const bko_recorder *recorder);

#endif

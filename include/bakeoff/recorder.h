/*
 * What a trial records about its jobs: histograms and counters of all jobs, rows of timestamps for
 * all jobs or an even sample of them, and the marks of its phases. For an open loop, also when each
 * job is scheduled to start.
 *
 * One shared mapping holds all of it. The bench creates it before it forks the trial; the trial,
 * its threads and its forked workers write to it in place. So nothing has to be sent, nothing is
 * allocated while jobs run, and the records survive when the trial is killed.
 *
 * This header is the bench's half: create before the trial, read afterwards. Contenders and trials
 * use the writing half (record/notes.h in the sources).
 *
 * Threads: any thread may read at any time; the values are exact once the trial has ended.
 */
#ifndef BAKEOFF_RECORDER_H
#define BAKEOFF_RECORDER_H

#include <stddef.h>
#include <stdint.h>

#include "bakeoff/export.h"
#include "bakeoff/fetch.h"
#include "bakeoff/histogram.h"

typedef struct bko_recorder bko_recorder;

/* The phases of a trial, in order. BASELINE: the process exists, but nothing has been prepared. */
typedef enum bko_phase {
    BKO_PHASE_BASELINE,
    BKO_PHASE_SETUP,
    BKO_PHASE_WORK,
    BKO_PHASE_TEARDOWN,
    BKO_PHASE_ENDED
} bko_phase;

/* One job. Times are bko_clock_now_ns(); 0 means that the event did not happen. */
typedef struct bko_job_row {
    int64_t queued_ns;    /* submitted; in an open loop: the scheduled start */
    int64_t started_ns;   /* taken by a worker or a loop slot */
    int64_t connected_ns; /* a new connection was established (0: an open one was reused, or nothing
                            * was received) */
    int64_t first_byte_ns; /* the first byte of the response arrived */
    int64_t done_ns;       /* the transfer ended */
    int64_t processed_ns;  /* `process` returned */
    int64_t saved_ns;      /* the body was saved */
    int64_t ended_ns;      /* the job ended */
    int64_t waited_ns;     /* a duration: time inside a task's fetch, read, sleep and offload */
    int64_t cpu_ns;        /* a duration: CPU time of the task or of `process` */
    uint64_t bytes;        /* body bytes received, decoded */
    int16_t http_status;   /* 0: no response */
    uint8_t curl_code;     /* libcurl's CURLcode; 0: it found nothing wrong */
    uint8_t retries;       /* requests that libcurl sent again; 255: that many or more */
    int16_t error;         /* 0 or BKO_E… */
    uint16_t worker;       /* thread, process or loop slot, from 0 */
    uint8_t asked_retries; /* as bko_fetch_options.retries asks for; 255: that many or more */
} bko_job_row;

typedef enum bko_job_state {
    BKO_JOB_PENDING,
    BKO_JOB_STARTED,
    BKO_JOB_DONE,
    BKO_JOB_FAILED,
    BKO_JOB_DROPPED /* open loop: never started */
} bko_job_state;

/* Closed loop: all jobs are queued from the beginning, and the next one starts when a worker is
 * free. Open loop: jobs arrive on a schedule, whether or not a worker is free. */
typedef enum bko_arrivals {
    BKO_ARRIVALS_CLOSED,
    BKO_ARRIVALS_CONSTANT, /* evenly spaced */
    BKO_ARRIVALS_POISSON,  /* gaps drawn from the exponential distribution; 8 bytes per job */
    BKO_ARRIVALS_RECORDED  /* at given times; 8 bytes per job */
} bko_arrivals;

typedef struct bko_schedule {
    bko_arrivals arrivals;
    double rate_per_s; /* open loop: above 0; of given times: their average */
    /* RECORDED: when each job is due, in nanoseconds from the first: from 0, never less than the one
     * before. Borrowed until bko_recorder_create has returned. */
    const int64_t *times_ns;
    size_t max_queue; /* a job that arrives while this many wait is dropped; 0: no bound */
    /* measured from the trial's first phase; jobs that have not started by then are dropped; 0: no
     * limit */
    int64_t start_within_ns;
} bko_schedule;

typedef struct bko_recorder_options {
    size_t jobs; /* jobs of the trial; may be 0 */
    /* Most rows kept; 0: 10,000. With more jobs, one in every 2, 4, 8 … has a row, drawn with
     * `seed`. */
    size_t rows_max;
    uint64_t seed; /* for that sample and for random arrivals */
    bko_schedule schedule;
    uint64_t retries_max; /* what bko_recorder_retry_budget holds at first */
} bko_recorder_options;

/* Errors are counted per code. */
#define BKO_RECORDER_ERRORS 32

typedef struct bko_totals {
    uint64_t submitted, done, failed, lost, dropped;
    uint64_t bytes;       /* body bytes */
    uint64_t connections; /* new connections opened */
    uint64_t retries;     /* requests that libcurl sent again because a kept connection was dead */
    uint64_t asked_retries; /* fetches that were repeated, as bko_fetch_options.retries asks for */
    uint64_t unverified;    /* transfers over TLS without a look at the certificate */
    uint64_t ipc_bytes;     /* moved between processes or interpreter states */
    uint32_t in_flight_peak;
    uint64_t errors[BKO_RECORDER_ERRORS]; /* [-BKO_E…]: jobs that failed with this code */
    /* What the jobs returned, if that is compared between contenders. */
    uint64_t results;        /* jobs whose result is in the digest */
    uint64_t results_known;  /* those of them that returned anything but nil */
    uint64_t results_digest; /* the same for the same results, in whatever order the jobs ended */
    /* [i]: responses that passed check i of bko_fetch_options.checks, and that failed it */
    uint64_t checks_passed[BKO_CHECKS_MAX], checks_failed[BKO_CHECKS_MAX];
} bko_totals;

/* out is returned owned. BKO_ENOMEM: the mapping could not be created. BKO_EINVAL: not a valid
 * rate. */
BKO_API int bko_recorder_create(bko_recorder **out, const bko_recorder_options *options);
BKO_API void bko_recorder_free(bko_recorder *recorder);

/* For the retries of all workers together; borrowed, and shared with forked processes. */
BKO_API bko_retry_budget *bko_recorder_retry_budget(bko_recorder *recorder);

/* --- reading -------------------------------------------------------------------------------------------- */

BKO_API void bko_recorder_totals(const bko_recorder *recorder, bko_totals *out);
BKO_API size_t bko_recorder_jobs(const bko_recorder *recorder);
BKO_API size_t bko_recorder_rows(const bko_recorder *recorder);
/* One job in this many has a row; 1: every job has one. */
BKO_API size_t bko_recorder_stride(const bko_recorder *recorder);
/* Row `row` < bko_recorder_rows(), borrowed, and the number of its job. Rows are in the order of
 * their jobs. A job that never started has started_ns == 0. */
BKO_API const bko_job_row *bko_recorder_row(const bko_recorder *recorder, size_t row);
BKO_API size_t bko_recorder_row_job(const bko_recorder *recorder, size_t row);
BKO_API bko_job_state bko_recorder_state(const bko_recorder *recorder, size_t job);
/* For all jobs that ended: queueing time (submit → start), service time (start → end) and latency.
 * The latency runs from the start of the job to its end; in an open loop, from its scheduled
 * start. */
BKO_API const bko_histogram *bko_recorder_queue(const bko_recorder *recorder);
BKO_API const bko_histogram *bko_recorder_service(const bko_recorder *recorder);
BKO_API const bko_histogram *bko_recorder_latency(const bko_recorder *recorder);

/* Open loop: the scheduled rate and the achieved rate in jobs per second; the achieved rate counts
 * up to the last start. 0 in a closed loop or if no job started. */
BKO_API double bko_recorder_offered_per_s(const bko_recorder *recorder);
BKO_API double bko_recorder_achieved_per_s(const bko_recorder *recorder);

/* When the phase started and ended; 0 if it did not. */
BKO_API int64_t bko_recorder_phase_start_ns(const bko_recorder *recorder, bko_phase phase);
BKO_API int64_t bko_recorder_phase_end_ns(const bko_recorder *recorder, bko_phase phase);

/* Copies the CPU time in nanoseconds that each worker used for jobs to `out`, which has room for
 * BKO_RECORDER_WORKERS; -1 means unknown. Returns one more than the last worker whose time is
 * known. */
#define BKO_RECORDER_WORKERS 128
BKO_API size_t bko_recorder_workers_cpu(const bko_recorder *recorder, int64_t *out);

/* Why jobs failed, by code and HTTP status; errors of tasks and failed checks also by their text. */
#define BKO_RECORDER_FAILURES 20
typedef struct bko_failure {
    int error;       /* BKO_E… */
    int http_status; /* the status that explains it; 0: none */
    uint64_t count;
    uint32_t text; /* tells texts apart that differ in more than numbers and quoted parts; 0: any */
    const char *reason; /* of the first such job, at most 303 bytes; borrowed from the recorder */
} bko_failure;

/* Copies the kinds of failed and lost jobs to `out`, which has room for BKO_RECORDER_FAILURES;
 * returns their number. Jobs of further kinds count in the totals only. */
BKO_API size_t bko_recorder_failures(const bko_recorder *recorder, bko_failure *out);

/* The first reason recorded for a failed job or for the failure of the trial, or "". */
BKO_API const char *bko_recorder_first_reason(const bko_recorder *recorder);

#endif

/*
 * The recorder's memory: recorder.c (create and free, jobs), schedule.c (open loops), phases.c
 * (phases, workers, the reason), failures.c (why jobs failed) and figures.c (reading). Layout of
 * the mapping:
 *
 * header | latency | queue | service | rows | states | offsets
 */
#ifndef BAKEOFF_RECORD_RECORDER_H
#define BAKEOFF_RECORD_RECORDER_H

#include <stdatomic.h>

#include "core/retry_budget.h"
#include "record/notes.h"

enum {
    BKO__RECORDER_REASON_SIZE = 1024,
    BKO__RECORDER_EXAMPLE_SIZE = 304,
    BKO__RECORDER_PHASES = BKO_PHASE_ENDED + 1,
    BKO__RECORDER_ALIGNMENT = 64 /* a cache line */
};

/* One kind of failed jobs. */
typedef struct bko__failure {
    _Atomic uint64_t key;   /* code, HTTP status and mark of the text; 0: the entry is free */
    _Atomic uint64_t count; /* whoever makes it 1 writes the reason */
    char reason[BKO__RECORDER_EXAMPLE_SIZE];
} bko__failure;

/* NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): the gaps keep cache lines apart */
struct bko_recorder {
    /* const after create */
    size_t mapping_size;
    size_t jobs;
    size_t rows;
    unsigned shift; /* there is one row per 2^shift jobs */
    uint64_t seed;
    bko_schedule schedule;
    double gap_ns; /* average gap between jobs of an open loop */
    bko_histogram *latency;
    bko_histogram *queue;
    bko_histogram *service; /* closed loop: the same as `latency` */
    bko_job_row *rows_kept;
    _Atomic uint8_t *states;
    int64_t
        *offsets; /* offsets of random or recorded arrivals from the first one; NULL: even ones */
    /* owner: the trial's main thread */
    int64_t submitted_ns;
    int64_t start_until_ns;
    int64_t phase_start_ns[BKO__RECORDER_PHASES];
    int64_t phase_end_ns[BKO__RECORDER_PHASES];
    _Atomic uint64_t submitted;
    /* atomic; the fields that every job changes share one cache line of their own */
    _Alignas(BKO__RECORDER_ALIGNMENT) _Atomic uint64_t done;
    _Atomic uint64_t failed;
    _Atomic uint64_t bytes, connections, retries, unverified, ipc_bytes;
    _Atomic uint64_t asked_retries;
    bko_retry_budget retry_budget;
    _Atomic uint32_t in_flight, in_flight_peak;
    _Atomic int64_t last_started_ns; /* open loop */
    _Alignas(BKO__RECORDER_ALIGNMENT) _Atomic uint64_t dropped;
    _Atomic uint64_t errors[BKO_RECORDER_ERRORS];
    _Atomic uint64_t results, results_known, results_digest;
    _Atomic uint64_t checks_passed[BKO_CHECKS_MAX], checks_failed[BKO_CHECKS_MAX];
    _Atomic int reason_taken;
    _Atomic int64_t workers_cpu[BKO_RECORDER_WORKERS]; /* ns + 1; 0: unknown */
    bko__failure failures[BKO_RECORDER_FAILURES];
    char reason[BKO__RECORDER_REASON_SIZE]; /* written once, by the thread that set reason_taken */
};

/* Draws the offsets of random arrivals, copies those of recorded ones, and sets the gap. All other fields of `recorder` must be
 * set. */
void bko__recorder_plan(bko_recorder *recorder);

/* Raises `most` to `value` if `value` is larger. */
static inline void bko__raise(_Atomic int64_t *most, int64_t value) {
    int64_t seen = atomic_load_explicit(most, memory_order_relaxed);
    while (value > seen && !atomic_compare_exchange_weak_explicit(
                               most, &seen, value, memory_order_relaxed, memory_order_relaxed)) {
    }
}

static inline void bko__set_state(bko_recorder *recorder, size_t job, bko_job_state state) {
    atomic_store_explicit(&recorder->states[job], (uint8_t)state, memory_order_release);
}

#endif

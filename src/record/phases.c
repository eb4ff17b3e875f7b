/* What is told about a trial beside its jobs, and what can be read. See bakeoff/recorder.h. */
#include <stdio.h>

#include "bakeoff/clock.h"
#include "record/recorder.h"

static uint64_t get(const _Atomic uint64_t *counter) {
    return atomic_load_explicit(counter, memory_order_relaxed);
}

void bko_recorder_worker_cpu(bko_recorder *recorder, unsigned worker, int64_t cpu_ns) {
    if (worker < BKO_RECORDER_WORKERS) {
        atomic_store_explicit(&recorder->workers_cpu[worker], cpu_ns + 1, memory_order_relaxed);
    }
}

size_t bko_recorder_workers_cpu(const bko_recorder *recorder, int64_t *out) {
    size_t count = 0;
    for (size_t i = 0; i < BKO_RECORDER_WORKERS; i++) {
        out[i] = atomic_load_explicit(&recorder->workers_cpu[i], memory_order_relaxed) - 1;
        count = out[i] >= 0 ? i + 1 : count;
    }
    return count;
}

void bko_recorder_phase_start(bko_recorder *recorder, bko_phase phase) {
    recorder->phase_start_ns[phase] = bko_clock_now_ns();
}

void bko_recorder_phase_end(bko_recorder *recorder, bko_phase phase) {
    recorder->phase_end_ns[phase] = bko_clock_now_ns();
}

void bko_recorder_phase_set(bko_recorder *recorder, bko_phase phase, int64_t start_ns,
                            int64_t end_ns) {
    recorder->phase_start_ns[phase] = start_ns;
    recorder->phase_end_ns[phase] = end_ns;
}

int64_t bko_recorder_phase_start_ns(const bko_recorder *recorder, bko_phase phase) {
    return recorder->phase_start_ns[phase];
}

int64_t bko_recorder_phase_end_ns(const bko_recorder *recorder, bko_phase phase) {
    return recorder->phase_end_ns[phase];
}

void bko_recorder_reason(bko_recorder *recorder, const char *reason) {
    if (atomic_exchange(&recorder->reason_taken, 1) == 0) {
        snprintf(recorder->reason, sizeof recorder->reason, "%s", reason);
    }
}

const char *bko_recorder_first_reason(const bko_recorder *recorder) {
    return recorder->reason;
}

/* A job that started and never ended, because the trial was killed, is lost as well. */
void bko_recorder_totals(const bko_recorder *recorder, bko_totals *out) {
    *out = (bko_totals){.submitted = get(&recorder->submitted),
                        .done = get(&recorder->done),
                        .failed = get(&recorder->failed),
                        .bytes = get(&recorder->bytes),
                        .connections = get(&recorder->connections),
                        .ipc_bytes = get(&recorder->ipc_bytes),
                        .dropped = get(&recorder->dropped),
                        .in_flight_peak = atomic_load(&recorder->in_flight_peak)};
    out->lost = out->submitted - out->done - out->failed - out->dropped;
    for (size_t i = 0; i < BKO_RECORDER_ERRORS; i++) {
        out->errors[i] = get(&recorder->errors[i]);
    }
}

size_t bko_recorder_size(const bko_recorder *recorder) {
    return recorder->mapping_size;
}

size_t bko_recorder_jobs(const bko_recorder *recorder) {
    return recorder->jobs;
}

size_t bko_recorder_rows(const bko_recorder *recorder) {
    return recorder->rows;
}

size_t bko_recorder_stride(const bko_recorder *recorder) {
    return (size_t)1 << recorder->shift;
}

const bko_job_row *bko_recorder_row(const bko_recorder *recorder, size_t row) {
    return &recorder->rows_kept[row];
}

bko_job_state bko_recorder_state(const bko_recorder *recorder, size_t job) {
    return (bko_job_state)atomic_load_explicit(&recorder->states[job], memory_order_acquire);
}

const bko_histogram *bko_recorder_latency(const bko_recorder *recorder) {
    return recorder->latency;
}

const bko_histogram *bko_recorder_queue(const bko_recorder *recorder) {
    return recorder->queue;
}

const bko_histogram *bko_recorder_service(const bko_recorder *recorder) {
    return recorder->service;
}

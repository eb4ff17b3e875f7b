/* Reads a trial's totals, and the rows and histograms of its jobs. */
#include "record/recorder.h"

static uint64_t get(const _Atomic uint64_t *counter) {
    return atomic_load_explicit(counter, memory_order_relaxed);
}

/* A job that started but never ended, because the trial was killed, also counts as lost. */
void bko_recorder_totals(const bko_recorder *recorder, bko_totals *out) {
    *out = (bko_totals){.submitted = get(&recorder->submitted),
                        .done = get(&recorder->done),
                        .failed = get(&recorder->failed),
                        .bytes = get(&recorder->bytes),
                        .connections = get(&recorder->connections),
                        .retries = get(&recorder->retries),
                        .asked_retries = get(&recorder->asked_retries),
                        .unverified = get(&recorder->unverified),
                        .ipc_bytes = get(&recorder->ipc_bytes),
                        .dropped = get(&recorder->dropped),
                        .results = get(&recorder->results),
                        .results_known = get(&recorder->results_known),
                        .results_digest = get(&recorder->results_digest),
                        .in_flight_peak = atomic_load(&recorder->in_flight_peak)};
    out->lost = out->submitted - out->done - out->failed - out->dropped;
    for (size_t i = 0; i < BKO_RECORDER_ERRORS; i++) {
        out->errors[i] = get(&recorder->errors[i]);
    }
    for (size_t i = 0; i < BKO_CHECKS_MAX; i++) {
        out->checks_passed[i] = get(&recorder->checks_passed[i]);
        out->checks_failed[i] = get(&recorder->checks_failed[i]);
    }
}

size_t bko__recorder_size(const bko_recorder *recorder) {
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

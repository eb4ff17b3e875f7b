/* Records about the trial besides its jobs: phases, CPU time of its workers, why it failed. */
#include <stdio.h>

#include "bakeoff/clock.h"
#include "record/recorder.h"

void bko__recorder_phase_start(bko_recorder *recorder, bko_phase phase) {
    recorder->phase_start_ns[phase] = bko_clock_now_ns();
}

void bko__recorder_phase_end(bko_recorder *recorder, bko_phase phase) {
    recorder->phase_end_ns[phase] = bko_clock_now_ns();
}

void bko__recorder_phase_set(bko_recorder *recorder, bko_phase phase, int64_t start_ns,
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

void bko__recorder_worker_cpu(bko_recorder *recorder, unsigned worker, int64_t cpu_ns) {
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

void bko__recorder_reason(bko_recorder *recorder, const char *reason) {
    if (atomic_exchange(&recorder->reason_taken, 1) == 0) {
        snprintf(recorder->reason, sizeof recorder->reason, "%s", reason);
    }
}

const char *bko_recorder_first_reason(const bko_recorder *recorder) {
    return recorder->reason;
}

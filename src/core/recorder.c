/* See bakeoff/recorder.h. Layout of the mapping: header | latency | queue | rows | states. */
#include "bakeoff/recorder.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"

enum { ROWS_DEFAULT = 10000, REASON_SIZE = 1024, PHASES = BKO_PHASE_ENDED + 1, ALIGNMENT = 64 };

/* So many fit no memory, and sizes computed from less don't overflow. */
static const size_t JOBS_MAX = PTRDIFF_MAX / (2 * sizeof(bko_job_row));

/* NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): the gaps keep cache lines apart */
struct bko_recorder {
    /* const after create */
    size_t mapping_size;
    size_t jobs;
    size_t rows_max;
    bko_histogram *latency;
    bko_histogram *queue;
    bko_job_row *rows;
    _Atomic uint8_t *states;
    /* owner: the trial's main thread */
    int64_t submitted_ns;
    int64_t phase_start_ns[PHASES];
    int64_t phase_end_ns[PHASES];
    _Atomic uint64_t submitted;
    /* atomic; what every job changes stands in one cache line of its own */
    _Alignas(ALIGNMENT) _Atomic uint64_t done;
    _Atomic uint64_t failed;
    _Atomic uint64_t bytes, connections, ipc_bytes;
    _Atomic uint32_t in_flight, in_flight_peak;
    _Alignas(ALIGNMENT) _Atomic int reason_taken;
    _Atomic int64_t workers_cpu[BKO_RECORDER_WORKERS]; /* ns + 1; 0: nobody said */
    char reason[REASON_SIZE]; /* written once, by whoever set reason_taken */
};

static size_t aligned(size_t size) {
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static void add(_Atomic uint64_t *counter, uint64_t value) {
    atomic_fetch_add_explicit(counter, value, memory_order_relaxed);
}

static uint64_t get(const _Atomic uint64_t *counter) {
    return atomic_load_explicit(counter, memory_order_relaxed);
}

static void lay_out(bko_recorder *recorder, unsigned char *memory) {
    size_t at = aligned(sizeof *recorder);
    recorder->latency = bko_histogram_init(memory + at);
    at += aligned(bko_histogram_size());
    recorder->queue = bko_histogram_init(memory + at);
    at += aligned(bko_histogram_size());
    recorder->rows = (bko_job_row *)(void *)(memory + at);
    at += aligned(recorder->rows_max * sizeof(bko_job_row));
    recorder->states = (_Atomic uint8_t *)(memory + at);
}

int bko_recorder_create(bko_recorder **out, const bko_recorder_options *options) {
    size_t rows_max = options->rows_max > 0 ? options->rows_max : ROWS_DEFAULT;
    if (rows_max > options->jobs) {
        rows_max = options->jobs;
    }
    *out = NULL;
    if (options->jobs > JOBS_MAX) {
        return BKO_ENOMEM;
    }
    size_t size = aligned(sizeof(bko_recorder)) + 2 * aligned(bko_histogram_size()) +
                  aligned(rows_max * sizeof(bko_job_row)) + aligned(options->jobs);
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return BKO_ENOMEM;
    }
    bko_recorder *recorder = memory;
    recorder->mapping_size = size;
    recorder->jobs = options->jobs;
    recorder->rows_max = rows_max;
    lay_out(recorder, memory);
    *out = recorder;
    return BKO_OK;
}

void bko_recorder_free(bko_recorder *recorder) {
    if (recorder != NULL) {
        munmap(recorder, recorder->mapping_size);
    }
}

/* A forked child gets no page table entries for a shared mapping: each process touches it itself. */
void bko_recorder_touch(bko_recorder *recorder) {
    volatile unsigned char *memory = (unsigned char *)recorder;
    for (size_t at = 0; at < recorder->mapping_size; at += 4096) {
        memory[at] = memory[at];
    }
}

void bko_recorder_submit(bko_recorder *recorder, size_t count) {
    recorder->submitted_ns = bko_clock_now_ns();
    add(&recorder->submitted, count);
}

static void raise_peak(bko_recorder *recorder, uint32_t now) {
    uint32_t seen = atomic_load_explicit(&recorder->in_flight_peak, memory_order_relaxed);
    while (now > seen &&
           !atomic_compare_exchange_weak_explicit(&recorder->in_flight_peak, &seen, now,
                                                  memory_order_relaxed, memory_order_relaxed)) {
    }
}

static void set_state(bko_recorder *recorder, size_t job, bko_job_state state) {
    atomic_store_explicit(&recorder->states[job], (uint8_t)state, memory_order_release);
}

void bko_recorder_start(bko_recorder *recorder, size_t job, unsigned worker, bko_job_row *row) {
    *row = (bko_job_row){.queued_ns = recorder->submitted_ns,
                         .started_ns = bko_clock_now_ns(),
                         .worker = (uint16_t)worker};
    set_state(recorder, job, BKO_JOB_STARTED);
    if (job < recorder->rows_max) {
        recorder->rows[job] = *row;
    }
    raise_peak(recorder,
               atomic_fetch_add_explicit(&recorder->in_flight, 1, memory_order_relaxed) + 1);
}

/* The last step was stamped a moment ago: reading the clock once more would only cost. */
static int64_t last_stamp(const bko_job_row *row) {
    int64_t last = row->saved_ns > row->processed_ns ? row->saved_ns : row->processed_ns;
    last = last > row->done_ns ? last : row->done_ns;
    return last > 0 ? last : bko_clock_now_ns();
}

void bko_recorder_end(bko_recorder *recorder, size_t job, bko_job_row *row) {
    row->ended_ns = last_stamp(row);
    atomic_fetch_sub_explicit(&recorder->in_flight, 1, memory_order_relaxed);
    add(row->error == BKO_OK ? &recorder->done : &recorder->failed, 1);
    add(&recorder->bytes, row->bytes);
    bko_histogram_add(recorder->latency, row->ended_ns - row->started_ns);
    bko_histogram_add(recorder->queue, row->started_ns - row->queued_ns);
    if (job < recorder->rows_max) {
        recorder->rows[job] = *row;
    }
    set_state(recorder, job, row->error == BKO_OK ? BKO_JOB_DONE : BKO_JOB_FAILED);
}

/* The worker may have died between the end of the job and its answer: then it counts as done no more. */
void bko_recorder_lost(bko_recorder *recorder, size_t job) {
    bko_job_state was = bko_recorder_state(recorder, job);
    if (was == BKO_JOB_FAILED) {
        return;
    }
    if (was == BKO_JOB_STARTED) {
        atomic_fetch_sub_explicit(&recorder->in_flight, 1, memory_order_relaxed);
    } else if (was == BKO_JOB_DONE) {
        atomic_fetch_sub_explicit(&recorder->done, 1, memory_order_relaxed);
    }
    if (job < recorder->rows_max) {
        recorder->rows[job].error = BKO_ELOST;
    }
    set_state(recorder, job, BKO_JOB_FAILED);
}

void bko_recorder_add_connections(bko_recorder *recorder, uint64_t count) {
    add(&recorder->connections, count);
}

void bko_recorder_add_ipc(bko_recorder *recorder, uint64_t bytes) {
    add(&recorder->ipc_bytes, bytes);
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
                        .in_flight_peak = atomic_load(&recorder->in_flight_peak)};
    out->lost = out->submitted - out->done - out->failed;
}

size_t bko_recorder_jobs(const bko_recorder *recorder) {
    return recorder->jobs;
}

size_t bko_recorder_rows(const bko_recorder *recorder) {
    return recorder->rows_max;
}

const bko_job_row *bko_recorder_row(const bko_recorder *recorder, size_t job) {
    return &recorder->rows[job];
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

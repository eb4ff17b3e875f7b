/* See bakeoff/recorder.h and record/recorder.h. */
#include "record/recorder.h"

#include <stdbool.h>
#include <sys/mman.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/histogram.h"
#include "core/random.h"

enum { ROWS_DEFAULT = 10000 };

/* No memory holds more jobs than this, and up to it the size computations don't overflow. */
static const size_t JOBS_MAX = PTRDIFF_MAX / (2 * sizeof(bko_job_row));

static size_t aligned(size_t size) {
    return (size + BKO__RECORDER_ALIGNMENT - 1) / BKO__RECORDER_ALIGNMENT * BKO__RECORDER_ALIGNMENT;
}

static void add(_Atomic uint64_t *counter, uint64_t value) {
    atomic_fetch_add_explicit(counter, value, memory_order_relaxed);
}

/* --- life -------------------------------------------------------------------------------------------- */

static bool has_offsets(const bko_recorder_options *options) {
    return options->schedule.arrivals == BKO_ARRIVALS_POISSON ||
           options->schedule.arrivals == BKO_ARRIVALS_RECORDED;
}

static bool is_open(const bko_recorder_options *options) {
    return options->schedule.arrivals != BKO_ARRIVALS_CLOSED;
}

/* The smallest shift (jobs per row = 2^shift) that keeps the number of rows within its limit. A
 * power of two is cheap: every job looks up its row twice. */
static unsigned shift_of(const bko_recorder_options *options) {
    size_t rows_max = options->rows_max > 0 ? options->rows_max : ROWS_DEFAULT;
    unsigned shift = 0;
    while (options->jobs > 0 && ((options->jobs - 1) >> shift) >= rows_max) {
        shift++;
    }
    return shift;
}

static size_t rows_of(const bko_recorder_options *options) {
    return options->jobs > 0 ? ((options->jobs - 1) >> shift_of(options)) + 1 : 0;
}

static size_t histograms_of(const bko_recorder_options *options) {
    return is_open(options) ? 3 : 2;
}

static size_t size_of(const bko_recorder_options *options) {
    return aligned(sizeof(bko_recorder)) + histograms_of(options) * aligned(bko__histogram_size()) +
           aligned(rows_of(options) * sizeof(bko_job_row)) + aligned(options->jobs) +
           (has_offsets(options) ? aligned(options->jobs * sizeof(int64_t)) : 0);
}

static void *take(unsigned char **memory, size_t size) {
    unsigned char *start = *memory;
    *memory += aligned(size);
    return start;
}

static void lay_out(bko_recorder *recorder, const bko_recorder_options *options) {
    unsigned char *memory = (unsigned char *)recorder;
    take(&memory, sizeof *recorder);
    recorder->latency = bko__histogram_init(take(&memory, bko__histogram_size()));
    recorder->queue = bko__histogram_init(take(&memory, bko__histogram_size()));
    recorder->service = is_open(options) ? bko__histogram_init(take(&memory, bko__histogram_size()))
                                         : recorder->latency;
    recorder->rows_kept = take(&memory, recorder->rows * sizeof(bko_job_row));
    recorder->states = take(&memory, recorder->jobs);
    recorder->offsets =
        has_offsets(options) ? take(&memory, recorder->jobs * sizeof(int64_t)) : NULL;
}

int bko_recorder_create(bko_recorder **out, const bko_recorder_options *options) {
    *out = NULL;
    if (is_open(options) && !(options->schedule.rate_per_s > 0)) {
        return BKO_EINVAL;
    }
    if (options->schedule.arrivals == BKO_ARRIVALS_RECORDED && options->schedule.times_ns == NULL) {
        return BKO_EINVAL;
    }
    if (options->jobs > JOBS_MAX) {
        return BKO_ENOMEM;
    }
    size_t size = size_of(options);
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return BKO_ENOMEM;
    }
    bko_recorder *recorder = memory;
    recorder->mapping_size = size;
    recorder->jobs = options->jobs;
    recorder->rows = rows_of(options);
    recorder->shift = shift_of(options);
    recorder->seed = options->seed;
    recorder->schedule = options->schedule;
    recorder->retry_budget.left = options->retries_max;
    lay_out(recorder, options);
    bko__recorder_plan(recorder);
    recorder->schedule.times_ns = NULL;
    *out = recorder;
    return BKO_OK;
}

void bko_recorder_free(bko_recorder *recorder) {
    if (recorder != NULL) {
        munmap(recorder, recorder->mapping_size);
    }
}

/* A forked child does not inherit page table entries of a shared mapping, so each process touches
 * it. */
void bko__recorder_touch(bko_recorder *recorder) {
    volatile unsigned char *memory = (unsigned char *)recorder;
    for (size_t at = 0; at < recorder->mapping_size; at += 4096) {
        memory[at] = memory[at];
    }
}

void bko__recorder_submit(bko_recorder *recorder, size_t count) {
    int64_t begun_ns = recorder->phase_start_ns[BKO_PHASE_SETUP];
    recorder->submitted_ns = bko_clock_now_ns();
    recorder->start_until_ns =
        (begun_ns > 0 ? begun_ns : recorder->submitted_ns) + recorder->schedule.start_within_ns;
    add(&recorder->submitted, count);
}

/* --- what jobs record
 * -------------------------------------------------------------------------------- */

/* The last stretch may be shorter. */
size_t bko_recorder_row_job(const bko_recorder *recorder, size_t row) {
    size_t first = row << recorder->shift;
    size_t mask = ((size_t)1 << recorder->shift) - 1;
    size_t job = first + (size_t)(bko__random_at(recorder->seed, row) & mask);
    return job < recorder->jobs ? job : recorder->jobs - 1;
}

/* The row of a job; NULL if the job has none. */
static bko_job_row *row_of(bko_recorder *recorder, size_t job) {
    if (recorder->shift == 0) {
        return &recorder->rows_kept[job];
    }
    size_t row = job >> recorder->shift;
    return bko_recorder_row_job(recorder, row) == job ? &recorder->rows_kept[row] : NULL;
}

static void keep(bko_recorder *recorder, size_t job, const bko_job_row *row) {
    bko_job_row *kept = row_of(recorder, job);
    if (kept != NULL) {
        *kept = *row;
    }
}

static void raise_peak(bko_recorder *recorder, uint32_t now) {
    uint32_t seen = atomic_load_explicit(&recorder->in_flight_peak, memory_order_relaxed);
    while (now > seen &&
           !atomic_compare_exchange_weak_explicit(&recorder->in_flight_peak, &seen, now,
                                                  memory_order_relaxed, memory_order_relaxed)) {
    }
}

void bko__recorder_start(bko_recorder *recorder, size_t job, unsigned worker, bko_job_row *row) {
    *row = (bko_job_row){.queued_ns = bko__recorder_due_ns(recorder, job),
                         .started_ns = bko_clock_now_ns(),
                         .worker = (uint16_t)worker};
    bko__set_state(recorder, job, BKO_JOB_STARTED);
    keep(recorder, job, row);
    if (bko__recorder_is_open(recorder)) {
        bko__raise(&recorder->last_started_ns, row->started_ns);
    }
    raise_peak(recorder,
               atomic_fetch_add_explicit(&recorder->in_flight, 1, memory_order_relaxed) + 1);
}

/* Uses the timestamp of the last step, taken a moment ago, to save another reading of the clock. */
static int64_t last_stamp(const bko_job_row *row) {
    int64_t last = row->saved_ns > row->processed_ns ? row->saved_ns : row->processed_ns;
    last = last > row->done_ns ? last : row->done_ns;
    return last > 0 ? last : bko_clock_now_ns();
}

static void count_error(bko_recorder *recorder, int error) {
    if (error < 0 && error > -BKO_RECORDER_ERRORS) {
        add(&recorder->errors[-error], 1);
    }
}

static void count_times(bko_recorder *recorder, const bko_job_row *row) {
    bko_histogram_add(recorder->service, row->ended_ns - row->started_ns);
    bko_histogram_add(recorder->queue, row->started_ns - row->queued_ns);
    if (recorder->latency != recorder->service) {
        bko_histogram_add(recorder->latency, row->ended_ns - row->queued_ns);
    }
}

void bko__recorder_end(bko_recorder *recorder, size_t job, bko_job_row *row) {
    row->ended_ns = last_stamp(row);
    atomic_fetch_sub_explicit(&recorder->in_flight, 1, memory_order_relaxed);
    add(row->error == BKO_OK ? &recorder->done : &recorder->failed, 1);
    add(&recorder->bytes, row->bytes);
    count_error(recorder, row->error);
    count_times(recorder, row);
    keep(recorder, job, row);
    bko__set_state(recorder, job, row->error == BKO_OK ? BKO_JOB_DONE : BKO_JOB_FAILED);
}

/* The worker may have died between the end of the job and its answer: then the job no longer counts
 * as done. */
void bko__recorder_lost(bko_recorder *recorder, size_t job) {
    bko_job_state was = bko_recorder_state(recorder, job);
    if (was == BKO_JOB_FAILED || was == BKO_JOB_DROPPED) {
        return;
    }
    if (was == BKO_JOB_STARTED) {
        atomic_fetch_sub_explicit(&recorder->in_flight, 1, memory_order_relaxed);
    } else if (was == BKO_JOB_DONE) {
        atomic_fetch_sub_explicit(&recorder->done, 1, memory_order_relaxed);
    }
    bko_job_row *row = row_of(recorder, job);
    if (row != NULL) {
        row->error = BKO_ELOST;
    }
    bko__set_state(recorder, job, BKO_JOB_FAILED);
}

void bko__recorder_add_connections(bko_recorder *recorder, uint64_t count) {
    add(&recorder->connections, count);
}

void bko__recorder_add_unverified(bko_recorder *recorder) {
    add(&recorder->unverified, 1);
}

void bko__recorder_add_retries(bko_recorder *recorder, bko_job_row *row, unsigned count) {
    unsigned sum = row->retries + count;
    row->retries = (uint8_t)(sum < UINT8_MAX ? sum : UINT8_MAX);
    if (count > 0) {
        add(&recorder->retries, count);
    }
}

void bko__recorder_add_asked_retries(bko_recorder *recorder, bko_job_row *row, unsigned count) {
    unsigned sum = row->asked_retries + count;
    row->asked_retries = (uint8_t)(sum < UINT8_MAX ? sum : UINT8_MAX);
    if (count > 0) {
        add(&recorder->asked_retries, count);
    }
}

bko_retry_budget *bko_recorder_retry_budget(bko_recorder *recorder) {
    return &recorder->retry_budget;
}

void bko__recorder_add_checks(bko_recorder *recorder, const bko_response *response) {
    for (size_t i = 0; i < response->checks; i++) {
        bool has_failed = (response->failed_checks >> i & 1) != 0;
        add(has_failed ? &recorder->checks_failed[i] : &recorder->checks_passed[i], 1);
    }
}

void bko__recorder_add_ipc(bko_recorder *recorder, uint64_t bytes) {
    add(&recorder->ipc_bytes, bytes);
}

/* A sum doesn't depend on the order in which jobs end. */
void bko__recorder_add_result(bko_recorder *recorder, uint64_t digest, int is_known) {
    add(&recorder->results, 1);
    add(&recorder->results_known, is_known ? 1 : 0);
    add(&recorder->results_digest, digest);
}

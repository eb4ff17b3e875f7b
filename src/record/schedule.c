/*
 * Open loops: when each job is scheduled to start, which jobs are dropped, and the rate achieved.
 *
 * Evenly spaced times are computed. Random ones are drawn into the mapping, and recorded ones
 * copied, before the trial is forked, so that all contenders of a block get the same ones.
 */
#include <math.h>
#include <string.h>

#include "bakeoff/clock.h"
#include "core/random.h"
#include "record/recorder.h"

/* Mixes the seed, so that neighbouring seeds don't start with similar numbers. */
static uint64_t random_of(uint64_t seed) {
    return bko__random_at(seed, 0) | 1;
}

static void draw(bko_recorder *recorder) {
    uint64_t random = random_of(recorder->seed);
    double at = 0;
    for (size_t job = 0; job < recorder->jobs; job++) {
        recorder->offsets[job] = (int64_t)at;
        at -= log(bko__random_above_zero(&random)) * recorder->gap_ns;
    }
}

void bko__recorder_plan(bko_recorder *recorder) {
    if (!bko__recorder_is_open(recorder)) {
        return;
    }
    recorder->gap_ns = 1e9 / recorder->schedule.rate_per_s;
    if (recorder->schedule.arrivals == BKO_ARRIVALS_POISSON) {
        draw(recorder);
    } else if (recorder->schedule.arrivals == BKO_ARRIVALS_RECORDED && recorder->jobs > 0) {
        memcpy(recorder->offsets, recorder->schedule.times_ns,
               recorder->jobs * sizeof recorder->offsets[0]);
    }
}

int bko__recorder_is_open(const bko_recorder *recorder) {
    return recorder->schedule.arrivals != BKO_ARRIVALS_CLOSED;
}

const bko_schedule *bko__recorder_schedule(const bko_recorder *recorder) {
    return &recorder->schedule;
}

static int64_t offset_of(const bko_recorder *recorder, size_t job) {
    return recorder->offsets != NULL ? recorder->offsets[job]
                                     : (int64_t)((double)job * recorder->gap_ns);
}

int64_t bko__recorder_due_ns(const bko_recorder *recorder, size_t job) {
    return bko__recorder_is_open(recorder) ? recorder->submitted_ns + offset_of(recorder, job)
                                           : recorder->submitted_ns;
}

void bko__recorder_drop(bko_recorder *recorder, size_t job) {
    atomic_fetch_add_explicit(&recorder->dropped, 1, memory_order_relaxed);
    bko__set_state(recorder, job, BKO_JOB_DROPPED);
}

int64_t bko__recorder_start_until_ns(const bko_recorder *recorder) {
    return bko__recorder_is_open(recorder) && recorder->schedule.start_within_ns > 0
               ? recorder->start_until_ns
               : INT64_MAX;
}

int bko__recorder_may_start(bko_recorder *recorder, size_t job) {
    if (!bko__recorder_is_open(recorder)) {
        return 1;
    }
    if (bko_recorder_state(recorder, job) == BKO_JOB_DROPPED) {
        return 0;
    }
    if (bko_clock_now_ns() < bko__recorder_start_until_ns(recorder)) {
        return 1;
    }
    bko__recorder_drop(recorder, job);
    return 0;
}

/* `count` jobs take up one gap each; the last of them comes `span_ns` after the first. */
static double rate(const bko_recorder *recorder, uint64_t count, int64_t span_ns) {
    return count > 0 ? (double)count * 1e9 / ((double)span_ns + recorder->gap_ns) : 0;
}

double bko_recorder_offered_per_s(const bko_recorder *recorder) {
    if (!bko__recorder_is_open(recorder) || recorder->jobs == 0) {
        return 0;
    }
    return rate(recorder, recorder->jobs, offset_of(recorder, recorder->jobs - 1));
}

double bko_recorder_achieved_per_s(const bko_recorder *recorder) {
    bko_totals totals;
    int64_t last_ns = atomic_load(&recorder->last_started_ns);
    bko_recorder_totals(recorder, &totals);
    if (last_ns == 0) {
        return 0;
    }
    return rate(recorder, totals.done + totals.failed, last_ns - recorder->submitted_ns);
}

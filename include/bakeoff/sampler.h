/*
 * The sampler: memory of a process tree over time, from outside, at a bounded cost.
 *
 * It has no thread and no timer: its owner's loop calls it. RSS is read at every tick; the tree is
 * listed again, and PSS, USS and footprint are read, only as often as a share of the elapsed time
 * allows (`budget`, which also pays for the wake-ups), and whenever the owner demands it
 * (bko_sampler_full, at phase borders). RSS of dozens of processes is too dear for every tick: ticks
 * are then left out.
 *
 * Samples live outside the heap, in pages that are touched as they fill and that a fork doesn't
 * inherit, so that what the bench remembers never shows in the memory of a later trial.
 *
 * Threads: all calls from one thread, the owner's.
 */
#ifndef BAKEOFF_SAMPLER_H
#define BAKEOFF_SAMPLER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bakeoff/export.h"

typedef struct bko_sampler bko_sampler;

typedef struct bko_sampler_options {
    pid_t root;         /* the tree's first process */
    int64_t every_ns;   /* time between samples; 0: 10 ms */
    double budget;      /* CPU time of sampling / elapsed time, 0 … 1; 0: 0.01 */
    size_t max_samples; /* kept at most, at least 16; 0: 200,000 */
    int root_only;      /* non-zero: never look for descendants */
    int demands_apart; /* non-zero: what is demanded has a budget of the owner's own: RSS and listing don't wait
                           until time has paid for it */
} bko_sampler_options;

typedef struct bko_memory_sample {
    int64_t time_ns; /* as given to the call */
    int phase;       /* likewise; the sampler gives it no meaning */
    int processes;   /* that were read */
    int64_t rss;     /* bytes, summed */
    int64_t pss;     /* -1 where it was not read, as the next two */
    int64_t uss;
    int64_t footprint;
    int64_t cpu_ns; /* CPU time used until then by all processes that were read so far; see below */
} bko_memory_sample;

/*
 * CPU time is read with every RSS and never falls: of a process that has ended, what it had used at its
 * last reading goes on counting. What it used after that, and processes that came and went between two
 * listings of the tree, are missed.
 */

/* Bytes; -1 where nothing was read. */
typedef struct bko_sampler_result {
    int64_t footprint_peak;
    int64_t footprint_baseline; /* of the first complete sample */
    int64_t pss_peak;
    int64_t uss_peak;
    int64_t rss_peak;
    int processes_peak;
    int64_t samples;      /* taken; more than are kept, once a long run has been thinned out */
    int64_t full_samples; /* of them with PSS, USS and footprint */
    int64_t skipped;  /* ticks left out because reading RSS alone would have passed the budget */
    int64_t every_ns; /* time between samples now: doubled at each thinning */
    int64_t probe_ns; /* wall time spent in the sampler */
    int64_t probe_cpu_ns;    /* CPU time spent in it; bounded by the budget, less waking up */
    int64_t demanded_cpu_ns; /* of it for what was demanded: while the owner made the tree wait */
} bko_sampler_result;

/*
 * Returns owned. Reads nothing yet: the first sample is the first call's. BKO_EINVAL, BKO_ENOMEM.
 */
BKO_API int bko_sampler_create(bko_sampler **out, const bko_sampler_options *options);

/*
 * To be called every `every_ns` or more often; `now_ns` is CLOCK_MONOTONIC and doesn't go back.
 * Returns 1 when a sample was taken, 0 when none was due or affordable, BKO_EGONE when no process
 * of the tree lives any more.
 */
BKO_API int bko_sampler_tick(bko_sampler *sampler, int64_t now_ns, int phase);

/* A complete sample, the tree listed again, whatever it costs. Returns 1 or BKO_EGONE. */
BKO_API int bko_sampler_full(bko_sampler *sampler, int64_t now_ns, int phase);

/* When the next tick is due (CLOCK_MONOTONIC, ns): bounds the owner's poll. 0 before the first
 * call. */
BKO_API int64_t bko_sampler_due_ns(const bko_sampler *sampler);

/*
 * Raises the peak of the footprint to the largest RSS that any process known now has had (VmHWM),
 * so that a short peak between two samples isn't lost. To be called while the root still lives, and
 * only where its whole life counts. BKO_EGONE when no process lives any more: the peak stays as
 * sampled.
 */
BKO_API int bko_sampler_finish(bko_sampler *sampler);

/* Copies what is known so far. */
BKO_API void bko_sampler_read(const bko_sampler *sampler, bko_sampler_result *result);

/* Borrows: the samples in order of time, valid until the next call that takes one, or free. */
BKO_API const bko_memory_sample *bko_sampler_samples(const bko_sampler *sampler, size_t *count);

/* NULL is fine. */
BKO_API void bko_sampler_free(bko_sampler *sampler);

#endif

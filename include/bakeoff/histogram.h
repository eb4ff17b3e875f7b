/*
 * A mergeable log-linear histogram of durations (HdrHistogram uses the same layout): every power of
 * two is split into 128 equal buckets, so a quantile is within 0.4 % of the recorded value over the
 * whole range. Fixed size (about 40 KB), no allocation after creation. Adding a value is one
 * relaxed atomic increment, from any thread or, in shared memory, any process.
 */
#ifndef BAKEOFF_HISTOGRAM_H
#define BAKEOFF_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "bakeoff/export.h"

typedef struct bko_histogram bko_histogram;

/* *out is returned owned; 0 or BKO_ENOMEM. */
BKO_API int bko_histogram_create(bko_histogram **out);
BKO_API void bko_histogram_free(bko_histogram *histogram);

/* Adds one value in nanoseconds, clamped to 0 … 2^42. Any thread. */
BKO_API void bko_histogram_add(bko_histogram *histogram, int64_t value);

/* Adds all counts of `from` to `into`. Concurrent adds to `from` may be missed. */
BKO_API void bko_histogram_merge(bko_histogram *into, const bko_histogram *from);

BKO_API uint64_t bko_histogram_count(const bko_histogram *histogram);
BKO_API int64_t bko_histogram_max(const bko_histogram *histogram);

/* Nearest-rank quantile, 0 <= q <= 1: the middle of its bucket, but never above the maximum; 0 when
 * empty. */
BKO_API int64_t bko_histogram_quantile(const bko_histogram *histogram, double q);

/* A quantile and its value, as returned by bko_histogram_quantile. */
typedef struct bko_histogram_point {
    double q;
    int64_t value;
} bko_histogram_point;

#define BKO_HISTOGRAM_POINTS 161

/* The distribution as quantiles that get denser towards 1 (like HdrHistogram's percentile ticks): q
 * = 0, then four steps each time the remaining fraction halves, while at least one value lies
 * beyond, then 1. `points` has room for BKO_HISTOGRAM_POINTS. Returns how many were filled; 0 when
 * empty. */
BKO_API size_t bko_histogram_spectrum(const bko_histogram *histogram, bko_histogram_point *points);

#endif

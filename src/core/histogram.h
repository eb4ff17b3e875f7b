/* Histograms in memory of the caller's, such as a mapping that processes share. The rest: bakeoff/histogram.h. */
#ifndef BAKEOFF_CORE_HISTOGRAM_H
#define BAKEOFF_CORE_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "bakeoff/histogram.h"

/* Bytes that bko__histogram_init needs. */
size_t bko__histogram_size(void);

/* Makes an empty histogram in `memory` (borrowed, zero-filled or not, aligned for int64_t). */
bko_histogram *bko__histogram_init(void *memory);

/* Counts the same value `count` times, as bko_histogram_add does once. Any thread. */
void bko__histogram_add_many(bko_histogram *histogram, int64_t value, uint64_t count);

#endif

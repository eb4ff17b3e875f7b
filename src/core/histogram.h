/* Histograms in the caller's memory, such as a mapping that processes share. For the rest see
 * bakeoff/histogram.h. */
#ifndef BAKEOFF_CORE_HISTOGRAM_H
#define BAKEOFF_CORE_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "bakeoff/histogram.h"

/* Bytes that bko__histogram_init needs. */
size_t bko__histogram_size(void);

/* Makes an empty histogram in `memory` (borrowed, aligned for int64_t, need not be zeroed). */
bko_histogram *bko__histogram_init(void *memory);

/* Like `count` calls of bko_histogram_add with the same value. Any thread. */
void bko__histogram_add_many(bko_histogram *histogram, int64_t value, uint64_t count);

#endif

/* The clock that the bench, its trials and their workers share: CLOCK_MONOTONIC in nanoseconds. */
#ifndef BAKEOFF_CLOCK_H
#define BAKEOFF_CLOCK_H

#include <stdint.h>

#include "bakeoff/export.h"

/* Nanoseconds of CLOCK_MONOTONIC. All processes on one machine see the same clock. Any thread. */
BKO_API int64_t bko_clock_now_ns(void);

#endif

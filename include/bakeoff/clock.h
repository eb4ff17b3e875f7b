/* The one clock: CLOCK_MONOTONIC in nanoseconds, shared by the bench, trials and workers. */
#ifndef BAKEOFF_CLOCK_H
#define BAKEOFF_CLOCK_H

#include <stdint.h>

#include "bakeoff/export.h"

/* Nanoseconds of CLOCK_MONOTONIC; comparable between processes of one machine. Any thread. */
BKO_API int64_t bko_clock_now_ns(void);

#endif

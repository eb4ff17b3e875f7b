/* The one clock: CLOCK_MONOTONIC in nanoseconds, shared by the bench, trials and workers; and CPU time. */
#ifndef BAKEOFF_CLOCK_H
#define BAKEOFF_CLOCK_H

#include <stdint.h>

#include "bakeoff/export.h"

/* Nanoseconds of CLOCK_MONOTONIC; comparable between processes of one machine. Any thread. */
BKO_API int64_t bko_clock_now_ns(void);

/* CPU time that the calling thread, or all of the calling process, has used; nanoseconds. A system call
 * each: not for hot paths. */
BKO_API int64_t bko_clock_thread_cpu_ns(void);
BKO_API int64_t bko_clock_process_cpu_ns(void);

#endif

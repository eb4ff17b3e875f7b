/* CPU time of the calling thread and of the whole calling process, in nanoseconds. Each call is a
 * system call: not for hot paths. */
#ifndef BAKEOFF_CORE_CLOCK_H
#define BAKEOFF_CORE_CLOCK_H

#include <stdint.h>

int64_t bko__clock_thread_cpu_ns(void);
int64_t bko__clock_process_cpu_ns(void);

#endif

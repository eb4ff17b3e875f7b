/* CPU time that the calling thread, or all of the calling process, has used; nanoseconds. A system call
 * each: not for hot paths. */
#ifndef BAKEOFF_CORE_CLOCK_H
#define BAKEOFF_CORE_CLOCK_H

#include <stdint.h>

int64_t bko__clock_thread_cpu_ns(void);
int64_t bko__clock_process_cpu_ns(void);

#endif

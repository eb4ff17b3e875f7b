/* CPU time and context switches of a live process, read from outside. Any thread, no allocation. */
#ifndef BAKEOFF_CPU_H
#define BAKEOFF_CPU_H

#include <stdint.h>
#include <sys/types.h>

#include "bakeoff/export.h"

typedef struct bko_cpu {
    double user_s;        /* all threads, exited ones included; resolution: kernel tick (10 ms) */
    double system_s;      /* same */
    double total_s;       /* user + system, with nanosecond resolution */
    double reaped_user_s; /* of exited children that were waited for, and of their children */
    double reaped_system_s;
    pid_t parent;
    int64_t
        voluntary; /* context switches of live threads. /proc counts them per thread, so those */
    int64_t involuntary; /* of exited threads are lost (getrusage inside the process has them) */
    int threads;         /* live threads */
} bko_cpu;

/* Does not include live children. BKO_EGONE, BKO_ESYS. */
BKO_API int bko_cpu_read(pid_t pid, bko_cpu *cpu);

/* CPU seconds used by a process, by its live descendants (at most BKO_TREE_MAX) and by every
 * process these have waited for. Resolution: kernel tick. BKO_EGONE, BKO_ESYS. */
BKO_API int bko_cpu_read_tree(pid_t root, double *used_s);

#endif

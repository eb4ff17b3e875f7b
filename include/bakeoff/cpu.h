/* CPU time and context switches of a living process, read from outside. Any thread, no allocation.
 */
#ifndef BAKEOFF_CPU_H
#define BAKEOFF_CPU_H

#include <stdint.h>
#include <sys/types.h>

#include "bakeoff/export.h"

typedef struct bko_cpu {
    double user_s;        /* all threads, ended ones too; in steps of the kernel tick (10 ms) */
    double system_s;      /* likewise */
    double total_s;       /* user + system, in nanosecond steps */
    double reaped_user_s; /* of children that have ended and were waited for, and of theirs */
    double reaped_system_s;
    pid_t parent;
    int64_t voluntary; /* context switches of the threads that live: /proc keeps them per thread, */
    int64_t involuntary; /* so those of ended threads are lost (getrusage inside has them) */
    int threads;         /* that live */
} bko_cpu;

/* Living children are not included. BKO_EGONE, BKO_ESYS. */
BKO_API int bko_cpu_read(pid_t pid, bko_cpu *cpu);

/* Seconds that a process, its living descendants (at most BKO_TREE_MAX) and all whom these have waited for have
 * used, in steps of the kernel tick. BKO_EGONE, BKO_ESYS. */
BKO_API int bko_cpu_read_tree(pid_t root, double *used_s);

#endif

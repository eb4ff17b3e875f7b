/*
 * What /proc/PID/stat says about a process's place and page faults, and whether two processes share
 * one address space.
 *
 * Threads: any; no state.
 */
#ifndef BAKEOFF_PROBE_LINUX_STAT_H
#define BAKEOFF_PROBE_LINUX_STAT_H

#include <stdint.h>
#include <sys/types.h>

#include "bakeoff/sampler.h"

typedef struct bko__stat {
    pid_t parent;
    char name[BKO_PROCESS_NAME]; /* of its program, as the kernel has it */
    int has_ended;               /* a zombie, or about to disappear */
    int is_stopped;              /* by a signal; not by a debugger */
    int is_copy;                 /* forked, and has not called exec since */
    int64_t faults;              /* page faults, minor and major, of all its threads */
    int64_t reaped;              /* page faults of the children it has waited for, and of theirs */
} bko__stat;

/* BKO_EGONE (no such process), BKO_ESYS, BKO_EPROTOCOL. A zombie still has its counts. */
int bko__stat_read(pid_t pid, bko__stat *out);

/*
 * Opens the file for repeated reading, which is cheaper; it keeps referring to its process. Returns
 * a descriptor (returned owned), or -1.
 */
int bko__stat_open(pid_t pid);

/* Like bko__stat_read. `file` (borrowed) may be -1. */
int bko__stat_read_from(int file, pid_t pid, bko__stat *out);

/*
 * Do both have one address space, as after vfork, posix_spawn (until exec) and clone with CLONE_VM?
 * 0 also if the kernel doesn't tell (kcmp, which needs the right to trace both).
 */
int bko__stat_same_memory(pid_t a, pid_t b);

/* The parent, if the process shares its parent's address space; else 0. Only a process that hasn't
 * called exec can. */
pid_t bko__stat_twin(pid_t pid, const bko__stat *stat);

/* Does it ignore SIGCHLD, so that the kernel reaps its children itself? A zombie still tells. 0 if it
 * is gone. (SA_NOCLDWAIT has the same effect, but no file of /proc tells.) */
int bko__stat_ignores_children(pid_t pid);

#endif

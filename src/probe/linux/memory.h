/*
 * What one process's memory is: the seam between the probes and the system. A port to another system
 * writes these, and bko_memory_read and bko_memory_read_peak of bakeoff/memory.h.
 *
 * Threads: no state; any thread.
 */
#ifndef BAKEOFF_PROBE_LINUX_MEMORY_H
#define BAKEOFF_PROBE_LINUX_MEMORY_H

#include "bakeoff/memory.h"

/* As bko_memory_read; where the rollup may not be read, RSS stands for all of it (but
 * for `shared`). */
int bko__memory_read_or_rss(pid_t pid, bko_memory *memory);

/* What a statm file says, in bytes. A zombie has no address space: size 0. */
typedef struct bko__statm {
    int64_t size;
    int64_t rss;
    int64_t file; /* of rss: pages of files, shared memory included */
} bko__statm;

/*
 * Opens the file for reading again and again: it stays its process's, also when the number is used
 * again. Returns a descriptor (returns owned), or -1 with errno.
 */
int bko__statm_open(pid_t pid);

/* Reads it. `statm` (borrows) may be -1: then the file is opened for this reading alone. Size 0 when the
 * process has ended. */
bko__statm bko__statm_read(int statm, pid_t pid);

#endif

/*
 * Memory of one process: the seam between the probes and the system. A port to another system
 * reimplements these functions, and bko_memory_read and bko_memory_read_peak of bakeoff/memory.h.
 *
 * Threads: any; no state.
 */
#ifndef BAKEOFF_PROBE_LINUX_MEMORY_H
#define BAKEOFF_PROBE_LINUX_MEMORY_H

#include "bakeoff/memory.h"

/* Like bko_memory_read, but if the rollup may not be read, all of RSS counts as shared, and pss is
 * -1. */
int bko__memory_read_or_rss(pid_t pid, bko_memory *memory);

/* Shared memory of the whole machine: memfd and tmpfs files, and anonymous shared mappings. Bytes;
 * -1: unknown. *file (owned by the caller): the file that tells, kept open for the next reading; -1: not
 * open yet. `file` may be NULL. */
int64_t bko__memory_of_shared_files(int *file);

/* Pages of ordinary files that a process has mapped: RSS without anonymous and shared memory. Bytes;
 * 0 if it has ended. */
int64_t bko__memory_of_files(pid_t pid);

/* How many bytes a page fault can bring if it brings a huge page; 0 if it never does. */
int64_t bko__memory_huge_size(void);

/* How many page faults have brought a huge page, on the whole machine and ever; -1: unknown. `file`: as
 * above. */
int64_t bko__memory_huge_faults(int *file);

/* All memory of the machine, in bytes. */
int64_t bko__memory_of_machine(void);

/* The contents of a statm file, in bytes. A zombie has no address space: size 0. */
typedef struct bko__statm {
    int64_t size;
    int64_t rss;
    int64_t file; /* part of rss: file pages, shared memory included */
} bko__statm;

/*
 * Opens the file for repeated reading. It keeps referring to its process, even if the PID is
 * reused. Returns a descriptor (returned owned), or -1 with errno.
 */
int bko__statm_open(pid_t pid);

/* Reads the file. `statm` (borrowed) may be -1: the file is then opened for this reading only. Size
 * 0 if the process has ended. */
bko__statm bko__statm_read(int statm, pid_t pid);

#endif

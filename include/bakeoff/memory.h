/*
 * Memory of a process and of a process tree, read from outside.
 *
 * All amounts are bytes. Pages of hugetlbfs are counted nowhere, as in RSS. Why the footprint is
 * what it is: src/probe/README.md. Every function: any thread, no allocation, no state.
 */
#ifndef BAKEOFF_MEMORY_H
#define BAKEOFF_MEMORY_H

#include <stdint.h>
#include <sys/types.h>

#include "bakeoff/export.h"

/* One process. uss + shared = rss. */
typedef struct bko_memory {
    int64_t rss;       /* resident pages */
    int64_t pss;       /* each page divided by the number of its users on this machine */
    int64_t uss;       /* pages that nobody else has mapped */
    int64_t shared;    /* pages that somebody else, in the tree or not, has mapped too */
    int64_t anonymous; /* of rss: pages that are no file's, private or shared */
} bko_memory;

/* A process and its descendants. */
typedef struct bko_memory_tree {
    int64_t footprint; /* uss + largest_shared: the tree as if it were alone */
    int64_t rss;       /* sums over the processes … */
    int64_t pss;
    int64_t uss;
    int64_t largest_shared; /* the largest shared part of any one process */
    int processes;          /* … and how many were read */
    int64_t probe_ns;       /* wall time this reading took */
} bko_memory_tree;

/*
 * Reads /proc/PID/smaps_rollup. Costs 20 µs for a small process and about 1 ms for each 100 MB of
 * resident 4 KiB pages, with the target's page faults held up meanwhile.
 * BKO_EGONE (no such process, or a zombie), BKO_ESYS (errno EACCES: another user's process).
 */
BKO_API int bko_memory_read(pid_t pid, bko_memory *memory);

/* Largest RSS since the process was forked or last called exec (VmHWM). Errors as above. */
BKO_API int bko_memory_read_peak(pid_t pid, int64_t *bytes);

/*
 * Reads `root` and its descendants. A process that vanishes between listing and reading is skipped,
 * as zombies are; one that may not be read (setuid) counts with its RSS as private memory.
 * BKO_EGONE when nothing was left to read, BKO_ETOOLARGE above BKO_TREE_MAX processes (tree.h; the
 * sums then cover those that fit), BKO_ESYS.
 */
BKO_API int bko_memory_read_tree(pid_t root, bko_memory_tree *memory);

#endif

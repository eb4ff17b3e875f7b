/*
 * Memory of a process and of a process tree, read from outside.
 *
 * All sizes are bytes. Like RSS, none of them counts hugetlbfs pages. src/probe/README.md explains
 * how the footprint is defined. All functions: any thread, no allocation, no state.
 */
#ifndef BAKEOFF_MEMORY_H
#define BAKEOFF_MEMORY_H

#include <stdint.h>
#include <sys/types.h>

#include "bakeoff/export.h"

/* One process. uss + shared = rss. */
typedef struct bko_memory {
    int64_t rss;       /* resident pages */
    int64_t pss;       /* each page divided by the number of processes that map it */
    int64_t uss;       /* pages that no other process maps */
    int64_t shared;    /* pages that another process, in the tree or not, also maps */
    int64_t anonymous; /* part of rss: pages not backed by a file, private or shared */
} bko_memory;

/* A process and its descendants. */
typedef struct bko_memory_tree {
    int64_t footprint; /* uss + largest_shared: the tree as if it were alone on the machine */
    int64_t rss;       /* rss, pss and uss are sums over all processes that were read */
    int64_t pss;
    int64_t uss;
    int64_t largest_shared; /* the largest `shared` of any one process */
    int processes;          /* how many were read */
    /* of them, processes whose shared part may not be read (another user's): pss and uss don't
     * include them, and the footprint counts their RSS as shared; footprint_high as private */
    int unreadable;
    int64_t footprint_high; /* the footprint is at most this */
    int64_t probe_ns;       /* wall time this reading took */
} bko_memory_tree;

/*
 * Reads /proc/PID/smaps_rollup. Takes 20 µs for a small process and about 1 ms for each 100 MB of
 * resident 4 KiB pages; the target's page faults block during the read.
 * BKO_EGONE (no such process, or a zombie), BKO_ESYS (errno EACCES: another user's process).
 */
BKO_API int bko_memory_read(pid_t pid, bko_memory *memory);

/* Peak RSS since the process was forked or last called exec (VmHWM). Errors as above. */
BKO_API int bko_memory_read_peak(pid_t pid, int64_t *bytes);

/*
 * Reads `root` and its descendants. Zombies are skipped, and so is a process that exits between
 * listing and reading. Processes that share one address space (vfork) count once. BKO_EGONE (no process was left to read), BKO_ETOOLARGE (more than BKO_TREE_MAX processes,
 * see tree.h; the sums then cover those that fit), BKO_ESYS.
 */
BKO_API int bko_memory_read_tree(pid_t root, bko_memory_tree *memory);

#endif

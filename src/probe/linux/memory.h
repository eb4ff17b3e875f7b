/* Summing up a tree, shared by bko_memory_read_tree and the sampler. */
#ifndef BAKEOFF_PROBE_LINUX_MEMORY_H
#define BAKEOFF_PROBE_LINUX_MEMORY_H

#include "bakeoff/memory.h"

/* Counts one more process into `tree`, whose footprint is right after every call. */
void bko__memory_add(bko_memory_tree *tree, const bko_memory *one);

/* As bko_memory_read; where the rollup may not be read, RSS stands for all of it (but
 * for `shared`). */
int bko__memory_read_or_rss(pid_t pid, bko_memory *memory);

/* What a statm file says, in bytes. A zombie has no address space: size 0. */
typedef struct bko__statm {
    int64_t size;
    int64_t rss;
    int64_t file; /* of rss: pages of files, shared memory included */
} bko__statm;

bko__statm bko__memory_parse_statm(const char *text);

#endif

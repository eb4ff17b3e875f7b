/* Sums up the memory of a tree, for bko_memory_read_tree and the sampler. */
#ifndef BAKEOFF_PROBE_MEMORY_H
#define BAKEOFF_PROBE_MEMORY_H

#include "bakeoff/memory.h"

/* Adds one more process to `tree`; the footprint is up to date after every call. pss -1: only its
 * RSS was readable. */
void bko__memory_add(bko_memory_tree *tree, const bko_memory *one);

#endif

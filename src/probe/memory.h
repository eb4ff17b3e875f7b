/* Summing up a tree's memory, shared by bko_memory_read_tree and the sampler. */
#ifndef BAKEOFF_PROBE_MEMORY_H
#define BAKEOFF_PROBE_MEMORY_H

#include "bakeoff/memory.h"

/* Counts one more process into `tree`, whose footprint is right after every call. */
void bko__memory_add(bko_memory_tree *tree, const bko_memory *one);

#endif

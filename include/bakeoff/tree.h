/*
 * The descendants of a process.
 *
 * Threads: any thread, no allocation, no state.
 */
#ifndef BAKEOFF_TREE_H
#define BAKEOFF_TREE_H

#include <stddef.h>
#include <sys/types.h>

#include "bakeoff/export.h"

/* As many processes of one tree as the probes look at. */
enum { BKO_TREE_MAX = 4096 };

/*
 * Writes `root` and then its descendants, nearest generation first, to `pids` (the caller's, room
 * for `capacity`), and their number to `count`. Zombies are listed. Costs about 3 µs per thread of
 * the tree: children belong to the thread that forked them.
 *
 * A tree that changes while it is read is seen approximately; a child whose parent has ended has
 * moved to the nearest subreaper and is no descendant any more. BKO_EGONE (root doesn't exist),
 * BKO_ETOOLARGE (more than `capacity`; the first ones are there), BKO_EINVAL (no room for the
 * root), BKO_ESYS.
 */
BKO_API int bko_tree_list(pid_t root, pid_t *pids, size_t capacity, size_t *count);

#endif

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

/* The probes look at no more processes of one tree than this. */
enum { BKO_TREE_MAX = 4096 };

/*
 * Writes `root` and then its descendants, nearest generation first, to `pids` (the caller's, with
 * room for `capacity`), and their number to `count`. Includes zombies. Takes about 3 µs per thread
 * of the tree, because the kernel lists children per thread.
 *
 * The result is approximate if the tree changes during the call. A child whose parent has ended
 * moves to the nearest subreaper and is no longer a descendant. BKO_EGONE (root doesn't exist),
 * BKO_ETOOLARGE (more than `capacity`; the first ones are listed), BKO_EINVAL (no room for the
 * root), BKO_ESYS.
 */
BKO_API int bko_tree_list(pid_t root, pid_t *pids, size_t capacity, size_t *count);

#endif

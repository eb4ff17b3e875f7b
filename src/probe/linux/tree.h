/* The two ways to list a tree, between which bko_tree_list chooses, and the children alone. All have the
 * contract of bko_tree_list. */
#ifndef BAKEOFF_PROBE_LINUX_TREE_H
#define BAKEOFF_PROBE_LINUX_TREE_H

#include <stddef.h>
#include <sys/types.h>

/* Uses /proc/PID/task/TID/children, which kernels built without CONFIG_PROC_CHILDREN lack. */
int bko__tree_by_children(pid_t root, pid_t *pids, size_t capacity, size_t *count);

/* The children of `parent` alone, without `parent` itself. *file (owned by the caller): the file they are in,
 * kept open for the next time if `parent` has a single thread; -1: not open yet. */
int bko__tree_children(pid_t parent, int *file, pid_t *pids, size_t capacity, size_t *count);

/* Uses the parent in every process's /proc/PID/stat: its cost grows with the processes on the
 * machine. */
int bko__tree_by_parents(pid_t root, pid_t *pids, size_t capacity, size_t *count);

#endif

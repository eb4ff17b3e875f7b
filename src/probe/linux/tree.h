/* The two ways to list a tree; bko_tree_list chooses. Same contract as that one. */
#ifndef BAKEOFF_PROBE_LINUX_TREE_H
#define BAKEOFF_PROBE_LINUX_TREE_H

#include <stddef.h>
#include <sys/types.h>

/* Through /proc/PID/task/TID/children, which kernels built without CONFIG_PROC_CHILDREN don't have.
 */
int bko__tree_by_children(pid_t root, pid_t *pids, size_t capacity, size_t *count);

/* Through the parent in every process's /proc/PID/stat: costs as much as the machine is full. */
int bko__tree_by_parents(pid_t root, pid_t *pids, size_t capacity, size_t *count);

#endif

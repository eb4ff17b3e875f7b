/*
 * Processes that a trial leaves behind, wherever they hide: a new group or session takes a process
 * out of the trial's group, but once its parents are dead it becomes a child of the bench, the
 * subreaper.
 *
 * Threads: the bench's only one.
 */
#ifndef BAKEOFF_TRIAL_SHARED_STRAYS_H
#define BAKEOFF_TRIAL_SHARED_STRAYS_H

#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "bakeoff/tree.h"

/* The bench's own processes, which must not be touched. */
typedef struct bko__kin {
    pid_t pids[BKO_TREE_MAX];
    size_t count;
} bko__kin;

/* Called for each reaped process with its wait status. */
typedef void bko__stray_reaped(void *user, int status, const struct rusage *usage);

/* Records the calling process and its descendants. */
void bko__kin_note(bko__kin *kin);

/* Did a child that has ended, but has not been reaped, ignore SIGCHLD? The kernel has then reaped its
 * children itself, and no usage contains them. */
int bko__ended_ignored_children(pid_t pid);

/* Has such a child waited for children of its own? */
int bko__ended_had_children(pid_t pid);

/* Has a signal stopped it? */
int bko__is_stopped(pid_t pid);

/* Can any descendant of the calling process but `pid` do something: has it neither ended nor been
 * stopped? */
int bko__others_can_act(pid_t pid);

/* Kills and reaps all children of the calling process that are not in `kin`, and then the orphans
 * they leave. reaped: NULL if nobody wants to know. */
void bko__strays_end(const bko__kin *kin, bko__stray_reaped *reaped, void *user);

#endif

/*
 * The parts of confinement, in the order in which inside.c carries them out. Each returns 0, or -1
 * and, in `message` (BKO__CONFINE_MESSAGE bytes), what was refused and why. All run in the new
 * process, which has one thread; none leaves anything half done that the process would go on with,
 * because it ends when one of them fails.
 */
#ifndef BAKEOFF_CONFINE_PARTS_H
#define BAKEOFF_CONFINE_PARTS_H

#include <sys/types.h>

#include "confine/plan.h"

/* Writes "WHAT: reason of errno" and returns -1. */
int bko__confine_fail(char *message, const char *what);

/* Loopback: brings it up in a network of its own, gives it the addresses of the hosts and listens
 * there. `listeners` gets a descriptor for each host, owned. */
int bko__confine_loopback(const bko__confine_plan *plan, int *listeners, char *message);

/* Replaces the file system by one that holds only what the plan and a run need. */
int bko__confine_mounts(const bko__confine_plan *plan, char *message);

/* Limits of each process, and of their number. */
int bko__confine_limits_set(const bko__confine_plan *plan, char *message);

/* Makes /proc read-only, after the limits that are set there. */
int bko__confine_seal(char *message);

/* Gives up every capability, for good. */
int bko__confine_drop(char *message);

/* The version of Landlock that the kernel has; 0: none. */
int bko__confine_landlock_version(void);

/* Restricts files once more, by Landlock, if the kernel has it (otherwise: 0, and nothing is done). */
int bko__confine_landlock(const bko__confine_plan *plan, char *message);

/* Is this Linux of that version, or later? */
int bko__confine_kernel_is_at_least(int major, int minor);

/* Was this built with libseccomp, and does the kernel take filters? */
int bko__confine_has_filter(void);

/* Restricts system calls. */
int bko__confine_filter(char *message);

/* Names of system calls, NULL-terminated: those that a run needs, and those that are dangerous. */
extern const char *const bko__confine_allowed[];
extern const char *const bko__confine_refused[];

/* Can the number of processes be limited for this user? The kernel doesn't count root's. */
int bko__confine_counts_processes(void);

/* The folders of a machine that every run needs, NULL-terminated; some machines lack some. */
extern const char *const bko__confine_system_paths[];

#endif

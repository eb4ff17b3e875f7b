/*
 * The two sides of confinement: the keeper (outside, in programs/confine) and the first process of
 * the confined program's PID namespace (inside), which ends all others when it ends.
 */
#ifndef BAKEOFF_CONFINE_INSIDE_H
#define BAKEOFF_CONFINE_INSIDE_H

#include <sys/types.h>

#include "confine/plan.h"

/* The keeper's side of a process that has been started. All owned. */
typedef struct {
    pid_t pid; /* of the first process inside, as seen from outside */
    int pidfd;
    int out; /* what the program writes to stdout and stderr */
    int err;
    int listeners[BKO__CONFINE_HOSTS];
} bko__confined;

/* Starts the program, confined. Returns 0, or -1 and a message; then there is no process. */
int bko__confine_start(const bko__confine_plan *plan, bko__confined *out, char *message);

#endif

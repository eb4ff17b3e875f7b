/*
 * Watching processes from the bench: waiting for events within the time limit, killing all of them,
 * reaping.
 *
 * Threads: the bench's only one.
 */
#ifndef BAKEOFF_TRIAL_SHARED_WATCH_H
#define BAKEOFF_TRIAL_SHARED_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bakeoff/trial.h"
#include "trial/shared/strays.h"

typedef struct bko__watch {
    const bko_trial_options *options;
    bko_trial_result *result;
    bko__kin kin;        /* the bench's other children */
    pid_t pid;           /* of the process that is awaited, the leader of its group */
    int pidfd;           /* its own, borrowed */
    int socket;          /* to it, borrowed; -1: it is closed at the other end */
    int64_t deadline_ns; /* 0: none */
    bool is_killed;
} bko__watch;

typedef struct bko__events {
    bool has_message; /* or the other end is closed */
    bool has_ended;
} bko__events;

/* Waits until something happens, at most until `wake_ns`, kills at the time limit and when
 * interrupted. */
bko__events bko__watch_wait(bko__watch *self, int64_t wake_ns);

/* Kills the group, once; the status says why. */
void bko__watch_kill(bko__watch *self, bko_trial_status status);

/*
 * Reaps the process, which has ended or was killed, and what it left behind: as subreaper we inherit
 * that. The group is killed while the process, a zombie, still holds the group's number. Returns its
 * wait status. What `counts`: is its own usage part of the trial's?
 */
int bko__watch_reap(bko__watch *self, bool counts);

#endif

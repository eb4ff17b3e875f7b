/*
 * Watches processes from the bench: waits for events within the time limit, kills, reaps.
 *
 * Threads: the bench's only one.
 */
#ifndef BAKEOFF_TRIAL_SHARED_WATCH_H
#define BAKEOFF_TRIAL_SHARED_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bakeoff/trial.h"
#include "core/counters.h"
#include "trial/shared/strays.h"

typedef struct bko__watch {
    const bko_trial_options *options;
    bko_trial_result *result;
    bko__kin kin;        /* the bench's other children */
    pid_t pid;           /* the process we wait for, the leader of its group */
    int pidfd;           /* its own, borrowed */
    int socket;          /* to the process, borrowed; -1: closed at the other end */
    int64_t deadline_ns; /* 0: none */
    bool is_killed;
    bool is_stopped;        /* by the terminal, and therefore killed */
    bko__counters counters; /* of a body, once it is in phase SETUP */
} bko__watch;

typedef struct bko__events {
    bool has_message; /* or the other end was closed */
    bool has_ended;
} bko__events;

/* Waits for an event, at most until `wake_ns`. Kills the group at the time limit or on an
 * interrupt. */
bko__events bko__watch_wait(bko__watch *self, int64_t wake_ns);

/* Kills the group if the terminal has stopped our process: nothing would continue it. */
void bko__watch_kill_if_stopped(bko__watch *self);

/* Kills the group, only once; `status` says why. */
void bko__watch_kill(bko__watch *self, bko_trial_status status);

/*
 * Reaps the process, which has ended or been killed, and what it left behind: as subreaper we
 * inherit its orphans. Kills the group while the process, a zombie, still holds the group's number.
 * Returns the wait status. `counts`: add its own usage to the trial's.
 */
int bko__watch_reap(bko__watch *self, bool counts);

#endif

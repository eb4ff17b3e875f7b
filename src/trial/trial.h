/*
 * The trial's parts: run.c (what all trials have in common), body.c (the bench's side of a forked trial),
 * child.c (its own side), judge.c (what came of it), interrupt.c (signals as a descriptor); program/
 * (trials of other programs), shared/ (what both kinds use).
 *
 * A forked trial and the bench talk over a socket pair. At a phase border the trial sends the phase it
 * wants to enter, an int32_t, and waits for the same message back.
 */
#ifndef BAKEOFF_TRIAL_TRIAL_H
#define BAKEOFF_TRIAL_TRIAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bakeoff/trial.h"
#include "trial/shared/watch.h"

struct bko_trial {
    bko_recorder *recorder; /* borrowed */
    int bench;              /* our end of the socket pair */
    bko_phase phase;
};

/* The trial's life in the forked process. Never returns. */
_Noreturn void bko__trial_child(const bko_trial_options *options, int bench, pid_t parent);

/* A forked trial, from start to judgement. BKO_ESYS, BKO_ENOMEM: there was none. */
int bko__trial_of_body(bko__watch *watch);

/* Once everything has been reaped (judge.c): status and reason, with the phase as last announced and the
 * wait status of the trial's process. */
void bko__trial_judge_body(const bko__watch *watch, bko_phase phase, int wait_status);

#endif

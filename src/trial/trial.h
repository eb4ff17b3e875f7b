/*
 * The trial's parts: run.c (what all trials have in common), body.c (the bench's side of a forked
 * trial), child.c (the trial's side), judge.c (the outcome), interrupt.c (signals as a descriptor);
 * program/ (trials of programs), shared/ (what both kinds use).
 *
 * A forked trial and the bench communicate over a socket pair. At a phase boundary the trial sends
 * the phase it wants to enter, an int32_t, and waits for the same message back.
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

/* Runs the trial in the forked process. Never returns. */
_Noreturn void bko__trial_child(const bko_trial_options *options, int bench, pid_t parent);

/* Runs and judges a forked trial. BKO_ESYS, BKO_ENOMEM: there was no trial. */
int bko__trial_of_body(bko__watch *watch);

/* Sets status and reason once everything has been reaped (judge.c), from the last phase announced
 * and the wait status of the trial's process. */
void bko__trial_judge_body(const bko__watch *watch, bko_phase phase, int wait_status);

#endif

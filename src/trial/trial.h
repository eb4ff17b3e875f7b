/*
 * The trial's parts: run.c (the bench's side: fork, watch, reap), child.c (the trial's side),
 * interrupt.c (signals as a descriptor).
 *
 * Both sides talk over a socket pair: at a phase border the trial sends the phase it wants to enter
 * and waits for the same byte back.
 */
#ifndef BAKEOFF_TRIAL_TRIAL_H
#define BAKEOFF_TRIAL_TRIAL_H

#include <sys/types.h>

#include "bakeoff/trial.h"

struct bko_trial {
    bko_recorder *recorder; /* borrowed */
    int bench;              /* our end of the socket pair */
    bko_phase phase;
};

/* The trial's life in the forked process. Never returns. */
_Noreturn void bko__trial_child(const bko_trial_options *options, int bench, pid_t parent);

#endif

/*
 * The trial's parts: run.c (what all trials have in common), watch.c (waiting, killing, reaping),
 * body.c (the bench's side of a forked trial), child.c (its own side), program/ (trials of other
 * programs), judge.c (what came of it), interrupt.c (signals as a descriptor); guardian.h and program.h
 * have the rest of other programs.
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

/* The two kinds of trial, from start to judgement. BKO_ESYS, BKO_ENOMEM: there was none. */
int bko__trial_of_body(bko__watch *watch);
int bko__trial_of_program(bko__watch *watch);

/* Once everything has been reaped (judge.c): the figures; status and reason, with the phase as last
 * announced and the wait status of the trial's process. */
void bko__trial_measure_phases(bko_trial_result *result, const bko_recorder *recorder);
void bko__trial_judge_body(const bko__watch *watch, bko_phase phase, int wait_status);
/* `last`: the last program that was asked for; `guardian_status`: how its guardian ended, NULL: it
 * did not. */
void bko__trial_judge_program(const bko__watch *watch, const bko_program *last,
                              const int *guardian_status);

#endif

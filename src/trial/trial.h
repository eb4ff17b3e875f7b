/*
 * The trial's parts: run.c (the bench's side: fork, watch, reap), child.c (the trial's side),
 * judge.c (what came of it), interrupt.c (signals as a descriptor); program.h has those of other programs.
 *
 * Both sides talk over a socket pair in whole messages. At a phase border the trial sends the phase it
 * wants to enter and waits for the same message back; which process is to be sampled it only tells.
 */
#ifndef BAKEOFF_TRIAL_TRIAL_H
#define BAKEOFF_TRIAL_TRIAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bakeoff/trial.h"

struct bko_trial {
    bko_recorder *recorder; /* borrowed */
    int bench;              /* our end of the socket pair */
    pid_t parent;           /* the bench's process */
    bko_phase phase;
    bool is_stamped; /* the phases have the times of a program: borders leave them alone */
};

typedef enum bko__trial_kind { BKO__TRIAL_ENTER, BKO__TRIAL_ROOT } bko__trial_kind;

typedef struct bko__trial_message {
    int32_t kind;  /* bko__trial_kind */
    int32_t value; /* ENTER: the phase; ROOT: the process */
} bko__trial_message;

/* The trial's life in the forked process. Never returns. */
_Noreturn void bko__trial_child(const bko_trial_options *options, int bench, pid_t parent);

/* Once everything has been reaped (judge.c). The first two fill figures, the last status and reason:
 * `phase` as last announced, `wait_status` of the trial's process. */
void bko__trial_measure_phases(bko_trial_result *result, const bko_recorder *recorder);
void bko__trial_take_program(bko_trial_result *result, const bko_program *program);
void bko__trial_judge(const bko_trial_options *options, bko_phase phase, int wait_status,
                      bko_trial_result *result);

#endif

/* A trial of a program, started by bko_trial_run (trial/run.c). */
#ifndef BAKEOFF_TRIAL_PROGRAM_PROGRAM_TRIAL_H
#define BAKEOFF_TRIAL_PROGRAM_PROGRAM_TRIAL_H

#include "trial/shared/watch.h"

/* Runs and judges the trial. BKO_ESYS, BKO_ENOMEM: there was no trial. */
int bko__trial_of_program(bko__watch *watch);

#endif

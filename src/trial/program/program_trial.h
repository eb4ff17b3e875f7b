/* A trial of another program, as bko_trial_run (trial/run.c) starts it. */
#ifndef BAKEOFF_TRIAL_PROGRAM_PROGRAM_TRIAL_H
#define BAKEOFF_TRIAL_PROGRAM_PROGRAM_TRIAL_H

#include "trial/shared/watch.h"

/* From start to judgement. BKO_ESYS, BKO_ENOMEM: there was none. */
int bko__trial_of_program(bko__watch *watch);

#endif

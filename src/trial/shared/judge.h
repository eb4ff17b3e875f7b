/*
 * What both kinds of trial are judged by: phases, and how a trial ends that was killed.
 *
 * Threads: the bench's only one.
 */
#ifndef BAKEOFF_TRIAL_SHARED_JUDGE_H
#define BAKEOFF_TRIAL_SHARED_JUDGE_H

#include <stdbool.h>

#include "trial/shared/watch.h"

/* The lengths of the phases, once everything has been reaped. */
void bko__trial_measure_phases(bko_trial_result *result, const bko_recorder *recorder);

/* Was the trial killed by the bench? Then the reason says why, and nothing else is to be judged. */
bool bko__trial_judge_killed(const bko__watch *watch);

#endif

/*
 * The judgement that both kinds of trial share: phases, and the outcome of a killed trial.
 *
 * Threads: the bench's only one.
 */
#ifndef BAKEOFF_TRIAL_SHARED_JUDGE_H
#define BAKEOFF_TRIAL_SHARED_JUDGE_H

#include <stdbool.h>

#include "trial/shared/watch.h"

/* Computes the lengths of the phases, once everything has been reaped. */
void bko__trial_measure_phases(bko_trial_result *result, const bko_recorder *recorder);

/* Was the trial killed by the bench? If so, sets the reason, and there is nothing else to judge. */
bool bko__trial_judge_killed(const bko__watch *watch);

#endif

/* Trials under test: one at a time, with a recorder, and nothing may be left of it. */
#ifndef SUPPORT_TRIAL_H
#define SUPPORT_TRIAL_H

#include "bakeoff/trial.h"

#define TRIAL_GENEROUS_NS INT64_C(60000000000)

enum { TRIAL_PIDS = 4 };

/* Written by trials and what they start; fresh for each test. */
typedef struct trial_shared {
    pid_t pids[TRIAL_PIDS];
} trial_shared;

extern trial_shared *trial_board;
extern bko_recorder *trial_recorder; /* for ten jobs */
extern bko_trial_result trial_result;

int trial_begin(void **state); /* cmocka */
int trial_end(void **state);   /* … no children, no descriptors are left */

#define clean(test) cmocka_unit_test_setup_teardown(test, trial_begin, trial_end)

/* Runs a trial into trial_result. */
int trial_run(bko_trial_body *body, int64_t timeout_ns, int interrupt_fd);
/* The same without interrupts; fails the test where it ends otherwise. */
void trial_assert_status(bko_trial_body *body, int64_t timeout_ns, bko_trial_status status);

/* For bodies: notes jobs, the first of which failed. */
void trial_run_jobs(size_t count, size_t failing);

#endif

/* Trials under test: one at a time, with a recorder. A trial must leave nothing behind. */
#ifndef SUPPORT_TRIAL_H
#define SUPPORT_TRIAL_H

#include "bakeoff/trial.h"

#define TRIAL_GENEROUS_NS INT64_C(60000000000)

enum { TRIAL_PIDS = 4 };

/* Written by trials and by what they start; each test gets a fresh one. */
typedef struct trial_shared {
    pid_t pids[TRIAL_PIDS];
} trial_shared;

extern trial_shared *trial_board;
extern bko_recorder *trial_recorder; /* for ten jobs */
extern bko_trial_result trial_result;

int trial_begin(void **state); /* cmocka */
int trial_end(void **state);   /* … fails if a child or descriptor is left */

#define clean(test) cmocka_unit_test_setup_teardown(test, trial_begin, trial_end)

/* Runs a trial into trial_result. */
int trial_run(bko_trial_body *body, int64_t timeout_ns, int interrupt_fd);
/* The same without interrupts; fails the test when the status differs. */
void trial_assert_status(bko_trial_body *body, int64_t timeout_ns, bko_trial_status status);

/* For bodies: records `count` jobs, the first `failing` of them as failed. */
void trial_run_jobs(size_t count, size_t failing);

#endif

/* What came of a trial: its status, the reason, and its figures once all of it has been reaped. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>

#include "core/number.h"
#include "core/process.h"
#include "trial/trial.h"

static int64_t phase_length(const bko_recorder *recorder, bko_phase phase) {
    int64_t start = bko_recorder_phase_start_ns(recorder, phase);
    int64_t end = bko_recorder_phase_end_ns(recorder, phase);
    return start > 0 && end >= start ? end - start : 0;
}

void bko__trial_measure_phases(bko_trial_result *result, const bko_recorder *recorder) {
    result->setup_ns = phase_length(recorder, BKO_PHASE_SETUP);
    result->work_ns = phase_length(recorder, BKO_PHASE_WORK);
    result->teardown_ns = phase_length(recorder, BKO_PHASE_TEARDOWN);
}

static void judge_killed(const bko_trial_options *options, bko_trial_result *result) {
    if (result->status == BKO_TRIAL_TIMEOUT) {
        bko__number_print(result->reason, sizeof result->reason,
                          "the trial did not end within %.3g s", (double)options->timeout_ns / 1e9);
    } else if (result->status == BKO_TRIAL_INTERRUPTED) {
        snprintf(result->reason, sizeof result->reason, "interrupted");
    }
}

/* A body that returned an error has said why: its exit code 1 adds nothing. */
static void judge_broken(const bko_recorder *recorder, int wait_status, bko_trial_result *result) {
    const char *reason = bko_recorder_first_reason(recorder);
    char how[80];
    bko__process_describe(wait_status, how, sizeof how);
    result->status = BKO_TRIAL_FAILED;
    if (reason[0] != '\0' && WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 1) {
        snprintf(result->reason, sizeof result->reason, "%s", reason);
    } else {
        snprintf(result->reason, sizeof result->reason, "%s%sthe trial %s%s", reason,
                 reason[0] != '\0' ? "; " : "", how,
                 wait_status == 0 ? " before its work was done" : "");
    }
}

/* Some failed jobs are a result, and the report says so; a trial without any other is not. */
static void judge_jobs(const bko_recorder *recorder, bko_trial_result *result) {
    bko_totals totals;
    bko_recorder_totals(recorder, &totals);
    uint64_t bad = totals.failed + totals.lost;
    if (bad > 0) {
        result->status = totals.done > 0 ? BKO_TRIAL_OK : BKO_TRIAL_FAILED;
        snprintf(result->reason, sizeof result->reason,
                 "%" PRIu64 " of %" PRIu64 " jobs failed, the first: %s", bad, totals.submitted,
                 bko_recorder_first_reason(recorder));
    }
}

static bool is_killed(const bko_trial_result *result) {
    return result->status == BKO_TRIAL_TIMEOUT || result->status == BKO_TRIAL_INTERRUPTED;
}

void bko__trial_judge_body(const bko__watch *watch, bko_phase phase, int wait_status) {
    if (is_killed(watch->result)) {
        judge_killed(watch->options, watch->result);
    } else if (phase == BKO_PHASE_ENDED && wait_status == 0) {
        judge_jobs(watch->options->recorder, watch->result);
    } else {
        judge_broken(watch->options->recorder, wait_status, watch->result);
    }
}

void bko__trial_judge_program(const bko__watch *watch, const bko_program *last,
                              const int *guardian_status) {
    bko_trial_result *result = watch->result;
    char how[80];
    if (is_killed(result)) {
        judge_killed(watch->options, result);
    } else if (guardian_status != NULL) {
        bko__process_describe(*guardian_status, how, sizeof how);
        result->status = BKO_TRIAL_FAILED;
        snprintf(result->reason, sizeof result->reason, "the process that ran the program %s", how);
    } else if (!bko_program_is_ok(last)) {
        result->status = BKO_TRIAL_FAILED;
        bko_program_describe(last, result->reason, sizeof result->reason);
    }
}

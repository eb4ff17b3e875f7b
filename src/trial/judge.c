/* The outcome of a forked trial: its status and reason, once everything has been reaped. */
#include <inttypes.h>
#include <stdio.h>
#include <sys/wait.h>

#include "core/process.h"
#include "trial/shared/judge.h"
#include "trial/trial.h"

/* If a body returned an error, it has recorded the reason; its exit code 1 adds nothing. */
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

/* A trial with some failed jobs is still a result, and the report says so; one in which all jobs
 * failed is not. */
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

void bko__trial_judge_body(const bko__watch *watch, bko_phase phase, int wait_status) {
    if (bko__trial_judge_killed(watch)) {
        return;
    }
    if (phase == BKO_PHASE_ENDED && wait_status == 0) {
        judge_jobs(watch->options->recorder, watch->result);
    } else {
        judge_broken(watch->options->recorder, wait_status, watch->result);
    }
}

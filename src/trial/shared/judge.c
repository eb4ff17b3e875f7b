/* See trial/shared/judge.h. */
#include "trial/shared/judge.h"

#include <stdio.h>

#include "core/number.h"

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

bool bko__trial_judge_killed(const bko__watch *watch) {
    bko_trial_result *result = watch->result;
    if (result->status == BKO_TRIAL_TIMEOUT) {
        bko__number_print(result->reason, sizeof result->reason,
                          "the trial did not end within %.3g s",
                          (double)watch->options->timeout_ns / 1e9);
    } else if (result->status == BKO_TRIAL_INTERRUPTED) {
        snprintf(result->reason, sizeof result->reason, "interrupted");
    } else if (watch->is_stopped) {
        snprintf(
            result->reason, sizeof result->reason,
            "the trial was stopped: it tried to use the terminal, which trials don't have; let "
            "it read a file, or run bakeoff with < /dev/null");
    } else {
        return false;
    }
    return true;
}

/* A trial from the bench's side: what both kinds have in common. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "trial/program/program_trial.h"
#include "trial/shared/judge.h"
#include "trial/trial.h"

static bool can_run(const bko_trial_options *options) {
    return options->recorder != NULL && (options->body != NULL || options->program != NULL) &&
           (options->before != NULL || options->before_count == 0) && options->timeout_ns >= 0 &&
           options->sample_every_ns >= 0;
}

int bko_trial_run(const bko_trial_options *options, bko_trial_result *out) {
    bko__watch watch = {.options = options, .result = out, .pidfd = -1, .socket = -1};
    int was_subreaper = 0;
    memset(out, 0, sizeof *out);
    if (!can_run(options)) {
        return BKO_EINVAL;
    }
    prctl(PR_GET_CHILD_SUBREAPER, &was_subreaper);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    bko__counters_clear(&watch.counters);
    bko__kin_note(&watch.kin);
    out->started_ns = bko_clock_now_ns();
    watch.deadline_ns = options->timeout_ns > 0 ? out->started_ns + options->timeout_ns : 0;
    int err = options->program == NULL ? bko__trial_of_body(&watch) : bko__trial_of_program(&watch);
    int saved = errno;
    out->ended_ns = bko_clock_now_ns();
    bko__trial_measure_phases(out, options->recorder);
    prctl(PR_SET_CHILD_SUBREAPER, was_subreaper);
    errno = saved;
    return err;
}

void bko_trial_result_free(bko_trial_result *result) {
    bko_sampler_free(result->sampler);
    result->sampler = NULL;
}

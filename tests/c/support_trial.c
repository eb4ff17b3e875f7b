/* See support_trial.h. */
#include "support_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "record/notes.h"
#include "support_process.h"

trial_shared *trial_board;
bko_recorder *trial_recorder;
bko_trial_result trial_result;

static int descriptors;

int trial_begin(void **state) {
    bko_recorder_options options = {.jobs = 10};
    (void)state;
    descriptors = process_descriptors();
    trial_board =
        mmap(NULL, sizeof *trial_board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memset(&trial_result, 0, sizeof trial_result);
    return bko_recorder_create(&trial_recorder, &options);
}

int trial_end(void **state) {
    (void)state;
    bko_trial_result_free(&trial_result);
    bko_recorder_free(trial_recorder);
    munmap(trial_board, sizeof *trial_board);
    return process_is_childless() && process_descriptors() == descriptors ? 0 : -1;
}

int trial_run(bko_trial_body *body, int64_t timeout_ns, int interrupt_fd) {
    bko_trial_options options = {.body = body,
                                 .recorder = trial_recorder,
                                 .timeout_ns = timeout_ns,
                                 .interrupt_fd = interrupt_fd};
    return bko_trial_run(&options, &trial_result);
}

void trial_assert_status(bko_trial_body *body, int64_t timeout_ns, bko_trial_status status) {
    assert_int_equal(trial_run(body, timeout_ns, -1), BKO_OK);
    if (trial_result.status != status) {
        fail_msg("status is %d, not %d: %s", trial_result.status, status, trial_result.reason);
    }
}

void trial_run_jobs(size_t count, size_t failing) {
    bko_job_row row;
    bko__recorder_submit(trial_recorder, count);
    for (size_t i = 0; i < count; i++) {
        bko__recorder_start(trial_recorder, i, 0, &row);
        row.error = i < failing ? BKO_EHTTP : BKO_OK;
        bko__recorder_end(trial_recorder, i, &row);
    }
}

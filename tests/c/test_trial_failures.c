/* Trials that fail, and the reasons given. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/trial.h"
#include "record/notes.h"
#include "support_process.h"
#include "support_trial.h"

static int fail_with_reason(void *user, bko_trial *trial) {
    (void)user;
    (void)trial;
    bko__recorder_reason(trial_recorder, "the dog ate it");
    return BKO_ETASK;
}

static int fail_silently(void *user, bko_trial *trial) {
    (void)user;
    (void)trial;
    return BKO_ENOMEM;
}

static void a_body_that_fails_gives_the_reason(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    trial_assert_status(fail_with_reason, TRIAL_GENEROUS_NS, BKO_TRIAL_FAILED);
    assert_string_equal(trial_result.reason, "the dog ate it");
}

static void a_body_that_fails_without_words_gets_those_of_its_error(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    trial_assert_status(fail_silently, TRIAL_GENEROUS_NS, BKO_TRIAL_FAILED);
    assert_string_equal(trial_result.reason, bko_error_text(BKO_ENOMEM));
}

static int leave_early(void *user, bko_trial *trial) {
    (void)user;
    bko_trial_enter(trial, BKO_PHASE_WORK);
    _exit(0);
}

static void leaving_early_is_no_success(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    trial_assert_status(leave_early, TRIAL_GENEROUS_NS, BKO_TRIAL_FAILED);
    assert_non_null(strstr(trial_result.reason, "exited with code 0"));
}

static int half_of_the_jobs_fail(void *user, bko_trial *trial) {
    (void)user;
    bko_trial_enter(trial, BKO_PHASE_WORK);
    trial_run_jobs(10, 5);
    bko__recorder_reason(trial_recorder, "HTTP status 500");
    return BKO_OK;
}

static int two_jobs_are_lost(void *user, bko_trial *trial) {
    (void)user;
    bko_trial_enter(trial, BKO_PHASE_WORK);
    trial_run_jobs(8, 1);
    bko__recorder_submit(trial_recorder, 2);
    bko__recorder_reason(trial_recorder, "the worker died");
    return BKO_OK;
}

static int all_jobs_fail(void *user, bko_trial *trial) {
    (void)user;
    bko_trial_enter(trial, BKO_PHASE_WORK);
    trial_run_jobs(10, 10);
    bko__recorder_reason(trial_recorder, "HTTP status 500");
    return BKO_OK;
}

static void failed_jobs_are_a_result_unless_all_failed(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    trial_assert_status(half_of_the_jobs_fail, TRIAL_GENEROUS_NS, BKO_TRIAL_OK);
    assert_string_equal(trial_result.reason, "5 of 10 jobs failed, the first: HTTP status 500");
}

static void lost_jobs_are_told_with_the_failed_ones(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    trial_assert_status(two_jobs_are_lost, TRIAL_GENEROUS_NS, BKO_TRIAL_OK);
    assert_string_equal(trial_result.reason, "3 of 10 jobs failed, the first: the worker died");
}

static void all_jobs_failed_is_a_failed_trial(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    trial_assert_status(all_jobs_fail, TRIAL_GENEROUS_NS, BKO_TRIAL_FAILED);
    assert_string_equal(trial_result.reason, "10 of 10 jobs failed, the first: HTTP status 500");
}

/* Without core files or a sanitizer's report: only the signal. */
static int die_of(int number) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    signal(number, SIG_DFL);
    raise(number);
    return BKO_OK;
}

static int die_of_segv(void *user, bko_trial *trial) {
    (void)user;
    bko_trial_enter(trial, BKO_PHASE_WORK);
    return die_of(SIGSEGV);
}

static int die_of_abort(void *user, bko_trial *trial) {
    (void)user;
    (void)trial;
    return die_of(SIGABRT);
}

static void a_crash_names_its_signal(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    trial_assert_status(die_of_segv, TRIAL_GENEROUS_NS, BKO_TRIAL_FAILED);
    assert_non_null(strstr(trial_result.reason, "signal 11 (Segmentation fault)"));
    assert_true(trial_result.setup_ns > 0);
    assert_int_equal(trial_result.work_ns, 0);
}

static void an_abort_names_its_signal(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    trial_assert_status(die_of_abort, TRIAL_GENEROUS_NS, BKO_TRIAL_FAILED);
    assert_non_null(strstr(trial_result.reason, "signal 6 (Aborted)"));
}

static int run_nothing(void *user, bko_trial *trial) {
    (void)user;
    (void)trial;
    return BKO_OK;
}

/* Nothing is started: trial_end finds neither a child nor an open descriptor. */
static void options_that_no_trial_can_have_are_refused(void **state) {
    (void)state;
    const bko_trial_options refused[] = {
        {.body = run_nothing, .interrupt_fd = -1},
        {.recorder = trial_recorder, .interrupt_fd = -1},
        {.body = run_nothing, .recorder = trial_recorder, .before_count = 1, .interrupt_fd = -1},
        {.body = run_nothing, .recorder = trial_recorder, .timeout_ns = -1, .interrupt_fd = -1},
        {.body = run_nothing,
         .recorder = trial_recorder,
         .sample_every_ns = -1,
         .interrupt_fd = -1},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_int_equal(bko_trial_run(&refused[i], &trial_result), BKO_EINVAL);
        bko_trial_result_free(&trial_result);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        clean(options_that_no_trial_can_have_are_refused),
        clean(a_body_that_fails_gives_the_reason),
        clean(a_body_that_fails_without_words_gets_those_of_its_error),
        clean(leaving_early_is_no_success),
        clean(failed_jobs_are_a_result_unless_all_failed),
        clean(lost_jobs_are_told_with_the_failed_ones),
        clean(all_jobs_failed_is_a_failed_trial),
        clean(a_crash_names_its_signal),
        clean(an_abort_names_its_signal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

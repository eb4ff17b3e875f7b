/* Trials: what they measure, and what they refuse. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/trial.h"
#include "support_probe.h"
#include "support_process.h"
#include "support_trial.h"

enum { MEBIBYTE = 1 << 20 };

static int all_phases(void *user, bko_trial *trial) {
    (void)user;
    usleep(2000);
    bko_trial_enter(trial, BKO_PHASE_WORK);
    trial_run_jobs(10, 0);
    usleep(20000);
    bko_trial_enter(trial, BKO_PHASE_TEARDOWN);
    usleep(2000);
    return BKO_OK;
}

static void the_phases_are_measured(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    trial_assert_status(all_phases, TRIAL_GENEROUS_NS, BKO_TRIAL_OK);
    assert_string_equal(trial_result.reason, "");
    assert_true(trial_result.setup_ns >= 2000000);
    assert_true(trial_result.work_ns >= 20000000);
    assert_true(trial_result.teardown_ns >= 2000000);
    int64_t sum = trial_result.setup_ns + trial_result.work_ns + trial_result.teardown_ns;
    assert_true(trial_result.ended_ns - trial_result.started_ns >= sum);
    assert_int_equal(trial_result.left_behind, 0);
    bko_totals totals;
    bko_recorder_totals(trial_recorder, &totals);
    assert_int_equal(totals.done, 10);
    bko_sampler_result memory;
    bko_sampler_read(trial_result.sampler, &memory);
    assert_true(memory.full_samples >= 4); /* one at each phase boundary */
    assert_true(memory.footprint_baseline > 0);
}

static int nothing(void *user, bko_trial *trial) {
    (void)user;
    (void)trial;
    return BKO_OK;
}

static void a_phase_that_was_not_reached_has_no_length(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    trial_assert_status(nothing, 0, BKO_TRIAL_OK);
    assert_true(trial_result.setup_ns > 0);
    assert_int_equal(trial_result.work_ns, 0);
    assert_int_equal(trial_result.teardown_ns, 0);
}

static int use_64_mebibytes(void *user, bko_trial *trial) {
    (void)user;
    bko_trial_enter(trial, BKO_PHASE_WORK);
    touched_pages((size_t)64 * MEBIBYTE);
    bko_trial_enter(trial, BKO_PHASE_TEARDOWN);
    return BKO_OK;
}

static void memory_used_in_work_is_seen(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    bko_sampler_result memory;
    trial_assert_status(use_64_mebibytes, TRIAL_GENEROUS_NS, BKO_TRIAL_OK);
    bko_sampler_read(trial_result.sampler, &memory);
    int64_t grown = memory.footprint_peak - memory.footprint_baseline;
    if (SANITIZED) {
        return;
    }
    assert_true(grown >= (int64_t)64 * MEBIBYTE);
    assert_true(grown <= (int64_t)64 * MEBIBYTE * 102 / 100);
}

static int ignore_children(void *user, bko_trial *trial) {
    (void)user;
    (void)trial;
    return signal(SIGCHLD, SIG_IGN) != SIG_ERR ? BKO_OK : BKO_ESYS;
}

static void a_trial_that_ignored_sigchld_is_told(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    trial_assert_status(nothing, 0, BKO_TRIAL_OK);
    assert_int_equal(trial_result.ignored_children, 0);
    bko_trial_result_free(&trial_result);
    trial_assert_status(ignore_children, 0, BKO_TRIAL_OK);
    assert_int_equal(trial_result.ignored_children, 1);
}

static void *wait_for_byte(void *fd) {
    char byte;
    return read(*(int *)fd, &byte, 1) == 1 ? NULL : fd;
}

static void a_process_with_threads_is_refused(void **state) {
    (void)state;
    int ends[2];
    pthread_t second;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pthread_create(&second, NULL, wait_for_byte, &ends[0]), 0);
    assert_int_equal(trial_run(nothing, 0, -1), BKO_EBUSY);
    assert_int_equal(write(ends[1], "x", 1), 1);
    pthread_join(second, NULL);
    close(ends[0]);
    close(ends[1]);
}

static void without_descriptors_it_fails_and_closes_nothing_of_ours(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    struct rlimit usual;
    int first_free = dup(0);
    close(first_free);
    getrlimit(RLIMIT_NOFILE, &usual);
    struct rlimit none = {.rlim_cur = (rlim_t)first_free + 1, .rlim_max = usual.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
    int err = trial_run(nothing, 0, -1);
    int why = errno;
    setrlimit(RLIMIT_NOFILE, &usual);
    assert_int_equal(err, BKO_ESYS);
    assert_int_equal(why, EMFILE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        clean(the_phases_are_measured),
        clean(a_phase_that_was_not_reached_has_no_length),
        clean(memory_used_in_work_is_seen),
        clean(a_trial_that_ignored_sigchld_is_told),
        clean(a_process_with_threads_is_refused),
        clean(without_descriptors_it_fails_and_closes_nothing_of_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

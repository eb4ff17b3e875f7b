/* Trials: what is measured, how they end, and that nothing of them stays. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/trial.h"
#include "support_probe.h"
#include "support_process.h"

static const int64_t GENEROUS_NS = 60000000000;
static const int64_t SHORT_NS = 300000000;

enum { MEBIBYTE = 1 << 20, PIDS = 4 };

/* Written by trials and what they start. */
static struct { pid_t pids[PIDS]; } * shared;

static bko_recorder *recorder;
static bko_trial_result result;
static int descriptors;

static int open_recorder(void **state) {
    bko_recorder_options options = {.jobs = 10};
    (void)state;
    descriptors = process_descriptors();
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memset(&result, 0, sizeof result);
    return bko_recorder_create(&recorder, &options);
}

/* After every trial: no children, no descriptors. */
static int nothing_is_left(void **state) {
    (void)state;
    bko_trial_result_free(&result);
    bko_recorder_free(recorder);
    munmap(shared, sizeof *shared);
    return process_is_childless() && process_descriptors() == descriptors ? 0 : -1;
}

static int run(bko_trial_body *body, int64_t timeout_ns, int interrupt_fd) {
    bko_trial_options options = {
        .body = body, .recorder = recorder, .timeout_ns = timeout_ns, .interrupt_fd = interrupt_fd};
    return bko_trial_run(&options, &result);
}

static void assert_status(bko_trial_body *body, int64_t timeout_ns, bko_trial_status status) {
    assert_int_equal(run(body, timeout_ns, -1), BKO_OK);
    if (result.status != status) {
        fail_msg("status %d instead of %d: %s", result.status, status, result.reason);
    }
}

static void run_jobs(size_t count, size_t failing) {
    bko_job_row row;
    bko_recorder_submit(recorder, count);
    for (size_t i = 0; i < count; i++) {
        bko_recorder_start(recorder, i, 0, &row);
        row.error = i < failing ? BKO_EHTTP : BKO_OK;
        bko_recorder_end(recorder, i, &row);
    }
}

static int all_phases(void *user, bko_trial *trial) {
    (void)user;
    usleep(2000);
    bko_trial_enter(trial, BKO_PHASE_WORK);
    run_jobs(10, 0);
    usleep(20000);
    bko_trial_enter(trial, BKO_PHASE_TEARDOWN);
    usleep(2000);
    return BKO_OK;
}

static void the_phases_are_measured(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    assert_status(all_phases, GENEROUS_NS, BKO_TRIAL_OK);
    assert_string_equal(result.reason, "");
    assert_true(result.setup_ns >= 2000000);
    assert_true(result.work_ns >= 20000000);
    assert_true(result.teardown_ns >= 2000000);
    int64_t sum = result.setup_ns + result.work_ns + result.teardown_ns;
    assert_true(result.ended_ns - result.started_ns >= sum);
    assert_int_equal(result.left_behind, 0);
    bko_totals totals;
    bko_recorder_totals(recorder, &totals);
    assert_int_equal(totals.done, 10);
    bko_sampler_result memory;
    bko_sampler_read(result.sampler, &memory);
    assert_true(memory.full_samples >= 4); /* one at each border */
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
    assert_status(nothing, 0, BKO_TRIAL_OK);
    assert_true(result.setup_ns > 0);
    assert_int_equal(result.work_ns, 0);
    assert_int_equal(result.teardown_ns, 0);
}

/* --- failures ----------------------------------------------------------------------------------- */

static int fail_with_reason(void *user, bko_trial *trial) {
    (void)user;
    (void)trial;
    bko_recorder_reason(recorder, "the dog ate it");
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
    assert_status(fail_with_reason, GENEROUS_NS, BKO_TRIAL_FAILED);
    assert_non_null(strstr(result.reason, "the dog ate it"));
}

static void a_body_that_fails_without_words_gets_those_of_its_error(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    assert_status(fail_silently, GENEROUS_NS, BKO_TRIAL_FAILED);
    assert_non_null(strstr(result.reason, bko_error_text(BKO_ENOMEM)));
}

static int leave_early(void *user, bko_trial *trial) {
    (void)user;
    bko_trial_enter(trial, BKO_PHASE_WORK);
    _exit(0);
}

static void leaving_early_is_no_success(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    assert_status(leave_early, GENEROUS_NS, BKO_TRIAL_FAILED);
    assert_non_null(strstr(result.reason, "exited with code 0"));
}

static int half_of_the_jobs_fail(void *user, bko_trial *trial) {
    (void)user;
    bko_trial_enter(trial, BKO_PHASE_WORK);
    run_jobs(10, 5);
    bko_recorder_reason(recorder, "HTTP status 500");
    return BKO_OK;
}

static int all_jobs_fail(void *user, bko_trial *trial) {
    (void)user;
    bko_trial_enter(trial, BKO_PHASE_WORK);
    run_jobs(10, 10);
    bko_recorder_reason(recorder, "HTTP status 500");
    return BKO_OK;
}

static void failed_jobs_are_a_result_unless_all_failed(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    assert_status(half_of_the_jobs_fail, GENEROUS_NS, BKO_TRIAL_OK);
    assert_string_equal(result.reason, "5 of 10 jobs failed, the first: HTTP status 500");
}

static void all_jobs_failed_is_a_failed_trial(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    assert_status(all_jobs_fail, GENEROUS_NS, BKO_TRIAL_FAILED);
    assert_string_equal(result.reason, "10 of 10 jobs failed, the first: HTTP status 500");
}

/* No core files, no sanitizer's report: the signal itself. */
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
    assert_status(die_of_segv, GENEROUS_NS, BKO_TRIAL_FAILED);
    assert_non_null(strstr(result.reason, "signal 11 (Segmentation fault)"));
    assert_true(result.setup_ns > 0);
    assert_int_equal(result.work_ns, 0);
}

static void an_abort_names_its_signal(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    assert_status(die_of_abort, GENEROUS_NS, BKO_TRIAL_FAILED);
    assert_non_null(strstr(result.reason, "signal 6 (Aborted)"));
}

/* --- time limit, interrupt, what is left behind ------------------------------------------------------ */

static void sleep_on(void) {
    for (;;) {
        pause();
    }
}

/* Starts a process that notes itself in place `at`, does `more` and stays; waits until it is there. */
static void start_sleeper(int at, void (*more)(void)) {
    int ends[2];
    char byte;
    if (pipe(ends) != 0) {
        _exit(60);
    }
    if (fork() == 0) {
        signal(SIGTERM, SIG_IGN);
        more();
        shared->pids[at] = getpid();
        if (write(ends[1], "x", 1) == 1) {
            sleep_on();
        }
        _exit(61);
    }
    if (read(ends[0], &byte, 1) != 1) {
        _exit(62);
    }
    close(ends[0]);
    close(ends[1]);
}

static void no_more(void) {
}

static void with_child(void) {
    start_sleeper(1, no_more);
}

static void in_own_session(void) {
    setsid();
}

static void in_own_session_with_child_in_another(void) {
    setsid();
    start_sleeper(3, in_own_session);
}

static void start_family(void) {
    start_sleeper(0, with_child);
    start_sleeper(2, in_own_session_with_child_in_another);
}

static void assert_family_is_gone(void) {
    for (size_t i = 0; i < PIDS; i++) {
        assert_true(shared->pids[i] > 0);
        assert_false(process_is_running(shared->pids[i]));
    }
}

static int hang_with_family(void *user, bko_trial *trial) {
    (void)user;
    bko_trial_enter(trial, BKO_PHASE_WORK);
    start_family();
    sleep_on();
    return BKO_OK;
}

static void a_trial_that_hangs_is_ended_with_all_it_started(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    assert_status(hang_with_family, SHORT_NS, BKO_TRIAL_TIMEOUT);
    assert_string_equal(result.reason, "the trial did not end within 0.3 s");
    assert_true(result.ended_ns - result.started_ns >= SHORT_NS);
    assert_family_is_gone();
}

static int leave_family(void *user, bko_trial *trial) {
    (void)user;
    (void)trial;
    start_family();
    if (fork() == 0) {
        _exit(0); /* had ended by itself, nobody waited: not left behind */
    }
    siginfo_t info;
    waitid(P_ALL, 0, &info, WEXITED | WNOWAIT);
    return BKO_OK;
}

static void what_outlives_a_trial_is_killed_and_counted_in_sessions_of_its_own_too(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    assert_status(leave_family, GENEROUS_NS, BKO_TRIAL_OK);
    assert_int_equal(result.left_behind, 4);
    assert_family_is_gone();
}

static void other_children_of_the_bench_are_left_alone(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    pid_t own = fork();
    if (own == 0) {
        sleep_on();
    }
    assert_status(leave_family, GENEROUS_NS, BKO_TRIAL_OK);
    assert_int_equal(result.left_behind, 4);
    assert_true(process_is_running(own));
    kill(own, SIGKILL);
    assert_int_equal(waitpid(own, NULL, 0), own);
}

/* Its end of the socket is closed: the bench must not spin, only wait. */
static int close_everything(void *user, bko_trial *trial) {
    (void)user;
    (void)trial;
    for (int fd = 3; fd < 100; fd++) {
        close(fd);
    }
    usleep(300000);
    _exit(5);
}

static void a_trial_that_closes_its_descriptors_costs_the_bench_nothing(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    struct rusage before;
    struct rusage after;
    getrusage(RUSAGE_SELF, &before);
    assert_status(close_everything, GENEROUS_NS, BKO_TRIAL_FAILED);
    getrusage(RUSAGE_SELF, &after);
    assert_true(after.ru_nvcsw - before.ru_nvcsw >= 5); /* it slept between samples */
    assert_non_null(strstr(result.reason, "exited with code 5"));
}

static int readable_soon(void *user, bko_trial *trial) {
    (void)user;
    (void)trial;
    kill(getppid(), SIGTERM);
    sleep_on();
    return BKO_OK;
}

static void an_interrupt_ends_the_trial(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    int fd;
    assert_int_equal(bko_interrupt_open(&fd), BKO_OK);
    assert_int_equal(bko_interrupt_take(fd), 0);
    assert_int_equal(run(readable_soon, GENEROUS_NS, fd), BKO_OK);
    assert_int_equal(result.status, BKO_TRIAL_INTERRUPTED);
    assert_string_equal(result.reason, "interrupted");
    assert_int_equal(bko_interrupt_take(fd), SIGTERM);
    bko_interrupt_close(fd);
}

/* --- memory and misuse ------------------------------------------------------------------------------ */

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
    assert_status(use_64_mebibytes, GENEROUS_NS, BKO_TRIAL_OK);
    bko_sampler_read(result.sampler, &memory);
    int64_t grown = memory.footprint_peak - memory.footprint_baseline;
    if (SANITIZED) {
        return;
    }
    assert_true(grown >= (int64_t)64 * MEBIBYTE);
    assert_true(grown <= (int64_t)64 * MEBIBYTE * 102 / 100);
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
    assert_int_equal(run(nothing, 0, -1), BKO_EBUSY);
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
    int err = run(nothing, 0, -1);
    int why = errno;
    setrlimit(RLIMIT_NOFILE, &usual);
    assert_int_equal(err, BKO_ESYS);
    assert_int_equal(why, EMFILE);
}

#define clean(test) cmocka_unit_test_setup_teardown(test, open_recorder, nothing_is_left)

int main(void) {
    const struct CMUnitTest tests[] = {
        clean(the_phases_are_measured),
        clean(a_phase_that_was_not_reached_has_no_length),
        clean(a_body_that_fails_gives_the_reason),
        clean(a_body_that_fails_without_words_gets_those_of_its_error),
        clean(leaving_early_is_no_success),
        clean(failed_jobs_are_a_result_unless_all_failed),
        clean(all_jobs_failed_is_a_failed_trial),
        clean(a_crash_names_its_signal),
        clean(an_abort_names_its_signal),
        clean(a_trial_that_hangs_is_ended_with_all_it_started),
        clean(what_outlives_a_trial_is_killed_and_counted_in_sessions_of_its_own_too),
        clean(other_children_of_the_bench_are_left_alone),
        clean(a_trial_that_closes_its_descriptors_costs_the_bench_nothing),
        clean(an_interrupt_ends_the_trial),
        clean(memory_used_in_work_is_seen),
        clean(a_process_with_threads_is_refused),
        clean(without_descriptors_it_fails_and_closes_nothing_of_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

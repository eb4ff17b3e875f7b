/* How trials are ended (time limit, interrupt), and what they leave behind. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/cpu.h"
#include "bakeoff/error.h"
#include "bakeoff/trial.h"
#include "support_process.h"
#include "support_trial.h"

static void sleep_on(void) {
    for (;;) {
        pause();
    }
}

/* Starts a process that calls `more`, writes its pid to slot `at` and stays; waits until it has
 * done so. */
static void start_sleeper(int at, void (*more)(void)) {
    int ends[2];
    char byte;
    if (pipe(ends) != 0) {
        _exit(60);
    }
    if (fork() == 0) {
        signal(SIGTERM, SIG_IGN);
        more();
        trial_board->pids[at] = getpid();
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
    for (size_t i = 0; i < TRIAL_PIDS; i++) {
        assert_true(trial_board->pids[i] > 0);
        assert_false(process_is_running(trial_board->pids[i]));
    }
}

static int hang_with_family(void *user, bko_trial *trial) {
    (void)user;
    bko_trial_enter(trial, BKO_PHASE_WORK);
    start_family();
    sleep_on();
    return BKO_OK;
}

/* On a busy machine the limit may pass before the whole family has started; then it is doubled. */
static int64_t hang_until_all_are_there(void) {
    int64_t limit_ns = 300000000;
    trial_assert_status(hang_with_family, limit_ns, BKO_TRIAL_TIMEOUT);
    while (trial_board->pids[2] == 0 && limit_ns < TRIAL_GENEROUS_NS) { /* the last one written */
        limit_ns *= 2;
        assert_int_equal(trial_end(NULL), 0);
        assert_int_equal(trial_begin(NULL), BKO_OK);
        trial_assert_status(hang_with_family, limit_ns, BKO_TRIAL_TIMEOUT);
    }
    return limit_ns;
}

static void a_trial_that_hangs_is_ended_with_all_it_started(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    char reason[80];
    int64_t limit_ns = hang_until_all_are_there();
    snprintf(reason, sizeof reason, "the trial did not end within %g s", (double)limit_ns / 1e9);
    assert_string_equal(trial_result.reason, reason);
    assert_true(trial_result.ended_ns - trial_result.started_ns >= limit_ns);
    assert_family_is_gone();
}

static int leave_family(void *user, bko_trial *trial) {
    (void)user;
    (void)trial;
    start_family();
    if (fork() == 0) {
        _exit(0); /* it has ended but nobody has reaped it: not left behind */
    }
    siginfo_t info;
    waitid(P_ALL, 0, &info, WEXITED | WNOWAIT);
    return BKO_OK;
}

static void what_outlives_a_trial_is_killed_and_counted_in_sessions_of_its_own_too(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    trial_assert_status(leave_family, TRIAL_GENEROUS_NS, BKO_TRIAL_OK);
    assert_int_equal(trial_result.left_behind, 4);
    assert_family_is_gone();
}

static void other_children_of_the_bench_are_left_alone(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    pid_t own = fork();
    if (own == 0) {
        sleep_on();
    }
    trial_assert_status(leave_family, TRIAL_GENEROUS_NS, BKO_TRIAL_OK);
    assert_int_equal(trial_result.left_behind, 4);
    assert_true(process_is_running(own));
    kill(own, SIGKILL);
    assert_int_equal(waitpid(own, NULL, 0), own);
}

enum { NAPS = 5, NAP_US = 10000, LONGEST_NAPS = 6000 };

static int64_t naps_of(pid_t pid) {
    bko_cpu cpu = {0};
    return bko_cpu_read(pid, &cpu) == BKO_OK ? cpu.voluntary : -1;
}

/* Closes its end of the socket: the bench must wait, not spin. It stays until the bench has waited.
 * */
static int close_everything(void *user, bko_trial *trial) {
    (void)user;
    (void)trial;
    for (int fd = 3; fd < 100; fd++) {
        close(fd);
    }
    int64_t enough = naps_of(getppid()) + NAPS;
    for (int i = 0; i < LONGEST_NAPS && naps_of(getppid()) < enough; i++) {
        usleep(NAP_US);
    }
    _exit(5);
}

static void a_trial_that_closes_its_descriptors_costs_the_bench_nothing(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    struct rusage before;
    struct rusage after;
    getrusage(RUSAGE_SELF, &before);
    trial_assert_status(close_everything, TRIAL_GENEROUS_NS, BKO_TRIAL_FAILED);
    getrusage(RUSAGE_SELF, &after);
    assert_true(after.ru_nvcsw - before.ru_nvcsw >= NAPS); /* the bench slept between samples */
    assert_non_null(strstr(trial_result.reason, "exited with code 5"));
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
    assert_int_equal(trial_run(readable_soon, TRIAL_GENEROUS_NS, fd), BKO_OK);
    assert_int_equal(trial_result.status, BKO_TRIAL_INTERRUPTED);
    assert_string_equal(trial_result.reason, "interrupted");
    assert_int_equal(bko_interrupt_take(fd), SIGTERM);
    bko_interrupt_close(fd);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        clean(a_trial_that_hangs_is_ended_with_all_it_started),
        clean(what_outlives_a_trial_is_killed_and_counted_in_sessions_of_its_own_too),
        clean(other_children_of_the_bench_are_left_alone),
        clean(a_trial_that_closes_its_descriptors_costs_the_bench_nothing),
        clean(an_interrupt_ends_the_trial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

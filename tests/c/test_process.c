/* What the library asks about processes and does to them. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/process.h"
#include "core/wait.h"
#include "support_process.h"

static const int64_t GENEROUS_NS = 30000000000;

static void *wait_for_byte(void *fd) {
    char byte;
    return read(*(int *)fd, &byte, 1) == 1 ? NULL : fd;
}

static void one_thread_is_told_from_two(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    int ends[2];
    pthread_t second;
    assert_true(bko__process_is_single_threaded());
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pthread_create(&second, NULL, wait_for_byte, &ends[0]), 0);
    assert_false(bko__process_is_single_threaded());
    assert_int_equal(write(ends[1], "x", 1), 1);
    pthread_join(second, NULL);
    close(ends[0]);
    close(ends[1]);
}

/* In /proc/PID/stat the name stands in brackets before the number of threads. */
static void a_name_with_a_bracket_changes_nothing(void **state) {
    (void)state;
    char usual[16];
    skip_where_forking_is_refused();
    prctl(PR_GET_NAME, usual);
    prctl(PR_SET_NAME, "a) b");
    bool is_single = bko__process_is_single_threaded();
    prctl(PR_SET_NAME, usual);
    assert_true(is_single);
}

static void *nothing(void *unused) {
    return unused;
}

/* pthread_join returns a moment before the kernel drops the thread. */
static void a_joined_thread_counts_no_more(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    for (int i = 0; i < 500; i++) {
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, nothing, NULL), 0);
        pthread_join(thread, NULL);
        assert_true(bko__process_is_single_threaded());
    }
}

static pid_t start_child(void (*act)(void)) {
    pid_t pid = fork();
    if (pid == 0) {
        act();
        _exit(3);
    }
    return pid;
}

static void leave(void) {
    _exit(3);
}

static void sleep_on(void) {
    for (;;) {
        pause();
    }
}

static void a_child_is_reaped_with_its_status(void **state) {
    (void)state;
    int status = 0;
    struct rusage usage;
    pid_t pid = start_child(leave);
    assert_int_equal(bko__process_reap(pid, GENEROUS_NS, &status, &usage), BKO_OK);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 3);
    assert_int_equal(bko__process_reap(pid, GENEROUS_NS, &status, NULL), BKO_EGONE);
    assert_true(process_is_childless());
}

static void a_child_that_goes_on_is_not_waited_for_longer(void **state) {
    (void)state;
    int status = 0;
    pid_t pid = start_child(sleep_on);
    assert_int_equal(bko__process_reap(pid, 1000000, &status, NULL), BKO_ETIMEOUT);
    assert_int_equal(bko__process_reap(pid, 0, &status, NULL), BKO_ETIMEOUT);
    kill(pid, SIGKILL);
    assert_int_equal(bko__process_reap(pid, GENEROUS_NS, &status, NULL), BKO_OK);
    assert_int_equal(WTERMSIG(status), SIGKILL);
}

static void without_descriptors_a_child_is_not_waited_for_longer_either(void **state) {
    (void)state;
    int status = 0;
    struct rlimit usual;
    pid_t pid = start_child(sleep_on);
    getrlimit(RLIMIT_NOFILE, &usual);
    struct rlimit none = {.rlim_cur = 0, .rlim_max = usual.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
    int first = bko__process_reap(pid, 1000000, &status, NULL);
    kill(pid, SIGKILL);
    int second = bko__process_reap(pid, GENEROUS_NS, &status, NULL);
    setrlimit(RLIMIT_NOFILE, &usual);
    assert_int_equal(first, BKO_ETIMEOUT);
    assert_int_equal(second, BKO_OK);
    assert_int_equal(WTERMSIG(status), SIGKILL);
}

static void a_process_that_is_no_child_is_gone(void **state) {
    (void)state;
    int status = 0;
    assert_int_equal(bko__process_reap(getppid(), 0, &status, NULL), BKO_EGONE);
    assert_int_equal(bko__process_reap(getpid(), 0, &status, NULL), BKO_EGONE);
}

static void ends_are_described(void **state) {
    (void)state;
    char text[80];
    int status = 0;
    pid_t pid = start_child(leave);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    bko__process_describe(status, text, sizeof text);
    assert_string_equal(text, "exited with code 3");
    pid = start_child(sleep_on);
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    bko__process_describe(status, text, sizeof text);
    assert_string_equal(text, "was killed by signal 9 (Killed)");
}

static void ignored(int signal) {
    (void)signal;
}

/* Signals arrive until the child ends; they interrupt system calls. */
static void signal_the_parent(void) {
    static const struct timespec moment = {.tv_nsec = 1000000};
    for (int i = 0; i < 50; i++) {
        kill(getppid(), SIGALRM);
        nanosleep(&moment, NULL);
    }
    _exit(3);
}

static void signals_do_not_end_the_wait_for_a_child(void **state) {
    (void)state;
    int status = 0;
    struct sigaction before;
    struct sigaction interrupts = {.sa_handler = ignored}; /* without SA_RESTART */
    assert_int_equal(sigaction(SIGALRM, &interrupts, &before), 0);
    pid_t pid = start_child(signal_the_parent);
    int err = bko__process_reap(pid, GENEROUS_NS, &status, NULL);
    if (err != BKO_OK) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    sigaction(SIGALRM, &before, NULL);
    assert_int_equal(err, BKO_OK);
    assert_int_equal(WEXITSTATUS(status), 3);
}

/* --- a storm of signals --------------------------------------------------------------------------- */

enum { STORM_US = 500, STORM_TICKS = 4000, LIMIT_NS = 100000000 };

static volatile sig_atomic_t ticks_left;

/* The storm ends by itself, so that a wait that it prolongs ends, too, and the test fails. */
static void on_tick(int number) {
    (void)number;
    ticks_left = ticks_left - 1;
    if (ticks_left == 0) {
        static const struct itimerval none;
        setitimer(ITIMER_REAL, &none, NULL);
    }
}

static void begin_storm(struct sigaction *before) {
    struct sigaction ticks = {.sa_handler = on_tick}; /* without SA_RESTART */
    struct itimerval often = {{0, STORM_US}, {0, STORM_US}};
    ticks_left = STORM_TICKS;
    sigaction(SIGALRM, &ticks, before);
    setitimer(ITIMER_REAL, &often, NULL);
}

static void end_storm(const struct sigaction *before) {
    static const struct itimerval none;
    setitimer(ITIMER_REAL, &none, NULL);
    sigaction(SIGALRM, before, NULL);
}

static void a_storm_of_signals_does_not_prolong_a_limit(void **state) {
    (void)state;
    int status = 0;
    struct sigaction before;
    pid_t pid = start_child(sleep_on);
    begin_storm(&before);
    int64_t began_ns = bko_clock_now_ns();
    int err = bko__process_reap(pid, LIMIT_NS, &status, NULL);
    int64_t took_ns = bko_clock_now_ns() - began_ns;
    int left = ticks_left;
    end_storm(&before);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    assert_int_equal(err, BKO_ETIMEOUT);
    assert_true(took_ns >= LIMIT_NS);
    assert_true(left > 0); /* it ended in the middle of the storm */
}

static void a_storm_of_signals_ends_no_wait_early(void **state) {
    (void)state;
    int ends[2];
    struct sigaction before;
    assert_int_equal(pipe(ends), 0);
    struct pollfd wanted = {.fd = ends[0], .events = POLLIN};
    begin_storm(&before);
    int64_t deadline_ns = bko__deadline(LIMIT_NS);
    int ready = bko__wait_until(&wanted, 1, deadline_ns);
    int64_t now_ns = bko_clock_now_ns();
    int again = bko__wait_until(&wanted, 1, deadline_ns); /* the time is over already */
    assert_int_equal(write(ends[1], "x", 1), 1);
    int last = bko__wait_until(&wanted, 1, INT64_MAX);
    end_storm(&before);
    assert_int_equal(ready, 0);
    assert_true(now_ns >= deadline_ns);
    assert_int_equal(again, 0);
    assert_int_equal(last, 1);
    close(ends[0]);
    close(ends[1]);
}

/* The outer process forks an inner one that is to die with it; then the outer one is killed. */
static void a_process_dies_with_its_parent(void **state) {
    (void)state;
    int ends[2];
    pid_t inner = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t outer = fork();
    if (outer == 0) {
        pid_t self = getpid();
        if (fork() == 0) {
            bko__process_die_with(self);
            inner = getpid();
            _exit(write(ends[1], &inner, sizeof inner) == sizeof inner ? (sleep_on(), 0) : 1);
        }
        sleep_on();
    }
    assert_int_equal(read(ends[0], &inner, sizeof inner), sizeof inner);
    kill(outer, SIGKILL);
    waitpid(outer, NULL, 0);
    assert_true(process_ends(inner));
    close(ends[0]);
    close(ends[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_thread_is_told_from_two),
        cmocka_unit_test(a_name_with_a_bracket_changes_nothing),
        cmocka_unit_test(a_joined_thread_counts_no_more),
        cmocka_unit_test(a_child_is_reaped_with_its_status),
        cmocka_unit_test(a_child_that_goes_on_is_not_waited_for_longer),
        cmocka_unit_test(without_descriptors_a_child_is_not_waited_for_longer_either),
        cmocka_unit_test(a_process_that_is_no_child_is_gone),
        cmocka_unit_test(ends_are_described),
        cmocka_unit_test(signals_do_not_end_the_wait_for_a_child),
        cmocka_unit_test(a_storm_of_signals_does_not_prolong_a_limit),
        cmocka_unit_test(a_storm_of_signals_ends_no_wait_early),
        cmocka_unit_test(a_process_dies_with_its_parent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

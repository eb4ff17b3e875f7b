/* The lock that a pool's processes share: whoever is killed, the others go on. */
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "pool/exchange/exchange.h"
#include "support_pool.h"
#include "support_process.h"

static const int64_t GENEROUS_NS = INT64_C(60000000000);

static bko__exchange exchange;

static int open_exchange(void **state) {
    (void)state;
    bko_pool_options options = pool_usual(BKO_POOL_FORK, 2);
    return bko__exchange_create(&exchange, &options) == BKO_OK ? 0 : -1;
}

static int close_exchange(void **state) {
    (void)state;
    bko__exchange_close(&exchange);
    return 0;
}

static const struct sched_param no_priority;

/* A child that takes the lock, gives it back and ends with code 0. */
static pid_t start_locker(void) {
    pid_t pid = fork();
    if (pid == 0) {
        sched_setscheduler(0, SCHED_BATCH, &no_priority);
        bko__exchange_lock(&exchange);
        bko__exchange_unlock(&exchange);
        _exit(0);
    }
    assert_true(pid > 0);
    return pid;
}

static bool is_in_a_futex_call(pid_t pid) {
    char path[64];
    int call = -1;
    snprintf(path, sizeof path, "/proc/%d/syscall", (int)pid);
    FILE *about = fopen(path, "r");
    bool known = about != NULL && fscanf(about, "%d", &call) == 1;
    if (about != NULL) {
        fclose(about);
    }
    return known && call == SYS_futex;
}

static void wait_until_it_sleeps_for_the_lock(pid_t pid) {
    int64_t end_ns = bko_clock_now_ns() + GENEROUS_NS;
    while (!is_in_a_futex_call(pid)) {
        if (bko_clock_now_ns() > end_ns) {
            fail_msg("process %d never waited for the lock", (int)pid);
        }
    }
}

/* On one CPU, a batch process that has been woken waits until its waker gives up the CPU. */
static void share_one_cpu(void) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
}

static void assert_it_gets_the_lock(pid_t pid) {
    int status = 0;
    bool ended = process_ends(pid);
    if (!ended) {
        kill(pid, SIGKILL);
    }
    waitpid(pid, &status, 0);
    if (!ended || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fail_msg("process %d never got the lock (%s)", (int)pid, ended ? "it died" : "it sleeps");
    }
}

static void a_holder_that_is_killed_frees_the_lock(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    pid_t holder = fork();
    if (holder == 0) {
        bko__exchange_lock(&exchange);
        raise(SIGKILL);
    }
    waitpid(holder, NULL, 0);
    assert_it_gets_the_lock(start_locker());
}

/* The mutex wakes one waiter. If somebody else takes the lock before that waiter runs, and the waiter is
 * killed, the mutex no longer knows that others wait. */
static void a_waiter_killed_when_it_was_woken_takes_nobody_with_it(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    share_one_cpu();
    bko__exchange_lock(&exchange);
    pid_t first = start_locker();
    wait_until_it_sleeps_for_the_lock(first);
    pid_t second = start_locker();
    wait_until_it_sleeps_for_the_lock(second);
    bko__exchange_unlock(&exchange); /* wakes `first` */
    bko__exchange_lock(&exchange);
    kill(first, SIGKILL);
    waitpid(first, NULL, 0);
    bko__exchange_unlock(&exchange);
    assert_it_gets_the_lock(second);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_holder_that_is_killed_frees_the_lock, open_exchange,
                                        close_exchange),
        cmocka_unit_test_setup_teardown(a_waiter_killed_when_it_was_woken_takes_nobody_with_it,
                                        open_exchange, close_exchange),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

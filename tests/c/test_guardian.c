/* A guardian that stays from one trial to the next: what its trials share, and what they don't. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "support_process.h"
#include "support_program.h"

enum { MEBIBYTE = 1 << 20 };

/* --- helpers ---------------------------------------------------------------------------------- */

static int begin(void **state) {
    int err = program_begin(state);
    return err == 0 ? bko_guardian_create(&program_guardian) : err;
}

#define with_guardian(test) cmocka_unit_test_setup_teardown(test, begin, program_end)

/* Ready for the next trial with the same guardian. */
static void again(void) {
    bko_recorder_options options = {.jobs = 0};
    bko_trial_result_free(&program_result);
    bko_program_free(program_measured);
    bko_recorder_free(program_recorder);
    program_measured = NULL;
    program_recorder = NULL;
    assert_int_equal(bko_recorder_create(&program_recorder, &options), BKO_OK);
}

/* Runs a script that writes its parent's pid. */
static pid_t guardian_of(const char *script) {
    char text[PROGRAM_NAME];
    snprintf(text, sizeof text, "echo $PPID >$0/parent; %s", script);
    program_run_shell(text);
    return program_pid_in("parent");
}

static void assert_file_of_next(const char *script, const char *expected) {
    again();
    program_run_shell(script);
    program_assert_ok();
    program_assert_file("said", expected);
}

/* --- it stays --------------------------------------------------------------------------------- */

static void trials_share_it(void **state) {
    (void)state;
    pid_t one = guardian_of("exit 0");
    program_assert_ok();
    again();
    pid_t two = guardian_of("exit 3");
    program_assert_failed("sh exited with code 3");
    again();
    pid_t three = guardian_of("exit 0");
    program_assert_ok();
    assert_true(one > 0 && one == two && two == three);
    assert_true(process_is_running(one));
    bko_guardian_free(program_guardian);
    program_guardian = NULL;
    assert_false(process_is_running(one));
}

/* Nothing of a trial reaches the next one: no figures, output, processes, working directory or
 * descriptors. */
static void trials_do_not_meet(void **state) {
    (void)state;
    program_run_shell("echo said before >&2; setsid sleep 600 & i=0; while [ $i -lt 100000 ]; do "
                      "i=$((i+1)); done; cd /; exit 1");
    assert_int_equal(program_result.left_behind, 1);
    int64_t busy_ns = program_result.user_ns + program_result.system_ns;
    again();
    const bko_program_result *own = program_run_shell(
        "echo $(ls /proc/self/fd | wc -l) $(cat /proc/$PPID/task/$PPID/children | wc -w) >$0/said");
    program_assert_ok();
    assert_int_equal(own->error_bytes, 0);
    assert_int_equal(program_result.left_behind, 0);
    assert_true(program_result.user_ns + program_result.system_ns < busy_ns);
    program_assert_file("said", "4 1"); /* its descriptors; its guardian's children */
}

static void it_follows_the_bench_into_its_folder(void **state) {
    (void)state;
    char before[PROGRAM_NAME];
    assert_non_null(getcwd(before, sizeof before));
    program_run_shell("pwd >$0/said");
    program_assert_file("said", before);
    assert_int_equal(chdir(program_folder), 0);
    assert_file_of_next("pwd >$0/said", program_folder);
    assert_int_equal(chdir(before), 0);
}

/* --- it is replaced --------------------------------------------------------------------------- */

static void one_killed_at_the_limit_is_replaced(void **state) {
    (void)state;
    pid_t one = guardian_of("exit 0");
    again();
    program_run_within(program_new_shell("echo late >&2; sleep 600"), 200000000);
    assert_int_equal(program_result.status, BKO_TRIAL_TIMEOUT);
    assert_false(process_is_running(one));
    assert_true(process_is_childless());
    again();
    pid_t two = guardian_of("exit 0");
    program_assert_ok();
    assert_true(two > 0 && two != one);
}

static void a_program_that_kills_it_fails_alone(void **state) {
    (void)state;
    program_run_shell("echo $$ >$0/one; setsid sleep 600 & echo $! >$0/two; kill -9 0; sleep 600");
    program_assert_failed("the process that ran the program was killed by signal 9 (Killed)");
    assert_true(process_ends(program_pid_in("one")));
    assert_true(process_ends(program_pid_in("two")));
    again();
    program_run_shell("exit 0");
    program_assert_ok();
}

static void one_that_died_between_two_trials_is_replaced(void **state) {
    (void)state;
    pid_t one = guardian_of("exit 0");
    siginfo_t info;
    again();
    kill(one, SIGKILL);
    assert_int_equal(waitid(P_PID, (id_t)one, &info, WEXITED | WNOWAIT), 0);
    pid_t two = guardian_of("exit 0");
    program_assert_ok();
    assert_true(two != one);
}

/* A copy of the bench still holds the bench's end of everything. */
static void an_idle_one_ends_with_the_bench(void **state) {
    (void)state;
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t bench = fork();
    if (bench == 0) {
        guardian_of("exit 0");
        pid_t copy = fork();
        if (copy == 0) {
            pause();
        }
        char text[PROGRAM_NAME];
        snprintf(text, sizeof text, "%d\n", (int)copy);
        program_write_file("copy", text, 0600);
        _exit(write(ready[1], "", 1) == 1 && pause());
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    assert_true(process_is_running(program_pid_in("parent")));
    kill(bench, SIGKILL);
    waitpid(bench, NULL, 0);
    bool has_ended = process_ends(program_pid_in("parent"));
    kill(program_pid_in("copy"), SIGKILL);
    assert_true(has_ended);
}

/* --- memory ----------------------------------------------------------------------------------- */

static int64_t peak_of_true(void) {
    const char *argv[] = {"true", NULL};
    again();
    const bko_program_result *own = program_run(program_new(&(bko_program_options){.argv = argv}));
    program_assert_ok();
    return own->rss_peak;
}

static void run_with_large_arguments(void) {
    enum { COUNT = 12, SIZE = 100 * 1000 };
    const char *argv[COUNT + 2] = {"true"};
    char *word = malloc(SIZE);
    memset(word, 'x', SIZE - 1);
    word[SIZE - 1] = '\0';
    for (size_t i = 1; i <= COUNT; i++) {
        argv[i] = word;
    }
    program_run(program_new(&(bko_program_options){.argv = argv}));
    program_assert_ok();
    free(word);
}

/* A program's peak RSS counts only where it exceeds the guardian's, so one large request must not
 * raise the guardian's. Where libc can't be linked statically, `true` is too small from the start.
 * */
static void a_large_request_does_not_hide_small_programs(void **state) {
    (void)state;
    int64_t before = peak_of_true();
    again();
    run_with_large_arguments();
    int64_t after = peak_of_true();
    assert_in_range(after, before / 2, before * 2);
    assert_true(before < 4 * (int64_t)MEBIBYTE);
}

/* --- a copy of the bench ---------------------------------------------------------------------- */

static void a_forked_copy_leaves_it_alone(void **state) {
    (void)state;
    int status = -1;
    pid_t one = guardian_of("exit 0");
    pid_t copy = fork();
    if (copy == 0) {
        bko_guardian_free(program_guardian);
        _exit(0);
    }
    assert_int_equal(waitpid(copy, &status, 0), copy);
    assert_int_equal(status, 0);
    again();
    assert_int_equal(guardian_of("exit 0"), one);
    program_assert_ok();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        with_guardian(trials_share_it),
        with_guardian(trials_do_not_meet),
        with_guardian(it_follows_the_bench_into_its_folder),
        with_guardian(one_killed_at_the_limit_is_replaced),
        with_guardian(a_program_that_kills_it_fails_alone),
        with_guardian(one_that_died_between_two_trials_is_replaced),
        with_guardian(an_idle_one_ends_with_the_bench),
        with_guardian(a_large_request_does_not_hide_small_programs),
        with_guardian(a_forked_copy_leaves_it_alone),
    };
    return cmocka_run_group_tests(tests, program_make_folder, program_remove_folder);
}

/* Other programs in trials: how they end, and that they leave nothing behind. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "support_process.h"
#include "support_program.h"

/* --- how it ends ------------------------------------------------------------------------------ */

static void another_exit_code_is_a_failure(void **state) {
    (void)state;
    const bko_program_result *own = program_run_shell("echo oh no >&2; exit 3");
    program_assert_failed("sh exited with code 3");
    assert_int_equal(own->code, 3);
    assert_int_equal(own->error_bytes, 6);
    assert_memory_equal(own->tail, "oh no\n", 6);
    assert_true(program_result.work_ns > 0);
}

static void a_signal_is_named(void **state) {
    (void)state;
    const bko_program_result *own = program_run_shell("kill -SEGV $$");
    program_assert_failed("sh was killed by signal 11 (Segmentation fault)");
    assert_int_equal(own->signal, SIGSEGV);
    assert_int_equal(own->code, -1);
}

static void assert_not_started(const char *name, const char *cwd, const char *problem) {
    const char *argv[] = {name, NULL};
    program_run(program_new(&(bko_program_options){.argv = argv, .cwd = cwd}));
    program_assert_failed(problem);
    assert_int_equal(bko_program_result_of(program_measured)->state, BKO_PROGRAM_FAILED);
    assert_int_equal(program_result.work_ns, 0);
    bko_trial_result_free(&program_result);
    bko_program_free(program_measured);
    bko_recorder_free(program_recorder);
    assert_int_equal(bko_recorder_create(&program_recorder, &(bko_recorder_options){0}), BKO_OK);
}

static void what_cannot_start_is_named(void **state) {
    (void)state;
    program_write_file("data", "no program\n", 0600);
    program_write_file("text", "\x7f\x45\x4c\x46 no program either\n", 0700);
    program_write_file("lost", "#!/no/such/interpreter\n", 0700);
    assert_not_started("no-such-program", NULL, "no-such-program: not found");
    assert_not_started("", NULL, ": not found");
    assert_not_started("./data", program_folder, "./data: not executable");
    assert_not_started(".", program_folder, ".: not executable");
    assert_not_started("./text", program_folder,
                       "./text: not a program: neither a binary for this machine nor a script that "
                       "begins with #!");
    assert_not_started("./lost", program_folder,
                       "./lost: the interpreter named in its first line was not found");
    assert_not_started("sh", "/no/such/folder", "cwd: /no/such/folder: No such file or directory");
    assert_not_started("sh", "/dev/null", "cwd: /dev/null: not a folder");
    program_measured = NULL;
}

static void files_that_cannot_be_used_are_named(void **state) {
    (void)state;
    const char *argv[] = {"true", NULL};
    program_run(program_new(&(bko_program_options){.argv = argv, .input = "/no/such/file"}));
    program_assert_failed("/no/such/file: No such file or directory");
}

static void what_fails_beside_it_fails_the_trial(void **state) {
    (void)state;
    const char *argv[] = {"no-such-program", NULL};
    program_other = program_new(&(bko_program_options){.argv = argv});
    program_run_shell("exit 0");
    program_assert_failed("no-such-program: not found");
    assert_int_equal(bko_program_result_of(program_measured)->state, BKO_PROGRAM_NEW);
}

static void floods_are_read_and_only_their_end_is_kept(void **state) {
    (void)state;
    const bko_program_result *own = program_run_shell(
        "head -c 30000000 /dev/zero; head -c 30000000 /dev/zero >&2; printf '%s' the end >&2");
    program_assert_ok();
    assert_int_equal(own->error_bytes, 30000006);
    assert_memory_equal(own->tail + BKO_PROGRAM_TAIL - 6, "theend", 6);
    assert_int_equal(own->tail[BKO_PROGRAM_TAIL - 7], 0);
}

/* On a busy machine the limit may pass before the script has started everything; then it is
 * doubled. */
static int64_t run_too_long(const char *script, const char *last_file) {
    int64_t limit_ns = 300000000;
    program_run_within(program_new_shell(script), limit_ns);
    while (program_pid_in(last_file) == 0 && limit_ns < PROGRAM_GENEROUS_NS) {
        limit_ns *= 2;
        assert_int_equal(program_end(NULL), 0);
        assert_int_equal(program_begin(NULL), BKO_OK);
        program_run_within(program_new_shell(script), limit_ns);
    }
    return limit_ns;
}

static void one_that_ends_late_is_killed_with_all_it_started(void **state) {
    (void)state;
    char reason[PROGRAM_NAME];
    int64_t limit_ns =
        run_too_long("trap '' TERM; echo $$ >$0/one; echo begun >&2; "
                     "setsid sh -c 'trap \"\" TERM; echo $$ >$0/two; sleep 600' $0 & sleep 600",
                     "two");
    assert_int_equal(program_result.status, BKO_TRIAL_TIMEOUT);
    snprintf(reason, sizeof reason, "the trial did not end within %g s", (double)limit_ns / 1e9);
    assert_string_equal(program_result.reason, reason);
    const bko_program_result *own = bko_program_result_of(program_measured);
    assert_int_equal(own->state, BKO_PROGRAM_RUNNING);
    assert_memory_equal(own->tail, "begun\n", 6); /* its output is kept all the same */
    assert_true(process_ends(program_pid_in("one")));
    assert_true(process_ends(program_pid_in("two")));
}

static void daemons_are_ended_and_counted(void **state) {
    (void)state;
    /* The daemon is an orphan with a session of its own that holds stderr open. */
    const bko_program_result *own = program_run_shell(
        "setsid sh -c 'sh -c \"echo \\$\\$ >$0/daemon.new; mv $0/daemon.new $0/daemon; "
        "exec sleep 600\" & exit 0' $0; while [ ! -e $0/daemon ]; do sleep 0.01; done");
    program_assert_ok();
    assert_int_equal(own->left_behind, 1);
    assert_int_equal(program_result.left_behind, 1);
    assert_true(process_ends(program_pid_in("daemon")));
}

static void all_that_are_left_behind_are_counted(void **state) {
    (void)state;
    const bko_program_result *own = program_run_shell("sleep 600 & sleep 600 & sleep 600 & exit 0");
    program_assert_ok();
    assert_int_equal(own->left_behind, 3);
}

/* Whoever was never sampled is known from the end of the program. */
static void assert_children(const char *script, int had_children) {
    const bko_program_result *own = program_run_shell(script);
    program_assert_ok();
    assert_int_equal(own->had_children, had_children);
    assert_int_equal(program_result.had_children, had_children);
    assert_int_equal(program_end(NULL), 0);
    assert_int_equal(program_begin(NULL), BKO_OK);
}

static void children_are_known_from_the_end(void **state) {
    (void)state;
    assert_children("exit 0", 0);
    assert_children("(exit 0); exit 0", 1);
    assert_children("sleep 600 & exit 0", 1); /* never waited for, and killed */
    /* an orphan that ends by itself, before the program does */
    assert_children("(sh -c 'exit 0' & echo $! >$0/orphan); while kill -0 $(cat $0/orphan) "
                    "2>/dev/null; do :; done; exit 0",
                    1);
}

static void a_signal_to_the_whole_group_hits_the_program_alone(void **state) {
    (void)state;
    program_run_shell("kill -TERM 0; sleep 600");
    program_assert_failed("sh was killed by signal 15 (Terminated)");
}

/* Starts a bench whose trial runs the script, for the test to kill. */
static pid_t start_bench(const char *script) {
    pid_t bench = fork();
    if (bench == 0) {
        program_run_within(program_new_shell(script), PROGRAM_GENEROUS_NS);
        _exit(0);
    }
    return bench;
}

static void wait_for_file(const char *name) {
    char path[PROGRAM_NAME];
    program_name_file(path, name);
    for (int i = 0; i < 3000 && access(path, F_OK) != 0; i++) {
        usleep(10000);
    }
}

static void nothing_of_it_outlives_the_bench(void **state) {
    (void)state;
    pid_t bench =
        start_bench("trap '' TERM HUP; echo $$ >$0/first; "
                    "setsid sh -c 'trap \"\" TERM HUP; echo $$ >$0/second; "
                    "(setsid sleep 600 & echo $! >$0/third.new; mv $0/third.new $0/third); "
                    "sleep 600' $0 & sleep 600");
    wait_for_file("third");
    assert_true(program_pid_in("third") > 0);
    kill(bench, SIGKILL);
    waitpid(bench, NULL, 0);
    assert_true(process_ends(program_pid_in("first")));
    assert_true(process_ends(program_pid_in("second")));
    assert_true(process_ends(program_pid_in("third")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        clean(another_exit_code_is_a_failure),
        clean(a_signal_is_named),
        clean(what_cannot_start_is_named),
        clean(files_that_cannot_be_used_are_named),
        clean(what_fails_beside_it_fails_the_trial),
        clean(floods_are_read_and_only_their_end_is_kept),
        clean(one_that_ends_late_is_killed_with_all_it_started),
        clean(daemons_are_ended_and_counted),
        clean(all_that_are_left_behind_are_counted),
        clean(children_are_known_from_the_end),
        clean(a_signal_to_the_whole_group_hits_the_program_alone),
        clean(nothing_of_it_outlives_the_bench),
    };
    return cmocka_run_group_tests(tests, program_make_folder, program_remove_folder);
}

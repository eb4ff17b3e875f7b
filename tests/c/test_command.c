/* Programs run without a shell: exit codes, streams, limits; nothing is left behind. */
#include <errno.h>
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

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/command.h"
#include "support_process.h"

#define SECOND ((int64_t)1000000000)

static bool is_tied; /* all tests run twice: without and with a guardian */

static bko__command_result run_shell(const char *script, bko__command command) {
    const char *argv[] = {"sh", "-c", script, NULL};
    bko__command_result result;
    command.argv = argv;
    command.dies_with_us = is_tied;
    assert_int_equal(bko__command_run(&command, &result), BKO_OK);
    return result;
}

static void assert_no_children(void) {
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void streams_and_code_are_kept(void **state) {
    (void)state;
    bko__command_result r = run_shell("printf out; printf err >&2; exit 3", (bko__command){0});
    assert_int_equal(r.code, 3);
    assert_int_equal(r.signal, 0);
    assert_string_equal(r.out, "out");
    assert_string_equal(r.err, "err");
    assert_int_equal(r.out_length, 3);
    assert_false(r.timed_out);
    bko__command_free(&r);
    bko__command_free(&r);
    assert_no_children();
}

static void arguments_pass_unchanged(void **state) {
    (void)state;
    const char *argv[] = {"printf", "%s|", "a b", "$HOME `id`", "", NULL};
    bko__command command = {.argv = argv, .dies_with_us = is_tied};
    bko__command_result r;
    assert_int_equal(bko__command_run(&command, &r), BKO_OK);
    assert_string_equal(r.out, "a b|$HOME `id`||");
    bko__command_free(&r);
}

static void missing_program_is_told_from_missing_folder(void **state) {
    (void)state;
    const char *argv[] = {"no-such-program-here", NULL};
    bko__command command = {.argv = argv, .dies_with_us = is_tied};
    bko__command_result r;
    assert_int_equal(bko__command_run(&command, &r), BKO_ESYS);
    assert_int_equal(errno, ENOENT);
    assert_null(r.out);
    const char *shell[] = {"sh", "-c", "true", NULL};
    command = (bko__command){.argv = shell, .cwd = "/no/such/folder"};
    assert_int_equal(bko__command_run(&command, &r), BKO_ESYS);
    assert_int_equal(errno, ENOTDIR);
    const char *none[] = {NULL};
    command = (bko__command){.argv = none};
    assert_int_equal(bko__command_run(&command, &r), BKO_EINVAL);
    assert_no_children();
}

static void input_larger_than_a_pipe_arrives(void **state) {
    (void)state;
    size_t length = 300 * 1024;
    char *input = malloc(length);
    assert_non_null(input);
    memset(input, 'x', length);
    bko__command_result r =
        run_shell("cat", (bko__command){.input = input, .input_length = length});
    assert_int_equal(r.out_length, length);
    assert_memory_equal(r.out, input, length);
    bko__command_free(&r);
    free(input);
}

static void unread_input_raises_no_signal(void **state) {
    (void)state;
    bko__command_result r = run_shell("exit 0", (bko__command){.input = "abc", .input_length = 3});
    assert_int_equal(r.code, 0);
    bko__command_free(&r);
}

static void output_over_the_bound_is_dropped_not_blocked(void **state) {
    (void)state;
    bko__command_result r =
        run_shell("head -c 3000000 /dev/zero; printf end >&2",
                  (bko__command){.max_output = 1000, .timeout_ns = 60 * SECOND});
    assert_int_equal(r.code, 0);
    assert_int_equal(r.out_length, 1000);
    assert_true(r.truncated);
    assert_string_equal(r.err, "end");
    bko__command_free(&r);
}

/* Runs a script until it exceeds a time limit. On a busy machine the limit may pass before the
 * shell has written anything, which would show nothing; then the limit is doubled. */
static bko__command_result run_too_long(const char *script) {
    for (int64_t limit_ns = SECOND / 5;; limit_ns *= 2) {
        bko__command_result r = run_shell(script, (bko__command){.timeout_ns = limit_ns});
        if (r.out_length > 0 || limit_ns > 20 * SECOND) {
            return r;
        }
        bko__command_free(&r);
    }
}

static void time_limit_kills_the_whole_group(void **state) {
    (void)state;
    int64_t begin = bko_clock_now_ns();
    bko__command_result r = run_too_long("sleep 300 & echo $!; sleep 300");
    assert_true(r.timed_out);
    assert_int_equal(r.signal, SIGKILL);
    assert_int_equal(r.code, -1);
    pid_t other = (pid_t)strtol(r.out, NULL, 10);
    assert_true(other > 0);
    assert_true(process_ends(other));
    assert_true(bko_clock_now_ns() - begin < 100 * SECOND);
    bko__command_free(&r);
    assert_no_children();
}

static void an_endless_writer_meets_its_time_limit(void **state) {
    (void)state;
    const char *argv[] = {"yes", NULL};
    bko__command command = {
        .argv = argv, .timeout_ns = 50000000, .max_output = 100, .dies_with_us = is_tied};
    bko__command_result result;
    assert_int_equal(bko__command_run(&command, &result), BKO_OK);
    assert_true(result.timed_out);
    assert_int_equal(result.out_length, 100);
    bko__command_free(&result);
}

static void what_is_left_of_the_group_does_not_hold_us_up(void **state) {
    (void)state;
    int64_t begin = bko_clock_now_ns();
    bko__command_result r = run_shell("sleep 300 & echo done", (bko__command){0});
    assert_int_equal(r.code, 0);
    assert_string_equal(r.out, "done\n");
    assert_true(bko_clock_now_ns() - begin < 100 * SECOND);
    bko__command_free(&r);
}

static void silence_has_a_limit_of_its_own(void **state) {
    (void)state;
    bko__command command = {.silence_ns = SECOND / 5, .timeout_ns = 60 * SECOND};
    bko__command_result r = run_shell("echo begun; sleep 300", command);
    assert_true(r.timed_out);
    assert_string_equal(r.out, "begun\n");
    bko__command_free(&r);
}

/* Its output comes at least every tenth of a second; dropped output counts, too. */
static void who_speaks_is_not_silent(void **state) {
    (void)state;
    bko__command command = {.silence_ns = 2 * SECOND, .max_output = 2};
    bko__command_result r = run_shell(
        "for i in 1 2 3 4 5; do for j in 1 2 3 4 5; do echo $j >&2; sleep 0.1; done; done; exit 6",
        command);
    assert_false(r.timed_out);
    assert_int_equal(r.code, 6);
    bko__command_free(&r);
}

static void a_signal_is_reported(void **state) {
    (void)state;
    bko__command_result r = run_shell("kill -TERM $$", (bko__command){0});
    assert_int_equal(r.signal, SIGTERM);
    assert_int_equal(r.code, -1);
    bko__command_free(&r);
}

static void folder_and_locale_are_set(void **state) {
    (void)state;
    bko__command_result r =
        run_shell("pwd; echo $LC_ALL", (bko__command){.cwd = "/", .plain_locale = 1});
    assert_string_equal(r.out, "/\nC\n");
    bko__command_free(&r);
}

static void ignored(int signal) {
    (void)signal;
}

/* The signals interrupt system calls. */
static void signals_do_not_end_the_wait_for_a_program(void **state) {
    (void)state;
    struct sigaction before;
    struct sigaction interrupts = {.sa_handler = ignored}; /* without SA_RESTART */
    assert_int_equal(sigaction(SIGALRM, &interrupts, &before), 0);
    bko__command_result r =
        run_shell("for i in 1 2 3 4 5 6 7 8 9; do kill -ALRM $PPID; sleep 0.001; done; exit 4",
                  (bko__command){0});
    sigaction(SIGALRM, &before, NULL);
    assert_int_equal(r.code, 4);
    bko__command_free(&r);
}

static void no_descriptor_is_lost(void **state) {
    (void)state;
    int before = dup(0);
    close(before);
    for (int i = 0; i < 20; i++) {
        bko__command_result r = run_shell("true", (bko__command){.input = "x", .input_length = 1});
        bko__command_free(&r);
    }
    int after = dup(0);
    close(after);
    assert_int_equal(after, before);
}

/* A process in a session of its own is in no group that we know of. */
static void what_left_its_group_ends_with_a_tied_program(void **state) {
    (void)state;
    bko__command_result r =
        run_shell("setsid sleep 300 >/dev/null & echo $!; exit 2", (bko__command){0});
    assert_int_equal(r.code, 2);
    pid_t other = (pid_t)strtol(r.out, NULL, 10);
    assert_true(other > 0);
    assert_true(process_ends(other));
    bko__command_free(&r);
}

/* The owner of a wrapper script is killed; its program would sleep for minutes. */
static void a_tied_program_and_its_children_die_with_the_owner(void **state) {
    (void)state;
    char name[] = "/tmp/bakeoff-command-XXXXXX";
    char script[128], text[64] = "";
    int fd = mkstemp(name);
    assert_true(fd >= 0);
    snprintf(script, sizeof script, "sleep 300 & echo $$ $! >%s; wait", name);
    pid_t owner = fork();
    if (owner == 0) {
        bko__command_result r = run_shell(script, (bko__command){0});
        _exit(r.code);
    }
    for (int64_t end = bko_clock_now_ns() + 60 * SECOND;
         strchr(text, '\n') == NULL && bko_clock_now_ns() < end; usleep(1000)) {
        assert_true(pread(fd, text, sizeof text - 1, 0) >= 0);
    }
    char *rest;
    pid_t wrapper = (pid_t)strtol(text, &rest, 10);
    pid_t program = (pid_t)strtol(rest, NULL, 10);
    kill(owner, SIGKILL);
    waitpid(owner, NULL, 0);
    close(fd);
    unlink(name);
    assert_true(wrapper > 0 && program > 0);
    assert_true(process_ends(wrapper));
    assert_true(process_ends(program));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_and_code_are_kept),
        cmocka_unit_test(arguments_pass_unchanged),
        cmocka_unit_test(missing_program_is_told_from_missing_folder),
        cmocka_unit_test(input_larger_than_a_pipe_arrives),
        cmocka_unit_test(unread_input_raises_no_signal),
        cmocka_unit_test(output_over_the_bound_is_dropped_not_blocked),
        cmocka_unit_test(time_limit_kills_the_whole_group),
        cmocka_unit_test(an_endless_writer_meets_its_time_limit),
        cmocka_unit_test(what_is_left_of_the_group_does_not_hold_us_up),
        cmocka_unit_test(silence_has_a_limit_of_its_own),
        cmocka_unit_test(who_speaks_is_not_silent),
        cmocka_unit_test(a_signal_is_reported),
        cmocka_unit_test(folder_and_locale_are_set),
        cmocka_unit_test(signals_do_not_end_the_wait_for_a_program),
        cmocka_unit_test(no_descriptor_is_lost),
    };
    const struct CMUnitTest tied[] = {
        cmocka_unit_test(what_left_its_group_ends_with_a_tied_program),
        cmocka_unit_test(a_tied_program_and_its_children_die_with_the_owner),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    is_tied = true;
    failed += cmocka_run_group_tests(tests, NULL, NULL);
    return failed + cmocka_run_group_tests(tied, NULL, NULL);
}

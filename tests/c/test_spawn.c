/* A new process gets the descriptors, folder, signals and group it was given, and nothing else. */
#include "core/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "core/fd.h"
#include "support_process.h"

static bool is_tied; /* the programs die with us: another way to start them, with the same rules */

/* Runs `script` in a shell and keeps its stdout in `out`; returns its wait status. */
static int run_shell(const char *script, bko__spawn_options options, char *out, size_t size) {
    char *argv[] = {(char *)"sh", (char *)"-c", (char *)script, NULL};
    int ends[2], status;
    pid_t pid;
    size_t length = 0;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(bko__fd_move_up(&ends[1], 20), BKO_OK);
    bko__spawn_fd fds[8] = {{ends[1], STDOUT_FILENO}};
    for (size_t i = 0; i < options.fd_count; i++) {
        fds[1 + i] = options.fds[i];
    }
    options.argv = argv;
    options.fds = fds;
    options.fd_count++;
    options.dies_with_us = is_tied;
    assert_int_equal(bko__spawn(&pid, &options), BKO_OK);
    close(ends[1]);
    for (ssize_t got; (got = read(ends[0], out + length, size - 1 - length)) > 0;) {
        length += (size_t)got;
    }
    out[length] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void descriptors_get_their_numbers(void **state) {
    (void)state;
    char out[64];
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(bko__fd_move_up(&ends[0], 20), BKO_OK);
    assert_int_equal(write(ends[1], "sent\n", 5), 5);
    close(ends[1]);
    const bko__spawn_fd fds[] = {{BKO__SPAWN_NULL, STDIN_FILENO}, {ends[0], 5}};
    bko__spawn_options options = {.fds = fds, .fd_count = 2};
    assert_int_equal(run_shell("cat; read line <&5; echo $line", options, out, sizeof out), 0);
    assert_string_equal(out, "sent\n");
    close(ends[0]);
}

static void descriptors_can_be_closed(void **state) {
    (void)state;
    char out[64];
    int inherited = fcntl(STDOUT_FILENO, F_DUPFD, 7); /* not close-on-exec */
    const char *script =
        "for n in 3 4 5 6 7 8 9; do [ -e /proc/self/fd/$n ] && echo $n; done; true";
    bko__spawn_options options = {.close_from = 0};
    run_shell(script, options, out, sizeof out);
    assert_non_null(strchr(out, (char)('0' + inherited)));
    options.close_from = 3;
    run_shell(script, options, out, sizeof out);
    assert_null(strchr(out, (char)('0' + inherited)));
    close(inherited);
}

static void folder_and_environment_are_those_given(void **state) {
    (void)state;
    char out[64];
    char *environment[] = {(char *)"WORD=given", NULL};
    bko__spawn_options options = {.file = "/bin/sh", .cwd = "/proc", .environment = environment};
    assert_int_equal(run_shell("echo $WORD; pwd", options, out, sizeof out), 0);
    assert_string_equal(out, "given\n/proc\n");
}

/* A blocked signal is unblocked; an ignored one stays ignored unless it is reset. */
static void signals_are_as_asked_for(void **state) {
    (void)state;
    char out[64];
    sigset_t usr, before;
    sigemptyset(&usr);
    sigaddset(&usr, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr, &before);
    signal(SIGUSR2, SIG_IGN);
    bko__spawn_options options = {.file = NULL};
    int status = run_shell("kill -USR2 $$; kill -USR1 $$; echo lives", options, out, sizeof out);
    assert_int_equal(WTERMSIG(status), SIGUSR1);
    sigset_t reset;
    sigemptyset(&reset);
    sigaddset(&reset, SIGUSR2);
    options.reset_signals = &reset;
    status = run_shell("kill -USR2 $$; echo lives", options, out, sizeof out);
    assert_int_equal(WTERMSIG(status), SIGUSR2);
    signal(SIGUSR2, SIG_DFL);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

static void a_group_of_its_own_is_led(void **state) {
    (void)state;
    char out[128], expected[64];
    const char *script = "read a b c d group rest </proc/self/stat; echo $group";
    bko__spawn_options options = {.own_group = false};
    run_shell(script, options, out, sizeof out);
    snprintf(expected, sizeof expected, "%d\n", (int)getpgrp());
    assert_string_equal(out, expected);
    options.own_group = true;
    run_shell("read a b c d group rest </proc/self/stat; echo $(($$ - $group))", options, out,
              sizeof out);
    assert_string_equal(out, "0\n");
}

static void what_is_missing_is_told(void **state) {
    (void)state;
    char *argv[] = {(char *)"no-such-program-here", NULL};
    pid_t pid = 1;
    bko__spawn_options options = {.argv = argv, .dies_with_us = is_tied};
    assert_int_equal(bko__spawn(&pid, &options), BKO_ESYS);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(pid, 0);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nothing is left to reap */
}

/* An owner starts a program that would sleep for a minute; then the owner is killed. */
static void a_tied_program_dies_with_its_owner(void **state) {
    (void)state;
    char *argv[] = {(char *)"sleep", (char *)"60", NULL};
    pid_t program = 0;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid_t owner = fork();
    if (owner == 0) {
        bko__spawn_options options = {.argv = argv, .dies_with_us = true};
        bko__spawn(&program, &options);
        _exit(write(ends[1], &program, sizeof program) < 0 || pause() != 0);
    }
    assert_int_equal(read(ends[0], &program, sizeof program), sizeof program);
    assert_true(program > 0);
    kill(owner, SIGKILL);
    waitpid(owner, NULL, 0);
    assert_true(process_ends(program));
    close(ends[0]);
    close(ends[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(descriptors_get_their_numbers),
                                       cmocka_unit_test(descriptors_can_be_closed),
                                       cmocka_unit_test(folder_and_environment_are_those_given),
                                       cmocka_unit_test(signals_are_as_asked_for),
                                       cmocka_unit_test(a_group_of_its_own_is_led),
                                       cmocka_unit_test(what_is_missing_is_told)};
    const struct CMUnitTest tied[] = {cmocka_unit_test(a_tied_program_dies_with_its_owner)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    is_tied = true;
    failed += cmocka_run_group_tests(tests, NULL, NULL);
    return failed + cmocka_run_group_tests(tied, NULL, NULL);
}

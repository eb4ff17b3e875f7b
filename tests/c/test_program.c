/* Other programs in trials: what is measured of them, how they end, and that nothing of them stays. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/program.h"
#include "bakeoff/trial.h"
#include "support_probe.h"
#include "support_process.h"

static const int64_t GENEROUS_NS = 60000000000;
static const int64_t SHORT_NS = 300000000;

enum { MEBIBYTE = 1 << 20, LONG = 256 };

static char folder[] = "/tmp/bakeoff-program-XXXXXX";
static bko_recorder *recorder;
static bko_trial_result result;
static bko_program *program; /* the measured one */
static bko_program *other;   /* beside it, or NULL */
static int descriptors;

/* --- support --------------------------------------------------------------------------------------- */

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state) {
    char command[LONG];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command); /* NOLINT(cert-env33-c): a name of our own */
}

static int open_recorder(void **state) {
    bko_recorder_options options = {.jobs = 0};
    (void)state;
    descriptors = process_descriptors();
    memset(&result, 0, sizeof result);
    program = NULL;
    other = NULL;
    return bko_recorder_create(&recorder, &options);
}

static int nothing_is_left(void **state) {
    (void)state;
    bko_trial_result_free(&result);
    bko_recorder_free(recorder);
    bko_program_free(program);
    bko_program_free(other);
    return process_is_childless() && process_descriptors() == descriptors ? 0 : -1;
}

static bko_program *new_program(const bko_program_options *options) {
    bko_program *made = NULL;
    assert_int_equal(bko_program_create(&made, options), BKO_OK);
    return made;
}

static bko_program *new_shell(const char *script) {
    const char *argv[] = {"sh", "-c", script, folder, NULL}; /* $0 is the folder */
    return new_program(&(bko_program_options){.argv = argv});
}

static int body(void *user, bko_trial *trial) {
    (void)user;
    if (other != NULL && bko_trial_aside(trial, other) != BKO_OK) {
        bko_recorder_reason(recorder, bko_program_result_of(other)->problem);
        return BKO_ETASK;
    }
    bko_trial_enter(trial, BKO_PHASE_WORK);
    int err = bko_trial_program(trial, program);
    if (err == BKO_OK) {
        bko_trial_enter(trial, BKO_PHASE_TEARDOWN);
    }
    return err;
}

static void run_within(bko_program *measured, int64_t timeout_ns) {
    bko_trial_options options = {.body = body,
                                 .recorder = recorder,
                                 .timeout_ns = timeout_ns,
                                 .interrupt_fd = -1,
                                 .program = measured};
    program = measured;
    assert_int_equal(bko_trial_run(&options, &result), BKO_OK);
}

static const bko_program_result *run(bko_program *measured) {
    run_within(measured, GENEROUS_NS);
    return bko_program_result_of(program);
}

static const bko_program_result *run_shell(const char *script) {
    return run(new_shell(script));
}

static void assert_ok(void) {
    if (result.status != BKO_TRIAL_OK) {
        fail_msg("status %d: %s", result.status, result.reason);
    }
    assert_string_equal(result.reason, "");
}

static void assert_failed(const char *reason) {
    assert_int_equal(result.status, BKO_TRIAL_FAILED);
    assert_string_equal(result.reason, reason);
}

static void name_file(char *out, const char *name) {
    snprintf(out, LONG, "%s/%s", folder, name);
}

static void write_file(const char *name, const char *text, mode_t mode) {
    char path[LONG];
    name_file(path, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    assert_int_equal(chmod(path, mode), 0);
}

/* What the file holds, without the line's end. */
static void read_file(const char *name, char *out, size_t size) {
    char path[LONG];
    name_file(path, name);
    int fd = open(path, O_RDONLY);
    ssize_t length = fd >= 0 ? read(fd, out, size - 1) : 0;
    if (fd >= 0) {
        close(fd);
    }
    out[length > 0 ? length : 0] = '\0';
    out[strcspn(out, "\n")] = '\0';
}

static void assert_file(const char *name, const char *expected) {
    char text[LONG];
    read_file(name, text, sizeof text);
    assert_string_equal(text, expected);
}

static pid_t pid_in(const char *name) {
    char text[LONG];
    read_file(name, text, sizeof text);
    return (pid_t)strtol(text, NULL, 10);
}

/* --- what is measured ------------------------------------------------------------------------------ */

static void the_program_alone_is_measured(void **state) {
    (void)state;
    const bko_program_result *own = run_shell("sleep 0.05; exit 0");
    assert_ok();
    assert_int_equal(own->state, BKO_PROGRAM_ENDED);
    assert_int_equal(result.work_ns, own->ended_ns - own->started_ns);
    assert_true(result.work_ns >= 50000000);
    assert_int_equal(result.setup_ns, 0);
    assert_int_equal(result.teardown_ns, 0);
    assert_int_equal(result.started_ns, own->started_ns);
    assert_int_equal(result.user_ns, own->user_ns);
    assert_int_equal(result.left_behind, 0);
    bko_sampler_result memory;
    bko_sampler_read(result.sampler, &memory);
    assert_true(memory.full_samples >= 1);
    assert_in_range(memory.processes_peak, 1, 3); /* without the one that started it */
}

static void cpu_time_is_that_of_the_tree_without_the_bench(void **state) {
    (void)state;
    /* The loop runs in a child that is waited for, and in an orphan. */
    run_shell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done & wait");
    assert_ok();
    int64_t busy = result.user_ns + result.system_ns;
    assert_true(busy > 5000000);
    assert_true(busy <= result.work_ns * 2);
}

static int grow_then_body(void *user, bko_trial *trial) {
    touched_pages((size_t)64 * MEBIBYTE);
    return body(user, trial);
}

static void memory_of_the_process_that_starts_it_does_not_count(void **state) {
    (void)state;
    program = new_shell("sleep 0.05");
    bko_trial_options options = {
        .body = grow_then_body, .recorder = recorder, .interrupt_fd = -1, .program = program};
    assert_int_equal(bko_trial_run(&options, &result), BKO_OK);
    assert_ok();
    bko_sampler_result memory;
    bko_sampler_read(result.sampler, &memory);
    assert_in_range(memory.footprint_peak, 100 * 1024, 16 * MEBIBYTE);
    assert_true(bko_program_result_of(program)->rss_peak < 16 * MEBIBYTE);
}

static void the_shortest_program_has_its_peak(void **state) {
    (void)state;
    const char *argv[] = {"dd", "if=/dev/zero", "of=/dev/null", "bs=32M", "count=1", NULL};
    const bko_program_result *own = run(new_program(&(bko_program_options){.argv = argv}));
    assert_ok();
    bko_sampler_result memory;
    bko_sampler_read(result.sampler, &memory);
    assert_true(own->rss_peak >= (int64_t)32 * MEBIBYTE);
    assert_true(memory.footprint_peak >= own->rss_peak);
}

static void a_short_tree_has_complete_samples(void **state) {
    (void)state;
    run_shell("for i in 1 2 3; do (x=$(head -c 8000000 /dev/zero | tr '\\0' x); sleep 0.3; :) & "
              "done; wait");
    assert_ok();
    bko_sampler_result memory;
    bko_sampler_read(result.sampler, &memory);
    assert_true(memory.full_samples >= 4); /* some at the start, then at twice the age */
    assert_true(memory.processes_peak >= 4);
    assert_true(memory.footprint_peak >=
                (int64_t)24 * 1000 * 1000); /* no single process has so much */
    assert_true(memory.footprint_peak > bko_program_result_of(program)->rss_peak);
}

static void what_runs_beside_it_is_not_measured(void **state) {
    (void)state;
    other = new_shell("sleep 0.2");
    run_shell("exit 0");
    assert_ok();
    const bko_program_result *beside = bko_program_result_of(other);
    assert_int_equal(beside->state, BKO_PROGRAM_ENDED);
    assert_true(beside->ended_ns - beside->started_ns >= 200000000);
    assert_true(result.work_ns < 200000000);
    assert_true(result.started_ns >= beside->ended_ns);
}

/* --- what it gets ---------------------------------------------------------------------------------- */

static void it_gets_what_it_is_given_and_nothing_of_ours(void **state) {
    (void)state;
    char output[LONG];
    const char *argv[] = {
        "sh", "-c",
        "read x; echo \"$PWD $A $HOME $x\"; ls /proc/self/fd | wc -l >fds; "
        "grep -E 'Sig(Blk|Ign)' /proc/self/status | grep -cv '0000000000000000' >sig; true",
        NULL};
    const char *environment[] = {"PATH=/usr/bin:/bin", "A=b c", NULL};
    int open_one = open("/dev/null", O_RDONLY); /* without O_CLOEXEC: it must not arrive */
    name_file(output, "output");
    signal(SIGPIPE, SIG_IGN);
    run(new_program(&(bko_program_options){
        .argv = argv, .environment = environment, .cwd = folder, .output = output}));
    signal(SIGPIPE, SIG_DFL);
    close(open_one);
    assert_ok();
    char expected[LONG];
    snprintf(expected, sizeof expected, "%s b c  ",
             folder); /* stdin has an end, HOME is not there */
    assert_file("output", expected);
    assert_file("fds", "4"); /* three, and that of the folder being read */
    assert_file("sig", "0");
}

static void stdin_can_be_a_file_and_names_count_from_the_caller(void **state) {
    (void)state;
    char input[LONG];
    char output[LONG];
    const char *argv[] = {"./cat.sh", NULL};
    write_file("input", "some words\n", 0600);
    write_file("cat.sh", "#!/bin/sh\nexec cat\n", 0700);
    name_file(input, "input");
    name_file(output, "output");
    run(new_program(
        &(bko_program_options){.argv = argv, .cwd = folder, .input = input, .output = output}));
    assert_ok();
    assert_file("output", "some words");
}

static void options_are_copied(void **state) {
    (void)state;
    char word[] = "exit 3";
    const char *argv[] = {"sh", "-c", word, NULL};
    int codes[] = {3};
    bko_program *made =
        new_program(&(bko_program_options){.argv = argv, .ok_codes = codes, .ok_count = 1});
    memset(word, 'x', 4);
    argv[0] = NULL;
    codes[0] = 0;
    run(made);
    assert_ok();
    const char *nothing[] = {NULL};
    bko_program *none = NULL;
    assert_int_equal(bko_program_create(&none, &(bko_program_options){.argv = nothing}),
                     BKO_EINVAL);
    assert_null(none);
    bko_program_free(NULL);
}

/* --- how it ends ----------------------------------------------------------------------------------- */

static void another_exit_code_is_a_failure(void **state) {
    (void)state;
    const bko_program_result *own = run_shell("echo oh no >&2; exit 3");
    assert_failed("sh exited with code 3");
    assert_int_equal(own->code, 3);
    assert_int_equal(own->error_bytes, 6);
    assert_memory_equal(own->tail, "oh no\n", 6);
    assert_true(result.work_ns > 0);
}

static void a_signal_is_named(void **state) {
    (void)state;
    const bko_program_result *own = run_shell("kill -SEGV $$");
    assert_failed("sh was killed by signal 11 (Segmentation fault)");
    assert_int_equal(own->signal, SIGSEGV);
    assert_int_equal(own->code, -1);
}

static void assert_not_started(const char *name, const char *cwd, const char *problem) {
    const char *argv[] = {name, NULL};
    run(new_program(&(bko_program_options){.argv = argv, .cwd = cwd}));
    assert_failed(problem);
    assert_int_equal(bko_program_result_of(program)->state, BKO_PROGRAM_FAILED);
    assert_int_equal(result.work_ns, 0);
    bko_trial_result_free(&result);
    bko_program_free(program);
    bko_recorder_free(recorder);
    assert_int_equal(bko_recorder_create(&recorder, &(bko_recorder_options){0}), BKO_OK);
}

static void what_cannot_start_is_named(void **state) {
    (void)state;
    write_file("data", "no program\n", 0600);
    write_file("text", "\x7f\x45\x4c\x46 no program either\n", 0700);
    write_file("lost", "#!/no/such/interpreter\n", 0700);
    assert_not_started("no-such-program", NULL, "no-such-program: not found");
    assert_not_started("", NULL, ": not found");
    assert_not_started("./data", folder, "./data: not executable");
    assert_not_started(".", folder, ".: not executable");
    assert_not_started("./text", folder,
                       "./text: not a program: neither a binary for this machine nor a script that "
                       "begins with #!");
    assert_not_started("./lost", folder,
                       "./lost: the interpreter that its first line names was not found");
    assert_not_started("sh", "/no/such/folder", "cwd: /no/such/folder: No such file or directory");
    assert_not_started("sh", "/dev/null", "cwd: /dev/null: not a folder");
    program = NULL;
}

static void files_that_cannot_be_used_are_named(void **state) {
    (void)state;
    const char *argv[] = {"true", NULL};
    run(new_program(&(bko_program_options){.argv = argv, .input = "/no/such/file"}));
    assert_failed("/no/such/file: No such file or directory");
}

static void what_fails_beside_it_fails_the_trial(void **state) {
    (void)state;
    const char *argv[] = {"no-such-program", NULL};
    other = new_program(&(bko_program_options){.argv = argv});
    run_shell("exit 0");
    assert_failed("no-such-program: not found");
    assert_int_equal(bko_program_result_of(program)->state, BKO_PROGRAM_NEW);
}

static void floods_are_read_and_only_their_end_is_kept(void **state) {
    (void)state;
    const bko_program_result *own = run_shell(
        "head -c 30000000 /dev/zero; head -c 30000000 /dev/zero >&2; printf '%s' the end >&2");
    assert_ok();
    assert_int_equal(own->error_bytes, 30000006);
    assert_memory_equal(own->tail + BKO_PROGRAM_TAIL - 6, "theend", 6);
    assert_int_equal(own->tail[BKO_PROGRAM_TAIL - 7], 0);
}

static void one_that_ends_late_is_killed_with_all_it_started(void **state) {
    (void)state;
    run_within(
        new_shell("trap '' TERM; echo $$ >$0/one; echo begun >&2; "
                  "setsid sh -c 'trap \"\" TERM; echo $$ >$0/two; sleep 600' $0 & sleep 600"),
        SHORT_NS);
    assert_int_equal(result.status, BKO_TRIAL_TIMEOUT);
    assert_string_equal(result.reason, "the trial did not end within 0.3 s");
    const bko_program_result *own = bko_program_result_of(program);
    assert_int_equal(own->state, BKO_PROGRAM_RUNNING);
    assert_memory_equal(own->tail, "begun\n", 6); /* what it said is known all the same */
    assert_true(process_ends(pid_in("one")));
    assert_true(process_ends(pid_in("two")));
}

static void daemons_are_ended_and_counted(void **state) {
    (void)state;
    /* A daemon: an orphan with a session of its own, which holds stderr open. */
    const bko_program_result *own =
        run_shell("setsid sh -c 'sh -c \"echo \\$\\$ >$0/daemon.new; mv $0/daemon.new $0/daemon; "
                  "exec sleep 600\" & exit 0' $0; while [ ! -e $0/daemon ]; do sleep 0.01; done");
    assert_ok();
    assert_int_equal(own->left_behind, 1);
    assert_int_equal(result.left_behind, 1);
    assert_true(process_ends(pid_in("daemon")));
}

static void a_signal_to_the_whole_group_hits_the_program_alone(void **state) {
    (void)state;
    run_shell("kill -TERM 0; sleep 600");
    assert_failed("sh was killed by signal 15 (Terminated)");
}

/* A bench that is killed while its trial's program runs: `kill` is one of the shell's. */
static pid_t start_bench(const char *script) {
    pid_t bench = fork();
    if (bench == 0) {
        run_within(new_shell(script), GENEROUS_NS);
        _exit(0);
    }
    return bench;
}

static void wait_for_file(const char *name) {
    char path[LONG];
    name_file(path, name);
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
    kill(bench, SIGKILL);
    waitpid(bench, NULL, 0);
    assert_true(process_ends(pid_in("first")));
    assert_true(process_ends(pid_in("second")));
    assert_true(process_ends(pid_in("third")));
}

/* --- names ----------------------------------------------------------------------------------------- */

static void assert_found(const char *name, const char *path, const char *cwd,
                         const char *expected) {
    char found[LONG];
    assert_int_equal(bko_program_find(name, path, cwd, found, sizeof found), BKO_OK);
    assert_string_equal(found, expected);
}

static void names_are_looked_up_as_exec_would(void **state) {
    (void)state;
    char found[LONG];
    char expected[LONG];
    write_file("tool", "#!/bin/sh\n", 0700);
    write_file("plain", "", 0600);
    name_file(expected, "tool");
    assert_found("sh", "/nowhere:/bin", NULL, "/bin/sh");
    assert_found("sh", NULL, NULL, "/usr/bin/sh");
    assert_found("tool", folder, NULL, expected);
    assert_found("/bin/sh", "", folder, "/bin/sh");
    snprintf(expected, sizeof expected, "%s/./tool", folder);
    assert_found("tool", "/nowhere:", folder, expected);
    assert_found("./tool", "", folder, expected);
    assert_int_equal(bko_program_find("plain", folder, NULL, found, sizeof found), BKO_ESYS);
    assert_int_equal(errno, EACCES);
    assert_int_equal(bko_program_find("nothing", folder, NULL, found, sizeof found), BKO_ESYS);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(bko_program_find("/bin/sh", NULL, NULL, found, 3), BKO_ETOOLARGE);
}

#define clean(test) cmocka_unit_test_setup_teardown(test, open_recorder, nothing_is_left)

int main(void) {
    const struct CMUnitTest tests[] = {
        clean(the_program_alone_is_measured),
        clean(cpu_time_is_that_of_the_tree_without_the_bench),
        clean(memory_of_the_process_that_starts_it_does_not_count),
        clean(the_shortest_program_has_its_peak),
        clean(a_short_tree_has_complete_samples),
        clean(what_runs_beside_it_is_not_measured),
        clean(it_gets_what_it_is_given_and_nothing_of_ours),
        clean(stdin_can_be_a_file_and_names_count_from_the_caller),
        clean(options_are_copied),
        clean(another_exit_code_is_a_failure),
        clean(a_signal_is_named),
        clean(what_cannot_start_is_named),
        clean(files_that_cannot_be_used_are_named),
        clean(what_fails_beside_it_fails_the_trial),
        clean(floods_are_read_and_only_their_end_is_kept),
        clean(one_that_ends_late_is_killed_with_all_it_started),
        clean(daemons_are_ended_and_counted),
        clean(a_signal_to_the_whole_group_hits_the_program_alone),
        clean(nothing_of_it_outlives_the_bench),
        clean(names_are_looked_up_as_exec_would),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

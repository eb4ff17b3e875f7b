/* Other programs in trials: what the trial measures, what a program gets, where it is found. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "support_probe.h"
#include "support_program.h"
#include "trial/program/find.h"

enum { MEBIBYTE = 1 << 20 };

/* --- what is measured ------------------------------------------------------------------------- */

static void the_program_alone_is_measured(void **state) {
    (void)state;
    const bko_program_result *own = program_run_shell("sleep 0.05; exit 0");
    program_assert_ok();
    assert_int_equal(own->state, BKO_PROGRAM_ENDED);
    assert_int_equal(program_result.work_ns, own->ended_ns - own->started_ns);
    assert_true(program_result.work_ns >= 50000000);
    assert_int_equal(program_result.setup_ns, 0);
    assert_int_equal(program_result.teardown_ns, 0);
    assert_int_equal(program_result.started_ns, own->started_ns);
    assert_int_equal(program_result.user_ns, own->user_ns);
    assert_int_equal(program_result.left_behind, 0);
    bko_sampler_result memory;
    bko_sampler_read(program_result.sampler, &memory);
    assert_true(memory.full_samples >= 1);
    assert_in_range(memory.processes_peak, 1, 3); /* not counting the guardian */
}

static void cpu_time_is_that_of_the_tree_without_the_bench(void **state) {
    (void)state;
    /* The loop runs in a child of the shell. */
    program_run_shell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done & wait");
    program_assert_ok();
    int64_t busy = program_result.user_ns + program_result.system_ns;
    assert_true(busy > 5000000);
    assert_true(busy <= program_result.work_ns * 2);
}

static void time_in_the_kernel_is_system_time(void **state) {
    (void)state;
    program_run_shell("dd if=/dev/zero of=/dev/null bs=1M count=1000 2>/dev/null");
    program_assert_ok();
    assert_true(program_result.system_ns > program_result.user_ns);
}

static void time_in_the_program_is_user_time(void **state) {
    (void)state;
    program_run_shell("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done");
    program_assert_ok();
    assert_true(program_result.user_ns > program_result.system_ns);
}

static void memory_of_the_process_that_starts_it_does_not_count(void **state) {
    (void)state;
    char *own = touched_pages((size_t)64 * MEBIBYTE);
    program_run_shell("sleep 0.05");
    munmap(own, (size_t)64 * MEBIBYTE);
    program_assert_ok();
    bko_sampler_result memory;
    bko_sampler_read(program_result.sampler, &memory);
    assert_in_range(memory.footprint_peak, 100 * 1024, 16 * MEBIBYTE);
    assert_true(bko_program_result_of(program_measured)->rss_peak < 16 * MEBIBYTE);
}

static void page_faults_of_all_that_was_waited_for_are_counted(void **state) {
    (void)state;
    /* 32 MB in a child that the shell waits for, a page at each fault */
    const bko_program_result *own =
        program_run_shell("dd if=/dev/zero of=/dev/null bs=32M count=1; :");
    program_assert_ok();
    assert_true(own->faults >= 32 * MEBIBYTE / 4096);
}

static void the_shortest_program_has_its_peak(void **state) {
    (void)state;
    const char *argv[] = {"dd", "if=/dev/zero", "of=/dev/null", "bs=32M", "count=1", NULL};
    const bko_program_result *own = program_run(program_new(&(bko_program_options){.argv = argv}));
    program_assert_ok();
    assert_true(own->rss_peak >= (int64_t)32 * MEBIBYTE);
    assert_int_equal(program_result.rss_peak, own->rss_peak);
}

/* Runs three processes of 8 MB each that live together for so many tenths of a second. Returns the largest
 * footprint seen. */
static int64_t run_short_tree(int tenths, bko_sampler_result *memory) {
    char script[512];
    snprintf(script, sizeof script,
             "for i in 1 2 3; do (x=$(head -c 8000000 /dev/zero | tr '\\0' x); : >$0/grown$i; "
             "while [ ! -e $0/grown1 ] || [ ! -e $0/grown2 ] || [ ! -e $0/grown3 ]; do sleep 0.01; "
             "done; sleep %d.%d; :) & done; wait; rm $0/grown?",
             tenths / 10, tenths % 10);
    program_run_shell(script);
    program_assert_ok();
    bko_sampler_read(program_result.sampler, memory);
    return memory->footprint_peak;
}

static void a_program_that_ignored_sigchld_is_told(void **state) {
    (void)state;
    const char *ignoring[] = {"env", "--ignore-signal=CHLD", "true", NULL};
    const char *usual[] = {"env", "--default-signal=CHLD", "true", NULL};
    program_run(program_new(&(bko_program_options){.argv = usual}));
    program_assert_ok();
    assert_int_equal(program_result.ignored_children, 0);
    assert_int_equal(program_end(NULL), 0);
    assert_int_equal(program_begin(NULL), BKO_OK);
    program_run(program_new(&(bko_program_options){.argv = ignoring}));
    program_assert_ok();
    assert_int_equal(program_result.ignored_children, 1);
}

/* Readings may cost a small share of the time: a slow or busy machine can't make two of them in so short a
 * time. Then the tree runs again, a little longer. */
static void a_short_tree_has_complete_samples(void **state) {
    (void)state;
    enum { TRIES = 20, GROWN = 24 * 1000 * 1000 }; /* more than any one process has */
    bko_sampler_result memory;
    int64_t grown = run_short_tree(1, &memory);
    for (int i = 1; (grown < GROWN || memory.full_samples < 2) && i < TRIES; i++) {
        assert_int_equal(program_end(NULL), 0);
        assert_int_equal(program_begin(NULL), BKO_OK);
        grown = run_short_tree(i + 1, &memory);
    }
    assert_true(memory.full_samples >= 2); /* at the start, and when it has grown */
    assert_true(memory.processes_peak >= 4);
    assert_true(memory.footprint_peak >= GROWN);
    assert_true(memory.footprint_peak > bko_program_result_of(program_measured)->rss_peak);
}

static void what_runs_beside_it_is_not_measured(void **state) {
    (void)state;
    program_other = program_new_shell("sleep 0.2");
    const bko_program_result *own = program_run_shell("exit 0");
    program_assert_ok();
    const bko_program_result *beside = bko_program_result_of(program_other);
    assert_int_equal(beside->state, BKO_PROGRAM_ENDED);
    assert_true(beside->ended_ns - beside->started_ns >= 200000000);
    assert_true(own->started_ns >= beside->ended_ns);
    assert_int_equal(program_result.started_ns, own->started_ns);
    assert_int_equal(program_result.work_ns, own->ended_ns - own->started_ns);
}

/* --- what it gets ----------------------------------------------------------------------------- */

static void it_gets_what_it_is_given_and_nothing_of_ours(void **state) {
    (void)state;
    char output[PROGRAM_NAME];
    const char *argv[] = {
        "sh", "-c",
        "read x; echo \"$PWD $A $HOME $x\"; ls /proc/self/fd | wc -l >fds; "
        "grep -E 'Sig(Blk|Ign)' /proc/self/status | grep -cv '0000000000000000' >sig; true",
        NULL};
    const char *environment[] = {"PATH=/usr/bin:/bin", "A=b c", NULL};
    int open_one = open("/dev/null", O_RDONLY); /* without O_CLOEXEC; the program must not get it */
    program_name_file(output, "output");
    signal(SIGPIPE, SIG_IGN);
    program_run(program_new(&(bko_program_options){
        .argv = argv, .environment = environment, .cwd = program_folder, .output = output}));
    signal(SIGPIPE, SIG_DFL);
    close(open_one);
    program_assert_ok();
    char expected[PROGRAM_NAME];
    snprintf(expected, sizeof expected, "%s b c  ",
             program_folder); /* stdin is at its end, HOME is unset */
    program_assert_file("output", expected);
    program_assert_file("fds", "4"); /* three streams, and the folder that ls reads */
    program_assert_file("sig", "0");
}

static void stdin_can_be_a_file_and_names_count_from_the_caller(void **state) {
    (void)state;
    char input[PROGRAM_NAME];
    char output[PROGRAM_NAME];
    const char *argv[] = {"./cat.sh", NULL};
    program_write_file("input", "some words\n", 0600);
    program_write_file("cat.sh", "#!/bin/sh\nexec cat\n", 0700);
    program_name_file(input, "input");
    program_name_file(output, "output");
    program_run(program_new(&(bko_program_options){
        .argv = argv, .cwd = program_folder, .input = input, .output = output}));
    program_assert_ok();
    program_assert_file("output", "some words");
}

static void options_are_copied(void **state) {
    (void)state;
    char word[] = "exit 3";
    const char *argv[] = {"sh", "-c", word, NULL};
    int codes[] = {3};
    bko_program *made =
        program_new(&(bko_program_options){.argv = argv, .ok_codes = codes, .ok_count = 1});
    memset(word, 'x', 4);
    argv[0] = NULL;
    codes[0] = 0;
    program_run(made);
    program_assert_ok();
    const char *nothing[] = {NULL};
    bko_program *none = NULL;
    assert_int_equal(bko_program_create(&none, &(bko_program_options){.argv = nothing}),
                     BKO_EINVAL);
    assert_null(none);
    bko_program_free(NULL);
}

/* --- names ------------------------------------------------------------------------------------ */

static void assert_found(const char *name, const char *path, const char *cwd,
                         const char *expected) {
    char found[PROGRAM_NAME];
    assert_int_equal(bko__program_find(name, path, cwd, found, sizeof found), BKO_OK);
    assert_string_equal(found, expected);
}

static void names_are_looked_up_as_exec_would(void **state) {
    (void)state;
    char found[PROGRAM_NAME];
    char expected[PROGRAM_NAME];
    program_write_file("tool", "#!/bin/sh\n", 0700);
    program_write_file("plain", "", 0600);
    program_name_file(expected, "tool");
    assert_found("sh", "/nowhere:/bin", NULL, "/bin/sh");
    assert_found("sh", NULL, NULL, "/usr/bin/sh");
    assert_found("tool", program_folder, NULL, expected);
    assert_found("/bin/sh", "", program_folder, "/bin/sh");
    snprintf(expected, sizeof expected, "%s/./tool", program_folder);
    assert_found("tool", "/nowhere:", program_folder, expected);
    assert_found("./tool", "", program_folder, expected);
    assert_int_equal(bko__program_find("plain", program_folder, NULL, found, sizeof found),
                     BKO_ESYS);
    assert_int_equal(errno, EACCES);
    assert_int_equal(bko__program_find("nothing", program_folder, NULL, found, sizeof found),
                     BKO_ESYS);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(bko__program_find("/bin/sh", NULL, NULL, found, 3), BKO_ETOOLARGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        clean(the_program_alone_is_measured),
        clean(cpu_time_is_that_of_the_tree_without_the_bench),
        clean(time_in_the_kernel_is_system_time),
        clean(time_in_the_program_is_user_time),
        clean(memory_of_the_process_that_starts_it_does_not_count),
        clean(page_faults_of_all_that_was_waited_for_are_counted),
        clean(the_shortest_program_has_its_peak),
        clean(a_program_that_ignored_sigchld_is_told),
        clean(a_short_tree_has_complete_samples),
        clean(what_runs_beside_it_is_not_measured),
        clean(it_gets_what_it_is_given_and_nothing_of_ours),
        clean(stdin_can_be_a_file_and_names_count_from_the_caller),
        clean(options_are_copied),
        clean(names_are_looked_up_as_exec_would),
    };
    return cmocka_run_group_tests(tests, program_make_folder, program_remove_folder);
}

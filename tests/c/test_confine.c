/* Confinement: plans, text for a terminal, and what a confined program can't do. */
#include "confine/inside.h"

#include <fcntl.h>
#include <setjmp.h>
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

#include "confine/parts.h"
#include "confine/plan.h"
#include "confine/printable.h"

/* --- plans ---------------------------------------------------------------------------------------- */

static int read_plan(bko__confine_plan *plan, char *message, char **words) {
    int count = 0;
    while (words[count] != NULL) {
        count++;
    }
    return bko__confine_plan_read(plan, count, words, message);
}

static void a_plan_is_read_from_words(void **state) {
    (void)state;
    bko__confine_plan plan;
    char message[BKO__CONFINE_MESSAGE];
    char host[] = "10.1.2.3:443:example.org";
    char *words[] = {"confine", "--write", "/tmp/out", "--read", "/a",  "--host",
                     host,      "--limit", "cpu=7",    "--env",  "A=b", "--",
                     "/bin/x",  "--read",  "y",        NULL};
    assert_int_equal(read_plan(&plan, message, words), 0);
    assert_int_equal(plan.path_count, 3);
    assert_int_equal(plan.limits.cpu_s, 7);
    assert_int_equal(ntohs(plan.hosts[0].address.sin_port), 443);
    assert_string_equal(plan.hosts[0].name, "example.org");
    assert_string_equal(plan.environment[0], "A=b");
    assert_string_equal(plan.argv[1], "--read");
    bko__confine_plan_sort(&plan);
    assert_string_equal(plan.paths[0].path, "/a");
    assert_string_equal(plan.paths[2].path, "/tmp/out");
}

static void what_is_no_plan_is_refused(void **state) {
    (void)state;
    bko__confine_plan plan;
    char message[BKO__CONFINE_MESSAGE];
    char name[] = "example.org:80";
    char no_port[] = "10.1.2.3:99999";
    char *wrong[][5] = {{"confine", "--read", "relative", NULL, NULL},
                        {"confine", "--host", name, NULL, NULL},
                        {"confine", "--host", no_port, NULL, NULL},
                        {"confine", "--limit", "cpu=0", NULL, NULL},
                        {"confine", "--limit", "colour=1", NULL, NULL},
                        {"confine", "--everything", "yes", NULL, NULL},
                        {"confine", "--read", NULL, NULL, NULL},
                        {"confine", "--", "relative", NULL, NULL},
                        {"confine", "--", NULL, NULL, NULL}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        message[0] = '\0';
        assert_int_equal(read_plan(&plan, message, wrong[i]), -1);
        assert_true(strlen(message) > 0);
    }
}

static void a_variable_without_a_value_is_our_own(void **state) {
    (void)state;
    bko__confine_plan plan;
    char message[BKO__CONFINE_MESSAGE];
    char *words[] = {"confine",        "--env", "BAKEOFF_TEST_A", "--env",
                     "BAKEOFF_TEST_B", "--",    "/bin/x",         NULL};
    setenv("BAKEOFF_TEST_A", "hush", 1);
    unsetenv("BAKEOFF_TEST_B");
    assert_int_equal(read_plan(&plan, message, words), 0);
    assert_int_equal(plan.variable_count, 1);
    assert_string_equal(plan.environment[0], "BAKEOFF_TEST_A=hush");
    free((void *)plan.environment[0]);
}

/* --- text ----------------------------------------------------------------------------------------- */

static void assert_shown(const char *text, const char *expected) {
    for (size_t piece = 1; piece <= strlen(text); piece++) { /* in every cut of the stream */
        bko__printable state = {{0}, 0, 0};
        char out[256];
        size_t length = 0;
        for (size_t at = 0; at < strlen(text); at += piece) {
            size_t size = strlen(text) - at < piece ? strlen(text) - at : piece;
            length += bko__printable_copy(&state, text + at, size, out + length);
        }
        out[length] = '\0';
        assert_string_equal(out, expected);
    }
}

static void control_characters_never_pass(void **state) {
    (void)state;
    assert_shown("plain\ttext\n", "plain\ttext\n");
    assert_shown("größer – 100 €, 𝄞", "größer – 100 €, 𝄞");
    assert_shown("\033]52;c;eHg=\a", "?]52;c;eHg=?");
    assert_shown("a\rb\bc\x7f", "a?b?c?");
    assert_shown("\xc2\x9b"
                 "31m",
                 "?31m"); /* CSI as one character */
    assert_shown("\x9b"
                 "31m",
                 "?31m");                                 /* and as one byte */
    assert_shown("x\xe2\x80\xaey\xe2\x81\xa6z", "x?y?z"); /* marks of direction */
    assert_shown("\xc3(\xe2\x82\n", "?(?\n");             /* cut off */
}

/* --- a confined program --------------------------------------------------------------------------- */

static char out_folder[] = "/tmp/bakeoff_confine_XXXXXX";
static char can_not[BKO__CONFINE_MESSAGE];

static int prepare(void **state) {
    (void)state;
    char message[BKO__CONFINE_MESSAGE] = "";
    char *argv[] = {"/nowhere", NULL};
    bko__confine_plan plan = {
        .limits = {.memory = 1 << 30, .file_size = 1 << 20, .processes = 64, .cpu_s = 60},
        .argv = argv};
    bko__confined confined;
    if (mkdtemp(out_folder) == NULL) {
        return -1;
    }
    if (!bko__confine_has_filter() || !bko__confine_counts_processes()) {
        snprintf(can_not, sizeof can_not, "no seccomp, or root's processes can't be counted");
    } else if (bko__confine_start(&plan, &confined, message) == 0 ||
               strstr(message, "/nowhere") == NULL) {
        snprintf(can_not, sizeof can_not, "%s", message);
    }
    return 0;
}

static int tidy(void **state) {
    (void)state;
    return rmdir(out_folder);
}

static void skip_if_impossible(void) {
    if (can_not[0] != '\0') {
        print_message("not here: %s\n", can_not);
        skip();
    }
}

/* Runs tool_escape's attempt; returns its exit code, or -1 and a message. `text`: what it printed. */
static int attempt(char *name, char *first, char *second, char *text, size_t size) {
    char tool[512];
    char message[BKO__CONFINE_MESSAGE];
    char *argv[] = {tool, name, first, second, NULL};
    bko__confined confined;
    bko__confine_plan plan = {
        .limits = {.memory = 256 << 20, .file_size = 4 << 20, .processes = 64, .cpu_s = 60},
        .argv = argv};
    snprintf(tool, sizeof tool, "%s/bin/tool_escape", getenv("BAKEOFF_BUILD"));
    plan.paths[plan.path_count++] = (bko__confine_path){BKO__CONFINE_RUN, tool};
    plan.paths[plan.path_count++] = (bko__confine_path){BKO__CONFINE_WRITE, out_folder};
    if (bko__confine_start(&plan, &confined, message) != 0) {
        print_message("%s\n", message);
        return -1;
    }
    ssize_t got = read(confined.out, text, size - 1);
    text[got > 0 ? got : 0] = '\0';
    int status;
    assert_int_equal(waitpid(confined.pid, &status, 0), confined.pid);
    close(confined.out);
    close(confined.err);
    close(confined.pidfd);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void the_way_out_is_closed(void **state) {
    (void)state;
    skip_if_impossible();
    char inside[512];
    char pid[32];
    snprintf(inside, sizeof inside, "%s/x", out_folder);
    snprintf(pid, sizeof pid, "%d", getpid());
    char *tries[][4] = {{"read", "/etc/shadow", "", "No such file"},
                        {"write", "/usr/lib/x", "", "Read-only"},
                        {"symlink", "/etc", inside, "Permission denied"},
                        {"connect", "192.0.2.1", "80", "unreachable"},
                        {"udp", "", "", "not implemented"},
                        {"exec", "/bin/sh", "", "No such file"},
                        {"memory", pid, "", "No such file"},
                        {"kill", pid, "", "No such process"},
                        {"ptrace", pid, "", "not permitted"},
                        {"undo", "", "", "not permitted"},
                        {"unshare", "", "", "not permitted"},
                        {"descriptor", "", "", "Bad file"},
                        {"fork_bomb", "2000", "", "unavailable"},
                        {"core_pattern", "", "", "Read-only"}};
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        char text[256];
        int code = attempt(tries[i][0], tries[i][1], tries[i][2], text, sizeof text);
        if (code != 0 || strstr(text, tries[i][3]) == NULL) {
            fail_msg("%s: exit code %d, said: %s", tries[i][0], code, text);
        }
    }
}

static void what_is_allowed_works(void **state) {
    (void)state;
    skip_if_impossible();
    char inside[512];
    char text[256];
    snprintf(inside, sizeof inside, "%s/x", out_folder);
    assert_int_equal(attempt("nothing", "", "", text, sizeof text), 1); /* 1: it could */
    assert_int_equal(attempt("write", inside, "", text, sizeof text), 1);
    assert_int_equal(access(inside, F_OK), 0);
    unlink(inside);
}

static void a_program_that_is_not_there_is_named(void **state) {
    (void)state;
    skip_if_impossible();
    char message[BKO__CONFINE_MESSAGE];
    char *argv[] = {"/nowhere/program", NULL};
    bko__confined confined;
    bko__confine_plan plan = {
        .limits = {.memory = 1 << 30, .file_size = 1 << 20, .processes = 64, .cpu_s = 60},
        .argv = argv};
    assert_int_equal(bko__confine_start(&plan, &confined, message), -1);
    assert_non_null(strstr(message, "/nowhere/program: No such file"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_is_read_from_words),
        cmocka_unit_test(what_is_no_plan_is_refused),
        cmocka_unit_test(a_variable_without_a_value_is_our_own),
        cmocka_unit_test(control_characters_never_pass),
        cmocka_unit_test(the_way_out_is_closed),
        cmocka_unit_test(what_is_allowed_works),
        cmocka_unit_test(a_program_that_is_not_there_is_named),
    };
    return cmocka_run_group_tests(tests, prepare, tidy);
}

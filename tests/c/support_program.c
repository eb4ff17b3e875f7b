/* See support_program.h. */
#include "support_program.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "support_process.h"

char program_folder[] = "/tmp/bakeoff-program-XXXXXX";
bko_recorder *program_recorder;
bko_trial_result program_result;
bko_program *program_measured;
bko_program *program_other;
bko_guardian *program_guardian;

static int descriptors;

int program_make_folder(void **state) {
    (void)state;
    return mkdtemp(program_folder) != NULL ? 0 : -1;
}

int program_remove_folder(void **state) {
    char command[PROGRAM_NAME];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", program_folder);
    return system(command); /* NOLINT(cert-env33-c): we made the name */
}

int program_begin(void **state) {
    bko_recorder_options options = {.jobs = 0};
    (void)state;
    descriptors = process_descriptors();
    memset(&program_result, 0, sizeof program_result);
    program_measured = NULL;
    program_other = NULL;
    return bko_recorder_create(&program_recorder, &options);
}

int program_end(void **state) {
    (void)state;
    bko_trial_result_free(&program_result);
    bko_recorder_free(program_recorder);
    bko_program_free(program_measured);
    bko_program_free(program_other);
    bko_guardian_free(program_guardian);
    program_guardian = NULL;
    return process_is_childless() && process_descriptors() == descriptors ? 0 : -1;
}

bko_program *program_new(const bko_program_options *options) {
    bko_program *made = NULL;
    assert_int_equal(bko_program_create(&made, options), BKO_OK);
    return made;
}

bko_program *program_new_shell(const char *script) {
    const char *argv[] = {"sh", "-c", script, program_folder, NULL}; /* $0 is the folder */
    return program_new(&(bko_program_options){.argv = argv});
}

void program_run_within(bko_program *measured, int64_t timeout_ns) {
    bko_trial_options options = {.recorder = program_recorder,
                                 .timeout_ns = timeout_ns,
                                 .interrupt_fd = -1,
                                 .program = measured,
                                 .before = &program_other,
                                 .before_count = program_other != NULL ? 1 : 0,
                                 .guardian = program_guardian};
    program_measured = measured;
    assert_int_equal(bko_trial_run(&options, &program_result), BKO_OK);
}

const bko_program_result *program_run(bko_program *measured) {
    program_run_within(measured, PROGRAM_GENEROUS_NS);
    return bko_program_result_of(program_measured);
}

const bko_program_result *program_run_shell(const char *script) {
    return program_run(program_new_shell(script));
}

void program_assert_ok(void) {
    if (program_result.status != BKO_TRIAL_OK) {
        fail_msg("status %d: %s", program_result.status, program_result.reason);
    }
    assert_string_equal(program_result.reason, "");
}

void program_assert_failed(const char *reason) {
    assert_int_equal(program_result.status, BKO_TRIAL_FAILED);
    assert_string_equal(program_result.reason, reason);
}

void program_name_file(char *out, const char *name) {
    snprintf(out, PROGRAM_NAME, "%s/%s", program_folder, name);
}

void program_write_file(const char *name, const char *text, mode_t mode) {
    char path[PROGRAM_NAME];
    program_name_file(path, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    assert_int_equal(chmod(path, mode), 0);
}

/* Reads the file's first line, without its end. */
static void read_file(const char *name, char *out, size_t size) {
    char path[PROGRAM_NAME];
    program_name_file(path, name);
    int fd = open(path, O_RDONLY);
    ssize_t length = fd >= 0 ? read(fd, out, size - 1) : 0;
    if (fd >= 0) {
        close(fd);
    }
    out[length > 0 ? length : 0] = '\0';
    out[strcspn(out, "\n")] = '\0';
}

void program_assert_file(const char *name, const char *expected) {
    char text[PROGRAM_NAME];
    read_file(name, text, sizeof text);
    assert_string_equal(text, expected);
}

pid_t program_pid_in(const char *name) {
    char text[PROGRAM_NAME];
    read_file(name, text, sizeof text);
    return (pid_t)strtol(text, NULL, 10);
}

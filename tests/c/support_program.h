/* Other programs in trials, for tests: one at a time, with a recorder and a folder, and nothing may
 * be left. */
#ifndef SUPPORT_PROGRAM_H
#define SUPPORT_PROGRAM_H

#include <stdint.h>
#include <sys/types.h>

#include "bakeoff/program.h"
#include "bakeoff/trial.h"

#define PROGRAM_GENEROUS_NS INT64_C(60000000000)

enum { PROGRAM_NAME = 256 }; /* room for a file's name, or a line of one */

extern char program_folder[]; /* the tests' own */
extern bko_recorder *program_recorder;
extern bko_trial_result program_result;
extern bko_program *program_measured;
extern bko_program *program_other; /* runs before it, not measured; NULL unless a test sets it */
extern bko_guardian
    *program_guardian; /* NULL unless a test makes one: then each trial has its own */

int program_make_folder(void **state); /* cmocka: of the group */
int program_remove_folder(void **state);
int program_begin(void **state); /* … of a test */
int program_end(void **state);   /* no children, no descriptors are left */

#define clean(test) cmocka_unit_test_setup_teardown(test, program_begin, program_end)

bko_program *program_new(const bko_program_options *options);
bko_program *program_new_shell(const char *script); /* $0 is the folder */

/* Run a trial of `measured`, which becomes program_measured and is freed with it, into
 * program_result. */
void program_run_within(bko_program *measured, int64_t timeout_ns);
const bko_program_result *program_run(bko_program *measured);
const bko_program_result *program_run_shell(const char *script);

void program_assert_ok(void);
void program_assert_failed(const char *reason);

/* Files of the folder. What is read is the first line. */
void program_name_file(char *out, const char *name); /* PROGRAM_NAME bytes */
void program_write_file(const char *name, const char *text, mode_t mode);
void program_assert_file(const char *name, const char *expected);
pid_t program_pid_in(const char *name); /* 0: none */

#endif

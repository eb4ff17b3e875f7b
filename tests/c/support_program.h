/* Other programs in trials, for tests: one trial at a time, with a recorder and a folder. It must
 * leave nothing behind. */
#ifndef SUPPORT_PROGRAM_H
#define SUPPORT_PROGRAM_H

#include <stdint.h>
#include <sys/types.h>

#include "bakeoff/program.h"
#include "bakeoff/trial.h"

#define PROGRAM_GENEROUS_NS INT64_C(60000000000)

enum { PROGRAM_NAME = 256 }; /* room for a file's name, or for a line of a file */

extern char program_folder[]; /* made for these tests */
extern bko_recorder *program_recorder;
extern bko_trial_result program_result;
extern bko_program *program_measured;
extern bko_program *program_other; /* runs first, unmeasured; NULL unless a test sets it */
extern bko_guardian
    *program_guardian; /* NULL, and each trial has its own, unless a test makes one */

int program_make_folder(void **state); /* cmocka, for the group */
int program_remove_folder(void **state);
int program_begin(void **state); /* … for a test */
int program_end(void **state);   /* … fails if a child or descriptor is left */

#define clean(test) cmocka_unit_test_setup_teardown(test, program_begin, program_end)

bko_program *program_new(const bko_program_options *options);
bko_program *program_new_shell(const char *script); /* $0 is the folder */

/* Run a trial of a program into program_result. They take `measured`: it becomes
 * program_measured. */
void program_run_within(bko_program *measured, int64_t timeout_ns);
const bko_program_result *program_run(bko_program *measured);
const bko_program_result *program_run_shell(const char *script);

void program_assert_ok(void);
void program_assert_failed(const char *reason);

/* Files in the folder. Only a file's first line is read. */
void program_name_file(char *out, const char *name); /* PROGRAM_NAME bytes */
void program_write_file(const char *name, const char *text, mode_t mode);
void program_assert_file(const char *name, const char *expected);
pid_t program_pid_in(const char *name); /* 0: no such file, or no pid in it */

#endif

/*
 * The parts of running another program: program.c (what it is and what is noted of it), find.c (which
 * file a name means), launch.c (the process), guard.c (watching it to its end).
 *
 * Threads: the main thread of the trial's process; launch and guard expect it to be the only one.
 */
#ifndef BAKEOFF_TRIAL_PROGRAM_H
#define BAKEOFF_TRIAL_PROGRAM_H

#include <sys/types.h>

#include "bakeoff/program.h"

struct bko_program {
    bko_program_result *result; /* owned; shared with forked copies */
    char **argv;                /* these point into `text` */
    char **environment;         /* NULL: the caller's */
    char *cwd, *input, *output; /* NULL: as in the options */
    int *ok_codes;
    size_t ok_count;
    void *text; /* owned */
};

/* A program that runs. */
typedef struct bko__launch {
    pid_t pid;
    int errors; /* owned: its stderr, not blocking */
    int64_t
        own_peak; /* bytes: what the kernel counts as its memory although it was its launcher's */
} bko__launch;

/* Starts it as a child of the calling process, with which it dies: its own stderr, default signals, no
 * descriptor of ours. BKO_ESYS: it could not be; the result says why. */
int bko__launch_start(bko__launch *launch, bko_program *program);

/* Notes in the result that something (a file, a folder) could not be used. Returns BKO_ESYS. */
int bko__program_fail(bko_program *program, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The value of PATH that the program will have. */
const char *bko__program_path(const bko_program *program);

/* Called once it runs. */
typedef void bko__guard_started(void *user, pid_t pid);

/*
 * Runs the program from start to end: keeps the end of its stderr, reaps what it orphans, ends what it
 * leaves behind. Should `bench`, the calling process's parent, die meanwhile, everything is killed and
 * the calling process exits. BKO_ESYS: it could not be started.
 */
int bko__guard_run(bko_program *program, pid_t bench, bko__guard_started *started, void *user);

#endif

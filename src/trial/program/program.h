/* A program's internals: program.c (options and results), find.c (the file that a name means). */
#ifndef BAKEOFF_TRIAL_PROGRAM_PROGRAM_H
#define BAKEOFF_TRIAL_PROGRAM_PROGRAM_H

#include <sys/types.h>

#include "bakeoff/program.h"

struct bko_program {
    bko_program_result *result; /* owned */
    char **argv;                /* these point into `text` */
    char **environment;         /* NULL: the caller's */
    char *cwd, *input, *output; /* NULL: as in the options */
    bko_program_streams streams;
    int *ok_codes;
    size_t ok_count;
    int counts;
    void *text; /* owned */
};

/* Records in the result that something (a file, a folder) could not be used. Returns BKO_ESYS. */
int bko__program_fail(bko_program *program, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The value of PATH in the program's environment. */
const char *bko__program_path(const bko_program *program);

#endif

/*
 * The guardian's parts: main.c (its life), receive.c (receives requests), start.c (starts the
 * program's process), supervise.c (supervises it until all of it has ended), stderr.c (keeps the
 * end of its stderr), answer.c (answers the bench).
 *
 * Threads: one.
 */
#ifndef BAKEOFF_PROGRAMS_GUARDIAN_PARTS_H
#define BAKEOFF_PROGRAMS_GUARDIAN_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "trial/shared/wire.h"

typedef struct guardian {
    bko__guardian_board *board; /* shared with the bench */
    pid_t bench;
    int signals; /* SIGCHLD and SIGTERM as a descriptor; all others are blocked */
} guardian;

/* What to run. Relative names count from our own working folder. */
typedef struct request {
    const char *file, *folder, *input, *output; /* the last three may be "" */
    char **arguments;
    char **environment;
    void *block; /* owned: mapped; everything above points into it */
    size_t block_size;
} request;

/* A running program. */
typedef struct program {
    pid_t pid;
    int errors;       /* owned: read end of its stderr, non-blocking; -1: closed */
    int64_t own_peak; /* bytes: the guardian's own peak, which the kernel counts as the program's */
    int32_t step;     /* if it was not started: bko__guardian_step, */
    int32_t error;    /* and errno; 0: it runs */
} program;

/* Waits for the next request and changes to the folder it comes from. Returns false when the bench
 * has no more requests. */
bool request_read(request *out);
void request_free(request *asked);

/* Starts the program as our child; it dies with us. */
void program_start(program *out, const guardian *self, const request *asked);

/* Supervises the program until all of it has ended. */
void program_watch(const guardian *own, program *running);

/* Reads its stderr once and keeps the end on the board. Returns false if nothing is available. */
bool errors_drain(bko__guardian_board *board, program *running);

/* Answers the bench; it does not matter if the bench is gone. */
void guardian_answer(bko__guardian_kind kind, int value, int step);

#endif

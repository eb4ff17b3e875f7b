/*
 * The guardian's parts: main.c (its life), receive.c (what it is asked to run), start.c (the program's
 * process), supervise.c (its life until all of it has ended), stderr.c (what it says on stderr),
 * answer.c (what the bench is told).
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

/* What is to be run. Relative names count from our own folder. */
typedef struct request {
    const char *file, *folder, *input, *output; /* the last three may be "" */
    char **arguments;
    char **environment;
    void *block; /* owned: mapped; all of the above points into it */
    size_t block_size;
} request;

/* A program that runs. */
typedef struct program {
    pid_t pid;
    int errors; /* owned: its stderr, not blocking; -1: closed */
    int64_t
        own_peak;  /* bytes: what the kernel counts as its memory although it was the guardian's */
    int32_t step;  /* where it was not started: bko__guardian_step, */
    int32_t error; /* and errno; 0: it runs */
} program;

/* Waits for the next one and goes to the folder it comes from. False: the bench wants no more. */
bool request_read(request *out);
void request_free(request *asked);

/* Starts it as our child, with which it dies. */
void program_start(program *out, const guardian *self, const request *asked);

/* Until all of it has ended. */
void program_watch(const guardian *own, program *running);

/* One read of its stderr, whose end is kept on the board. False when nothing is there. */
bool errors_drain(bko__guardian_board *board, program *running);

/* Tells the bench; a bench that is gone doesn't matter. */
void guardian_answer(bko__guardian_kind kind, int value, int step);

#endif

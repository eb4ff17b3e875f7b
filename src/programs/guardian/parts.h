/*
 * The guardian's parts: main.c (its life), receive.c (receives requests), start.c (starts the
 * program's process), supervise.c (supervises it until all of it has ended), stderr.c (keeps the
 * end of its stderr), stops.c (a program that is stopped), answer.c (answers the bench), keep.c
 * (keeps a command that is no program of a trial).
 *
 * Threads: one.
 */
#ifndef BAKEOFF_PROGRAMS_GUARDIAN_PARTS_H
#define BAKEOFF_PROGRAMS_GUARDIAN_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/counters.h"
#include "trial/shared/wire.h"

typedef struct guardian {
    bko__guardian_board *board; /* shared with the bench */
    bko__terminal *terminal;    /* shared as well */
    pid_t bench;
    int signals; /* those that we attend to, as a descriptor; all are blocked */
} guardian;

/* What to run. Relative names count from our own working folder. */
typedef struct request {
    const char *file, *folder, *input, *output; /* the last three may be "" */
    char **arguments;
    char **environment;
    bool counts; /* open counters of it */
    bko_program_streams streams;
    int shown[2]; /* owned: what stdout and stderr become if they are shown; -1: not */
    void *block;  /* owned: mapped; everything above points into it */
    size_t block_size;
} request;

/* A running program. */
typedef struct program {
    pid_t pid;
    int errors;       /* owned: read end of its stderr, non-blocking; -1: closed, or shown */
    int output;       /* owned: the same of its stdout; -1: closed, or no pipe */
    int64_t own_peak; /* bytes: the guardian's own peak, which the kernel counts as the program's */
    bool counts;      /* that was asked for */
    bko__counters counters; /* of it and its descendants, if that was asked for */
    int32_t step;           /* if it was not started: bko__guardian_step, */
    int32_t error;          /* and errno; 0: it runs */
} program;

/* Waits for the next request and changes to the folder it comes from. Returns false when the bench
 * has no more requests. */
bool request_read(request *out);
void request_free(request *asked);

/* Starts the program as our child; it dies with us. */
void program_start(program *out, const guardian *self, const request *asked);

/* Supervises the program until all of it has ended. */
void program_watch(const guardian *own, program *running);

/* A program that is stopped: nothing happens until somebody continues it. */
typedef struct stop {
    int signal;        /* that stopped it; 0: it runs */
    bool had_terminal; /* the terminal's keys may have sent us signals */
    bool
        is_suspended; /* the user suspended the bench (Ctrl-Z) while the program had the terminal */
} stop;

/* Was the program stopped or continued? Call it when one of our children has changed. */
void stop_look(stop *self, const program *running);

/* Continues a stopped program that waits for the terminal, if it can have it; kills it if nothing
 * could continue it. Call it once in a while as long as it is stopped. */
void stop_attend(stop *self, const guardian *own, const program *running);

/* A signal from the kernel: if a key of the terminal sent it (Ctrl-C) while the program had the
 * terminal, the bench's group gets it, too, as if nobody had taken the terminal. */
void stop_pass_on(stop *self, const guardian *own, int signal);

/* Reads its stderr once and keeps the end on the board. Returns false if nothing is available. */
bool errors_drain(bko__guardian_board *board, program *running);

/* Reads its stdout once and drops it. Returns false if nothing is available. */
bool output_drain(program *running);

/* Closes our ends of its streams. */
void streams_close(program *running);

/* Runs a command to its end, or to the bench's; see core/kept.h. Returns the guardian's exit code. */
int keep_command(const guardian *self, char **argv);

/* Answers the bench; it does not matter if the bench is gone. */
void guardian_answer(bko__guardian_kind kind, int value, int step);

#endif

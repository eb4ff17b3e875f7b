/*
 * An external program that a trial runs and measures in place of a native contender.
 *
 * The guardian (bakeoff/guardian.h) starts the program, waits for it, keeps the end of its stderr
 * and kills the processes it leaves behind. Times, CPU time and exit code are recorded as they
 * happen, so they survive when the trial is killed. No shell is involved.
 *
 * Threads: the bench creates, runs and reads it.
 */
#ifndef BAKEOFF_PROGRAM_H
#define BAKEOFF_PROGRAM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bakeoff/counters.h"
#include "bakeoff/export.h"

typedef struct bko_program bko_program;

typedef enum bko_program_streams {
    BKO_PROGRAM_KEPT,  /* stdout goes to `output` or /dev/null; the end of stderr is kept */
    BKO_PROGRAM_PIPED, /* the same, but stdout goes through a pipe, whose reader drops it */
    BKO_PROGRAM_SHOWN, /* both are the caller's own; nothing is kept */
    BKO_PROGRAM_ERRORS /* both are the caller's stderr; nothing is kept */
} bko_program_streams;

/* Everything is copied. */
typedef struct bko_program_options {
    const char *const *argv; /* NULL-terminated; argv[0] is looked up in the program's own PATH */
    const char *const *environment; /* "NAME=value", NULL-terminated; NULL: the caller's */
    const char *cwd;                /* NULL: the caller's */
    const char *input;  /* file for stdin, relative to the caller's folder; NULL: /dev/null */
    const char *output; /* file for stdout, also relative; truncated or created */
    /* what else becomes of the streams; the file `output` excludes the two others */
    bko_program_streams streams;
    const int *ok_codes; /* exit codes that count as success; NULL: 0 alone */
    size_t ok_count;
    int counts; /* non-zero: count instructions and others of it and its descendants */
} bko_program_options;

/* How many bytes of the end of stderr are kept. */
#define BKO_PROGRAM_TAIL 4096

typedef enum bko_program_state {
    BKO_PROGRAM_NEW,
    BKO_PROGRAM_FAILED, /* it could not be started: see `problem` */
    BKO_PROGRAM_RUNNING,
    BKO_PROGRAM_ENDED
} bko_program_state;

typedef struct bko_program_result {
    bko_program_state state;
    char problem[512]; /* FAILED: a sentence that says what failed */
    int error;         /* FAILED: errno */
    int code;          /* exit code; -1 if a signal ended it */
    int signal;        /* the signal, or 0 */
    int stopped; /* the signal that had stopped it, if it was killed because nothing would have
                           continued it; 0: none */
    int64_t started_ns; /* bko_clock_now_ns() just before the process was created */
    int64_t ended_ns;   /* when the guardian saw it end; 0 before */
    int64_t user_ns;    /* CPU time of the program and of all its descendants that have ended */
    int64_t system_ns;
    int64_t voluntary; /* their context switches */
    int64_t involuntary;
    int64_t faults;   /* their page faults, minor and major */
    int64_t rss_peak; /* bytes: the largest RSS of its waited-for processes; 0: unknown, because it
                         was below that of the process that started the program */
    int left_behind;  /* descendants that outlived it and were killed */
    /* it ignored SIGCHLD when it ended: the kernel then reaps children itself, and none of these
     * figures contains them */
    int ignored_children;
    int had_children; /* it has waited for children, or left some behind */
    int is_counted;   /* it was asked for, and the program has ended: */
    bko_count counts[BKO_COUNTER_COUNT];
    uint64_t error_bytes; /* written to stderr */
    /* the last min(error_bytes, BKO_PROGRAM_TAIL) bytes of stderr, not zero-terminated */
    char tail[BKO_PROGRAM_TAIL];
} bko_program_result;

/* *out is returned owned. BKO_EINVAL (no argv[0]), BKO_ENOMEM. */
BKO_API int bko_program_create(bko_program **out, const bko_program_options *options);
BKO_API void bko_program_free(bko_program *program);

/* Borrowed; changes while the program runs. */
BKO_API const bko_program_result *bko_program_result_of(const bko_program *program);

/* Did it exit on its own with a code that counts as success? */
BKO_API int bko_program_is_ok(const bko_program *program);

/* Writes "curl exited with code 7", "sh was killed by signal 9 (Killed)" or the `problem`. */
BKO_API void bko_program_describe(const bko_program *program, char *out, size_t size);

#endif

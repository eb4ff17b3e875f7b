/*
 * Runs another program to its end, without a shell, and captures its output.
 *
 * The program leads its own process group. When it has ended, or its time is up, everything left in
 * that group is killed, so nothing it started outlives the call. No zombie remains and no signal
 * reaches the caller. Any thread may call this; meanwhile the caller must not reap children it does
 * not know (waitpid(-1)).
 */
#ifndef BAKEOFF_CORE_COMMAND_H
#define BAKEOFF_CORE_COMMAND_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *const *argv;        /* borrows; NULL-terminated; argv[0] is looked up in PATH */
    const char *cwd;                /* borrows; NULL: the caller's */
    const char *const *environment; /* borrows; "NAME=value", NULL-terminated; NULL: the caller's */
    const char *input;              /* borrows; the program's stdin; NULL: empty */
    size_t input_length;
    int64_t timeout_ns; /* 0: no limit */
    size_t max_output;  /* bytes kept of each stream; 0: 1 MiB. The rest is read and dropped */
    int plain_locale;   /* non-zero: LC_ALL=C, for output that code will parse */
    int dies_with_us;   /* non-zero: it ends, with all that it has started, when the calling thread
                         * ends (core/kept.h) */
    int64_t silence_ns; /* the longest time without output; 0: no limit */
} bko__command;

typedef struct {
    int code;      /* exit code; -1 if a signal ended it */
    int signal;    /* the signal that ended it, or 0 */
    int timed_out; /* 1: we killed it: its time was over, or it was silent for too long */
    int truncated; /* 1: a stream was longer than max_output */
    char *out;     /* owned; zero-terminated as well; never NULL after success */
    size_t out_length;
    char *err; /* same */
    size_t err_length;
} bko__command_result;

/*
 * Runs the program and waits for it. On success (0: it ran, whatever its exit code) `*result` is
 * filled and must be freed with bko__command_free; on failure it is all zero. BKO_EINVAL: no
 * argv[0]. BKO_ESYS: it could not be started; errno is ENOENT if there is no such program, ENOTDIR
 * if `cwd` is not a folder.
 */
int bko__command_run(const bko__command *command, bko__command_result *result);

/* Frees what a result owns and zeroes it; harmless for a zero result. */
void bko__command_free(bko__command_result *result);

#endif

/*
 * Runs another program to its end, without a shell, and keeps what it says.
 *
 * The program leads a process group of its own. When it has ended, or its time is up, whatever is
 * left of that group is killed, so nothing it started outlives the call. No zombie is left and no
 * signal reaches the caller. Any thread may call it; the caller must not reap children it does not
 * know (waitpid(-1)) at the same time.
 */
#ifndef BAKEOFF_CORE_COMMAND_H
#define BAKEOFF_CORE_COMMAND_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *const *argv;        /* borrows; NULL at the end; argv[0] is looked up in PATH */
    const char *cwd;                /* borrows; NULL: the caller's */
    const char *const *environment; /* borrows; "NAME=value", NULL at the end; NULL: the caller's */
    const char *input;              /* borrows; what the program reads from stdin; NULL: nothing */
    size_t input_length;
    int64_t timeout_ns; /* 0: no limit */
    size_t max_output;  /* bytes kept of each stream; 0: 1 MiB. The rest is read and dropped */
    int plain_locale;   /* not 0: LC_ALL=C, for output that a program is to read */
} bko__command;

typedef struct {
    int code;      /* exit code; -1 when a signal ended it */
    int signal;    /* the signal that ended it, or 0 */
    int timed_out; /* 1: killed by us */
    int truncated; /* 1: a stream was longer than max_output */
    char *out;     /* owned; zero-terminated as well; never NULL after success */
    size_t out_length;
    char *err; /* likewise */
    size_t err_length;
} bko__command_result;

/*
 * Runs the program and waits for it. On success (0: it ran, whatever its exit code) `*result` is
 * filled and wants bko__command_free; on failure it is all zero. BKO_EINVAL: no argv[0]. BKO_ESYS:
 * it could not be started; errno is ENOENT when there is no such program, ENOTDIR when `cwd` is no
 * folder.
 */
int bko__command_run(const bko__command *command, bko__command_result *result);

/* Frees what a result owns and zeroes it; harmless on a zero result. */
void bko__command_free(bko__command_result *result);

#endif

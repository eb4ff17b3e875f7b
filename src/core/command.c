/* Programs run without a shell: two captured streams, time limits. */
#include "core/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/capture.h"
#include "core/fd.h"
#include "core/kept.h"
#include "core/spawn.h"
#include "core/wait.h"

enum { BLIND_WAIT_MS = 5 };

extern char **environ;

typedef struct {
    bko__capture out;
    bko__capture err;
    int stdin_fd;
    int out_write;
    int err_write;
    int pidfd; /* -1: not supported by this kernel; we poll the child every few milliseconds */
    bko__kept child; /* the program, or its guardian */
} run;

/* The input comes from a file in memory: without a writer there is no deadlock and no SIGPIPE. */
static int open_input(const bko__command *command) {
    if (command->input == NULL) {
        return open("/dev/null", O_RDONLY | O_CLOEXEC);
    }
    int fd = bko__fd_memory("input");
    if (fd >= 0 && bko__fd_write_all(fd, command->input, command->input_length) != BKO_OK) {
        bko__fd_close(&fd);
    }
    if (fd >= 0) {
        lseek(fd, 0, SEEK_SET);
    }
    return fd;
}

static int open_all(run *r, const bko__command *command) {
    r->stdin_fd = open_input(command);
    if (r->stdin_fd < 0) {
        return BKO_ESYS;
    }
    int err = bko__capture_open(&r->out, &r->out_write, command->max_output);
    return err == BKO_OK ? bko__capture_open(&r->err, &r->err_write, command->max_output) : err;
}

static void close_all(run *r) {
    bko__fd_close(&r->stdin_fd);
    bko__fd_close(&r->out_write);
    bko__fd_close(&r->err_write);
    bko__fd_close(&r->out.fd);
    bko__fd_close(&r->err.fd);
    bko__fd_close(&r->pidfd);
}

/* Copies the environment and sets LC_ALL=C. Returns owned (the array only), or NULL. */
static char **plain_environment(char **given) {
    static char plain[] = "LC_ALL=C";
    size_t count = 0;
    while (given[count] != NULL) {
        count++;
    }
    char **copy = calloc(count + 2, sizeof *copy);
    size_t kept = 0;
    for (size_t i = 0; copy != NULL && i < count; i++) {
        if (strncmp(given[i], "LC_ALL=", 7) != 0) {
            copy[kept++] = given[i];
        }
    }
    if (copy != NULL) {
        copy[kept] = plain;
    }
    return copy;
}

/* Signals that the caller may be ignoring. */
static sigset_t signals_to_reset(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGCHLD);
    return set;
}

static int spawn(run *r, const bko__command *command, char **environment) {
    const bko__spawn_fd fds[] = {
        {r->stdin_fd, STDIN_FILENO}, {r->out_write, STDOUT_FILENO}, {r->err_write, STDERR_FILENO}};
    sigset_t reset = signals_to_reset();
    bko__spawn_options options = {.argv = (char *const *)command->argv,
                                  .environment = environment,
                                  .cwd = command->cwd,
                                  .fds = fds,
                                  .fd_count = 3,
                                  .reset_signals = &reset,
                                  .own_group = true};
    return command->dies_with_us ? bko__kept_start(&r->child, &options)
                                 : bko__spawn(&r->child.pid, &options);
}

static int start(run *r, const bko__command *command) {
    struct stat info;
    if (command->cwd != NULL && (stat(command->cwd, &info) != 0 || !S_ISDIR(info.st_mode))) {
        errno = ENOTDIR; /* ENOENT would look like a missing program */
        return BKO_ESYS;
    }
    char **given = command->environment != NULL ? (char **)command->environment : environ;
    char **environment = command->plain_locale ? plain_environment(given) : given;
    if (environment == NULL) {
        return BKO_ENOMEM;
    }
    int err = spawn(r, command, environment);
    if (environment != given) {
        int saved = errno;
        free(environment);
        errno = saved;
    }
    if (err != BKO_OK) {
        return err;
    }
    bko__fd_close(&r->stdin_fd);
    bko__fd_close(&r->out_write);
    bko__fd_close(&r->err_write);
    r->pidfd = (int)syscall(SYS_pidfd_open, r->child.pid, 0);
    return BKO_OK;
}

/* Has the child ended? It stays a zombie, so the number of its process group cannot be reused. */
static int has_ended(const run *r) {
    siginfo_t info;
    info.si_pid = 0;
    int failed = waitid(P_PID, (id_t)r->child.pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0;
    return (failed && errno != EINTR) || info.si_pid != 0;
}

static int poll_time_ms(const run *r, int64_t deadline) {
    int64_t left = (deadline - bko_clock_now_ns() + 999999) / 1000000;
    left = left < 0 ? 0 : left;
    if (r->pidfd < 0 && left > BLIND_WAIT_MS) {
        left = BLIND_WAIT_MS;
    }
    return left > 60000 ? 60000 : (int)left;
}

static int64_t sooner(int64_t one, int64_t other) {
    return one < other ? one : other;
}

/* When it must have ended or said something. */
static int64_t silent_until(const bko__command *command) {
    return command->silence_ns > 0 ? bko__deadline(command->silence_ns) : INT64_MAX;
}

/* Follows the child until it ends (0), its time is over (BKO_ETIMEOUT) or an error occurs. */
static int follow(run *r, const bko__command *command, int64_t deadline) {
    uint64_t heard = 0;
    int64_t silent = silent_until(command);
    while (!has_ended(r)) {
        if (bko_clock_now_ns() >= sooner(deadline, silent)) {
            return BKO_ETIMEOUT;
        }
        struct pollfd fds[] = {
            {r->out.fd, POLLIN, 0}, {r->err.fd, POLLIN, 0}, {r->pidfd, POLLIN, 0}};
        if (poll(fds, 3, poll_time_ms(r, sooner(deadline, silent))) < 0 && errno != EINTR) {
            return BKO_ESYS;
        }
        int err = bko__capture_drain(&r->out);
        err = err == BKO_OK ? bko__capture_drain(&r->err) : err;
        if (err != BKO_OK) {
            return err;
        }
        if (r->out.received + r->err.received > heard) {
            heard = r->out.received + r->err.received;
            silent = silent_until(command);
        }
    }
    return BKO_OK;
}

/* Reads what is left of both streams, once all that could write has been ended. */
static int drain(run *r) {
    int err = bko__capture_drain(&r->out);
    return err == BKO_OK ? bko__capture_drain(&r->err) : err;
}

static void fill(bko__command_result *result, run *r, int status, int timed_out) {
    result->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    result->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    result->timed_out = timed_out;
    result->truncated = r->out.truncated || r->err.truncated;
    result->out = r->out.data;
    result->out_length = r->out.length;
    result->err = r->err.data;
    result->err_length = r->err.length;
    r->out.data = NULL;
    r->err.data = NULL;
}

int bko__command_run(const bko__command *command, bko__command_result *result) {
    *result = (bko__command_result){0};
    if (command->argv == NULL || command->argv[0] == NULL) {
        return BKO_EINVAL;
    }
    run r = {.out.fd = -1,
             .err.fd = -1,
             .stdin_fd = -1,
             .out_write = -1,
             .err_write = -1,
             .pidfd = -1,
             .child.socket = -1};
    int64_t deadline = command->timeout_ns > 0 ? bko__deadline(command->timeout_ns) : INT64_MAX;
    int err = open_all(&r, command);
    err = err == BKO_OK ? start(&r, command) : err;
    if (err == BKO_OK) {
        int status = 0;
        int followed = follow(&r, command, deadline);
        int failure = errno;
        err = bko__kept_finish(&r.child, followed != BKO_OK, &status);
        if (followed != BKO_OK && followed != BKO_ETIMEOUT) {
            errno = failure;
            err = followed;
        }
        err = err == BKO_OK ? drain(&r) : err;
        if (err == BKO_OK) {
            fill(result, &r, status, followed == BKO_ETIMEOUT);
        }
    }
    int saved = errno;
    close_all(&r);
    free(r.out.data);
    free(r.err.data);
    errno = saved;
    return err;
}

void bko__command_free(bko__command_result *result) {
    free(result->out);
    free(result->err);
    *result = (bko__command_result){0};
}

/* See core/kept.h. */
#include "core/kept.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/fd.h"
#include "core/prefix.h"
#include "core/process.h"

/* Killing takes the guardian no time, unless the machine is very busy. */
static const int64_t LONGEST_END_NS = (int64_t)5 * 1000 * 1000 * 1000;

/* "guardian BENCH PROGRAM ARGUMENT …". Returns owned (the array only), or NULL. */
static char **guardian_argv(char *file, char *bench, char *const *argv) {
    size_t count = 0;
    while (argv[count] != NULL) {
        count++;
    }
    char **all = calloc(count + 3, sizeof *all);
    if (all != NULL) {
        all[0] = file;
        all[1] = bench;
        memcpy(all + 2, argv, count * sizeof *all);
    }
    return all;
}

static int spawn_guardian(bko__kept *kept, char *file, const bko__spawn_options *given,
                          int theirs) {
    char bench[32];
    bko__spawn_fd fds[BKO__KEPT_SOCKET + 1];
    snprintf(bench, sizeof bench, "%d", (int)getpid());
    char **argv = guardian_argv(file, bench, given->argv);
    if (argv == NULL) {
        return BKO_ENOMEM;
    }
    memcpy(fds, given->fds, given->fd_count * sizeof *fds);
    fds[given->fd_count] = (bko__spawn_fd){theirs, BKO__KEPT_SOCKET};
    bko__spawn_options options = *given;
    options.argv = argv;
    options.fds = fds;
    options.fd_count++;
    int err = bko__spawn(&kept->pid, &options);
    int saved = errno;
    free(argv);
    errno = saved;
    return err;
}

static int start_guardian(bko__kept *kept, char *file, const bko__spawn_options *options) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return BKO_ESYS;
    }
    int err = bko__fd_move_up(&ends[1], BKO__KEPT_SOCKET + 1);
    err = err == BKO_OK ? spawn_guardian(kept, file, options, ends[1]) : err;
    bko__fd_close(&ends[1]);
    if (err != BKO_OK) {
        bko__fd_close(&ends[0]);
        return err;
    }
    kept->socket = ends[0];
    return BKO_OK;
}

int bko__kept_start(bko__kept *kept, const bko__spawn_options *options) {
    char file[PATH_MAX];
    bko__spawn_options own = *options;
    own.own_group = own.dies_with_us = true;
    *kept = (bko__kept){.socket = -1};
    bool has_guardian = own.fd_count <= BKO__KEPT_SOCKET &&
                        bko__prefix_path(file, sizeof file, "libexec/bakeoff/guardian") == BKO_OK &&
                        access(file, X_OK) == 0;
    return has_guardian ? start_guardian(kept, file, &own) : bko__spawn(&kept->pid, &own);
}

/* What the guardian has sent; false: nothing. */
static bool receive(bko__kept *kept, bko__kept_end *end) {
    ssize_t got;
    do {
        got = recv(kept->socket, end, sizeof *end, MSG_DONTWAIT);
    } while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof *end;
}

/* The guardian ends everything when the stream ends. */
static int finish_guardian(bko__kept *kept, bool is_over, int *status) {
    bko__kept_end end = {.status = SIGKILL};
    bool has_end = !is_over && receive(kept, &end);
    bko__fd_close(&kept->socket);
    if (bko__process_reap(kept->pid, LONGEST_END_NS, status, NULL) == BKO_ETIMEOUT) {
        kill(-kept->pid, SIGKILL);
        bko__process_await(kept->pid, status);
    }
    *status = has_end || is_over ? end.status : *status;
    if (has_end && end.error != 0) {
        errno = end.error;
        return BKO_ESYS;
    }
    return BKO_OK;
}

int bko__kept_finish(bko__kept *kept, bool is_over, int *status) {
    int err = BKO_OK;
    if (kept->socket >= 0) {
        err = finish_guardian(kept, is_over, status);
    } else {
        kill(-kept->pid, SIGKILL);
        bko__process_await(kept->pid, status);
    }
    kept->pid = 0;
    return err;
}

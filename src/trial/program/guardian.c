/* The guardian's process: see trial/program/guardian.h. */
#include "trial/program/guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/fd.h"
#include "core/prefix.h"
#include "core/process.h"
#include "core/spawn.h"

/* Higher than the descriptor numbers that the guardian's process uses. */
enum { ABOVE_ITS_OWN = BKO__GUARDIAN_BOARD + 1 };

static const int64_t LONGEST_END_NS = (int64_t)1000 * 1000 * 1000;

/* --- the object ----------------------------------------------------------------------------------- */

int bko_guardian_create(bko_guardian **out) {
    bko_guardian *guardian = calloc(1, sizeof *guardian);
    *out = guardian;
    if (guardian == NULL) {
        return BKO_ENOMEM;
    }
    guardian->board_fd = guardian->pidfd = guardian->socket = -1;
    return BKO_OK;
}

void bko__guardian_gone(bko_guardian *guardian) {
    bko__fd_close(&guardian->socket);
    bko__fd_close(&guardian->pidfd);
    guardian->pid = 0;
}

/* It leaves by itself when its socket ends, also for our forked copies. It has no children between two
 * trials. */
static void end_process(const bko_guardian *guardian) {
    (void)shutdown(guardian->socket, SHUT_RDWR);
    if (bko__process_reap(guardian->pid, LONGEST_END_NS, NULL, NULL) == BKO_ETIMEOUT) {
        kill(guardian->pid, SIGKILL);
        bko__process_await(guardian->pid, NULL);
    }
}

void bko_guardian_free(bko_guardian *guardian) {
    if (guardian == NULL) {
        return;
    }
    if (guardian->pid > 0 && guardian->owner == getpid()) {
        end_process(guardian);
    }
    bko__guardian_gone(guardian);
    bko__fd_close(&guardian->board_fd);
    if (guardian->shared != NULL) {
        munmap(guardian->shared, sizeof *guardian->shared);
    }
    free(guardian);
}

/* --- its process ---------------------------------------------------------------------------------- */

static int make_board(bko_guardian *guardian) {
    size_t size = sizeof *guardian->shared;
    guardian->board_fd = bko__fd_memory("bakeoff-guardian");
    if (bko__fd_move_up(&guardian->board_fd, ABOVE_ITS_OWN) != BKO_OK ||
        ftruncate(guardian->board_fd, (off_t)size) != 0) {
        bko__fd_close(&guardian->board_fd);
        return BKO_ESYS;
    }
    void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, guardian->board_fd, 0);
    if (shared == MAP_FAILED) {
        bko__fd_close(&guardian->board_fd);
        return BKO_ESYS;
    }
    guardian->shared = shared;
    return BKO_OK;
}

/* Starts the guardian in its own process group, which its programs share; no signal is blocked or
 * ignored. */
static int spawn(bko_guardian *guardian, char *file, int theirs) {
    char bench[32];
    char *argv[] = {file, bench, NULL};
    const bko__spawn_fd fds[] = {{BKO__SPAWN_NULL, STDIN_FILENO},
                                 {BKO__SPAWN_NULL, STDOUT_FILENO},
                                 {BKO__SPAWN_NULL, STDERR_FILENO},
                                 {theirs, BKO__GUARDIAN_SOCKET},
                                 {guardian->board_fd, BKO__GUARDIAN_BOARD}};
    sigset_t all;
    sigfillset(&all);
    snprintf(bench, sizeof bench, "%d", (int)getpid());
    bko__spawn_options options = {.argv = argv,
                                  .fds = fds,
                                  .fd_count = sizeof fds / sizeof fds[0],
                                  .reset_signals = &all,
                                  .own_group = true};
    return bko__spawn(&guardian->pid, &options);
}

static int open_pidfd(bko_guardian *guardian) {
    guardian->owner = getpid();
    guardian->pidfd = (int)syscall(SYS_pidfd_open, guardian->pid, 0);
    if (guardian->pidfd >= 0) {
        return BKO_OK;
    }
    int saved = errno;
    kill(guardian->pid, SIGKILL);
    bko__process_await(guardian->pid, NULL);
    bko__guardian_gone(guardian);
    errno = saved;
    return BKO_ESYS;
}

static int start(bko_guardian *guardian, char *file) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return BKO_ESYS;
    }
    int err = bko__fd_move_up(&ends[1], ABOVE_ITS_OWN);
    err = err == BKO_OK ? spawn(guardian, file, ends[1]) : err;
    bko__fd_close(&ends[1]);
    if (err != BKO_OK) {
        bko__fd_close(&ends[0]);
        return err;
    }
    guardian->socket = ends[0];
    return open_pidfd(guardian);
}

/* Reaps a guardian that has ended since its last trial, for whatever reason. */
static bool is_there(const bko_guardian *guardian) {
    return guardian->pid > 0 && guardian->owner == getpid() &&
           waitpid(guardian->pid, NULL, WNOHANG) == 0;
}

int bko__guardian_ready(bko_guardian *guardian) {
    char file[PATH_MAX];
    if (is_there(guardian)) {
        return BKO_OK;
    }
    bko__guardian_gone(guardian); /* in a forked copy: it does not belong to us */
    int err = bko__prefix_path(file, sizeof file, "libexec/bakeoff/guardian");
    err = err == BKO_OK && guardian->shared == NULL ? make_board(guardian) : err;
    return err == BKO_OK ? start(guardian, file) : err;
}

/* The guardian's process: see trial/program/guardian.h. */
#include "trial/program/guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/prefix.h"

extern char **environ;

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

static void close_one(int *fd) {
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

void bko__guardian_gone(bko_guardian *guardian) {
    close_one(&guardian->socket);
    close_one(&guardian->pidfd);
    guardian->pid = 0;
}

void bko_guardian_free(bko_guardian *guardian) {
    if (guardian == NULL) {
        return;
    }
    if (guardian->pid > 0 && guardian->owner == getpid()) {
        kill(guardian->pid, SIGKILL); /* between two trials it has no children */
        while (waitpid(guardian->pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    bko__guardian_gone(guardian);
    close_one(&guardian->board_fd);
    if (guardian->board != NULL) {
        munmap(guardian->board, sizeof *guardian->board);
    }
    free(guardian);
}

/* --- its process ---------------------------------------------------------------------------------- */

/* Moves a descriptor out of the way of those that the child will get. */
static int above_its_own(int fd) {
    if (fd < 0 || fd > BKO__GUARDIAN_BOARD) {
        return fd;
    }
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, BKO__GUARDIAN_BOARD + 1);
    int saved = errno;
    close(fd);
    errno = saved;
    return moved;
}

static int make_board(bko_guardian *guardian) {
    size_t size = sizeof *guardian->board;
    guardian->board_fd = above_its_own(memfd_create("bakeoff-guardian", MFD_CLOEXEC));
    if (guardian->board_fd < 0 || ftruncate(guardian->board_fd, (off_t)size) != 0) {
        close_one(&guardian->board_fd);
        return BKO_ESYS;
    }
    void *board = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, guardian->board_fd, 0);
    if (board == MAP_FAILED) {
        close_one(&guardian->board_fd);
        return BKO_ESYS;
    }
    guardian->board = board;
    return BKO_OK;
}

/* A group of its own, which is that of its programs; no signal blocked or ignored. */
static int set_attributes(posix_spawnattr_t *attributes) {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setsigdefault(attributes, &all);
    posix_spawnattr_setpgroup(attributes, 0);
    return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                    POSIX_SPAWN_SETPGROUP);
}

static int set_files(posix_spawn_file_actions_t *files, int theirs, int board) {
    int err = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    for (int fd = STDOUT_FILENO; err == 0 && fd <= STDERR_FILENO; fd++) {
        err = posix_spawn_file_actions_addopen(files, fd, "/dev/null", O_WRONLY, 0);
    }
    err = err == 0 ? posix_spawn_file_actions_adddup2(files, theirs, BKO__GUARDIAN_SOCKET) : err;
    return err == 0 ? posix_spawn_file_actions_adddup2(files, board, BKO__GUARDIAN_BOARD) : err;
}

/* 0, or an errno value. */
static int spawn(bko_guardian *guardian, char *file, int theirs) {
    char bench[32];
    char *words[] = {file, bench, NULL};
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t files;
    snprintf(bench, sizeof bench, "%d", (int)getpid());
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&files);
    int err = set_attributes(&attributes);
    err = err == 0 ? set_files(&files, theirs, guardian->board_fd) : err;
    err = err == 0 ? posix_spawn(&guardian->pid, file, &files, &attributes, words, environ) : err;
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    guardian->pid = err == 0 ? guardian->pid : 0;
    return err;
}

static int open_pidfd(bko_guardian *guardian) {
    guardian->owner = getpid();
    guardian->pidfd = (int)syscall(SYS_pidfd_open, guardian->pid, 0);
    if (guardian->pidfd >= 0) {
        return BKO_OK;
    }
    int saved = errno;
    kill(guardian->pid, SIGKILL);
    waitpid(guardian->pid, NULL, 0);
    bko__guardian_gone(guardian);
    errno = saved;
    return BKO_ESYS;
}

static int start(bko_guardian *guardian, char *file) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return BKO_ESYS;
    }
    ends[1] = above_its_own(ends[1]);
    int error = ends[1] >= 0 ? spawn(guardian, file, ends[1]) : errno;
    close_one(&ends[1]);
    if (error != 0) {
        close(ends[0]);
        errno = error;
        return BKO_ESYS;
    }
    guardian->socket = ends[0];
    return open_pidfd(guardian);
}

/* One that has ended since its last trial, whatever did that, is reaped. */
static bool is_there(const bko_guardian *guardian) {
    return guardian->pid > 0 && guardian->owner == getpid() &&
           waitpid(guardian->pid, NULL, WNOHANG) == 0;
}

int bko__guardian_ready(bko_guardian *guardian) {
    char file[PATH_MAX];
    if (is_there(guardian)) {
        return BKO_OK;
    }
    bko__guardian_gone(guardian); /* in a forked copy: it is not ours */
    int err = bko__prefix_path(file, sizeof file, "libexec/bakeoff/guardian");
    err = err == BKO_OK && guardian->board == NULL ? make_board(guardian) : err;
    return err == BKO_OK ? start(guardian, file) : err;
}

/* See core/spawn.h. posix_spawn's functions return an errno value. */
#include "core/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/fd.h"
#include "core/process.h"

enum { ABOVE_ALL_GIVEN = 64 }; /* no descriptor is given a number as high as this */

static int add_fd(posix_spawn_file_actions_t *actions, const bko__spawn_fd *fd) {
    if (fd->from != BKO__SPAWN_NULL) {
        return posix_spawn_file_actions_adddup2(actions, fd->from, fd->to);
    }
    int flags = fd->to == STDIN_FILENO ? O_RDONLY : O_WRONLY;
    return posix_spawn_file_actions_addopen(actions, fd->to, "/dev/null", flags, 0);
}

static int set_actions(posix_spawn_file_actions_t *actions, const bko__spawn_options *o) {
    int err = 0;
    for (size_t i = 0; err == 0 && i < o->fd_count; i++) {
        err = add_fd(actions, &o->fds[i]);
    }
    if (err == 0 && o->close_from > 0) {
        err = posix_spawn_file_actions_addclosefrom_np(actions, o->close_from);
    }
    if (err == 0 && o->cwd != NULL) {
        err = posix_spawn_file_actions_addchdir_np(actions, o->cwd);
    }
    return err;
}

static int set_attributes(posix_spawnattr_t *attributes, const bko__spawn_options *o) {
    short flags = POSIX_SPAWN_SETSIGMASK;
    sigset_t none;
    sigemptyset(&none);
    int err = posix_spawnattr_setsigmask(attributes, &none);
    if (err == 0 && o->reset_signals != NULL) {
        flags |= POSIX_SPAWN_SETSIGDEF;
        err = posix_spawnattr_setsigdefault(attributes, o->reset_signals);
    }
    if (err == 0 && o->own_group) {
        flags |= POSIX_SPAWN_SETPGROUP;
        err = posix_spawnattr_setpgroup(attributes, 0);
    }
    return err == 0 ? posix_spawnattr_setflags(attributes, flags) : err;
}

static int spawn_with(pid_t *pid, const bko__spawn_options *o, posix_spawn_file_actions_t *actions,
                      posix_spawnattr_t *attributes) {
    int err = set_actions(actions, o);
    err = err == 0 ? set_attributes(attributes, o) : err;
    if (err != 0) {
        return err;
    }
    return posix_spawnp(pid, o->file != NULL ? o->file : o->argv[0], actions, attributes, o->argv,
                        o->environment != NULL ? o->environment : environ);
}

/* --- a program that dies with us ------------------------------------------------------------------ */

/* In the forked child; only functions that are safe there. */
static int set_own_fds(const bko__spawn_options *o) {
    for (size_t i = 0; i < o->fd_count; i++) {
        const bko__spawn_fd *fd = &o->fds[i];
        int flags = fd->to == STDIN_FILENO ? O_RDONLY : O_WRONLY;
        int from = fd->from != BKO__SPAWN_NULL ? fd->from : open("/dev/null", flags);
        if (from < 0 || (from == fd->to ? fcntl(from, F_SETFD, 0) : dup2(from, fd->to)) < 0) {
            return -1;
        }
        if (fd->from == BKO__SPAWN_NULL && from != fd->to) {
            close(from);
        }
    }
    return o->close_from > 0 ? close_range((unsigned)o->close_from, ~0U, CLOSE_RANGE_CLOEXEC) : 0;
}

static void reset_own_signals(const bko__spawn_options *o) {
    const struct sigaction usual = {.sa_handler = SIG_DFL};
    sigset_t none;
    for (int number = 1; o->reset_signals != NULL && number < NSIG; number++) {
        if (sigismember(o->reset_signals, number) == 1) {
            sigaction(number, &usual, NULL);
        }
    }
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Becomes the program, or writes errno to the pipe. */
static _Noreturn void become(const bko__spawn_options *o, pid_t parent, int failed) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == parent && (!o->own_group || setpgid(0, 0) == 0) && set_own_fds(o) == 0 &&
        (o->cwd == NULL || chdir(o->cwd) == 0)) {
        reset_own_signals(o);
        execvpe(o->file != NULL ? o->file : o->argv[0], o->argv,
                o->environment != NULL ? o->environment : environ);
    }
    int problem = errno;
    ssize_t told = write(failed, &problem, sizeof problem);
    (void)told;
    _exit(127);
}

/* The pipe closes without a word when the child becomes the program. Returns 0 or an errno value. */
static int fork_with(pid_t *pid, const bko__spawn_options *o) {
    int ends[2];
    int problem = 0;
    pid_t parent = getpid();
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return errno;
    }
    if (bko__fd_move_up(&ends[1], ABOVE_ALL_GIVEN) != BKO_OK) {
        problem = errno;
        bko__fd_close(&ends[0]);
        bko__fd_close(&ends[1]);
        return problem;
    }
    *pid = fork();
    if (*pid == 0) {
        become(o, parent, ends[1]);
    }
    problem = *pid < 0 ? errno : 0;
    close(ends[1]);
    while (*pid > 0 && read(ends[0], &problem, sizeof problem) < 0 && errno == EINTR) {
    }
    close(ends[0]);
    if (*pid > 0 && problem != 0) {
        bko__process_await(*pid, NULL);
    }
    return problem;
}

/* --- both ----------------------------------------------------------------------------------------- */

static int spawn_usually(pid_t *pid, const bko__spawn_options *options) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int err = posix_spawn_file_actions_init(&actions);
    if (err == 0) {
        err = posix_spawnattr_init(&attributes);
        if (err == 0) {
            err = spawn_with(pid, options, &actions, &attributes);
            posix_spawnattr_destroy(&attributes);
        }
        posix_spawn_file_actions_destroy(&actions);
    }
    return err;
}

int bko__spawn(pid_t *pid, const bko__spawn_options *options) {
    *pid = 0;
    int err = options->dies_with_us ? fork_with(pid, options) : spawn_usually(pid, options);
    if (err == 0) {
        return BKO_OK;
    }
    *pid = 0;
    errno = err;
    return BKO_ESYS;
}

/* See core/spawn.h. posix_spawn's functions return an errno value. */
#include "core/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include "bakeoff/error.h"

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

int bko__spawn(pid_t *pid, const bko__spawn_options *options) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    *pid = 0;
    int err = posix_spawn_file_actions_init(&actions);
    if (err == 0) {
        err = posix_spawnattr_init(&attributes);
        if (err == 0) {
            err = spawn_with(pid, options, &actions, &attributes);
            posix_spawnattr_destroy(&attributes);
        }
        posix_spawn_file_actions_destroy(&actions);
    }
    if (err == 0) {
        return BKO_OK;
    }
    *pid = 0;
    errno = err;
    return BKO_ESYS;
}

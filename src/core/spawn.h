/*
 * Starts another program in a new process (posix_spawn): the one place for its descriptors, signals and process
 * group. The program starts with no signal blocked. Descriptors that are not named here reach it only where the
 * caller didn't open them close-on-exec.
 *
 * Threads: any.
 */
#ifndef BAKEOFF_CORE_SPAWN_H
#define BAKEOFF_CORE_SPAWN_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* One descriptor of the new process. They are made in the order of the list, so none of `from` may be one of an
 * earlier `to` (see bko__fd_move_up). */
typedef struct bko__spawn_fd {
    int from; /* the caller's, borrowed; BKO__SPAWN_NULL: /dev/null, to read as stdin, else to write */
    int to; /* its number in the new process */
} bko__spawn_fd;

enum { BKO__SPAWN_NULL = -1 };

/* Everything is borrowed for the call. */
typedef struct bko__spawn_options {
    const char *file; /* NULL: argv[0]. Looked up in the caller's PATH where it has no slash */
    char *const *argv;
    char *const *environment; /* NULL: the caller's */
    const char *cwd;          /* NULL: the caller's */
    const bko__spawn_fd *fds;
    size_t fd_count;
    int close_from; /* closes all descriptors from here on; 0: none */
    const sigset_t *
        reset_signals; /* get their default action, also where the caller ignores them; NULL: none */
    bool own_group;    /* leads a process group of its own */
} bko__spawn_options;

/* *pid is the new process, the caller's to reap; 0 on failure. BKO_ESYS: errno says why (ENOENT: there is no such
 * program, or no such folder). */
int bko__spawn(pid_t *pid, const bko__spawn_options *options);

#endif

/*
 * Starts another program in a new process (posix_spawn, or fork and exec for one that dies with
 * us, which posix_spawn can't ask for). This is the only place that sets up its
 * descriptors, signals and process group. The program starts with no signal blocked. It also
 * inherits every descriptor that the caller did not open close-on-exec.
 *
 * Threads: any.
 */
#ifndef BAKEOFF_CORE_SPAWN_H
#define BAKEOFF_CORE_SPAWN_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* One descriptor of the new process. The list is processed in order, so no `from` may equal an
 * earlier `to` (see bko__fd_move_up). */
typedef struct bko__spawn_fd {
    int from; /* the caller's, borrowed; BKO__SPAWN_NULL: /dev/null (read-only for stdin) */
    int to;   /* its number in the new process */
} bko__spawn_fd;

enum { BKO__SPAWN_NULL = -1 };

/* Everything is borrowed for the call. */
typedef struct bko__spawn_options {
    const char *file; /* NULL: argv[0]. Looked up in the caller's PATH if it has no slash */
    char *const *argv;
    char *const *environment; /* NULL: the caller's */
    const char *cwd;          /* NULL: the caller's */
    const bko__spawn_fd *fds;
    size_t fd_count;
    int close_from; /* closes all descriptors from this number on; 0: none */
    /* these get their default action, even if the caller ignores them; NULL: none */
    const sigset_t *reset_signals;
    bool own_group;    /* leads a process group of its own */
    bool dies_with_us; /* the kernel kills it when the calling thread ends, for whatever reason */
} bko__spawn_options;

/* *pid is the new process, which the caller must reap; 0 on failure. BKO_ESYS: see errno (ENOENT:
 * no such program or no such folder). */
int bko__spawn(pid_t *pid, const bko__spawn_options *options);

#endif

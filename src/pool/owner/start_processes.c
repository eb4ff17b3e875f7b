/*
 * Workers that are processes: forked from the owner, or fresh ones of a worker program.
 *
 * A forked worker closes what the owner uses to watch its siblings. A spawned one gets its standard
 * streams, the pool's memory and its bell, and nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/process.h"
#include "pool/owner/pool.h"
#include "pool/worker/spawned.h"
#include "pool/worker/worker.h"

/* --- fork ----------------------------------------------------------------------------------------- */

static void close_owners(const bko_pool *pool) {
    for (unsigned i = 0; i < pool->options.workers; i++) {
        if (pool->crew.members[i].watch >= 0) {
            close(pool->crew.members[i].watch);
        }
    }
    close(pool->epoll);
    close(pool->timer);
    close(pool->exchange.memory); /* the mapping stays */
}

static _Noreturn void forked_main(bko_pool *pool, unsigned number) {
    bko__process_die_with(pool->owner);
    signal(SIGINT, SIG_IGN); /* the terminal's Ctrl-C is the owner's to answer */
    close_owners(pool);
    int err = bko__pool_serve(&pool->exchange, &pool->options.worker, number);
    fflush(stdout);
    /* The stack's buffers and the copied state go with the process. */
    _exit(err == BKO_OK ? 0 : 1);
}

static int start_forked(bko_pool *pool, unsigned number, pid_t *pid) {
    fflush(stdout);
    *pid = pool->system->fork();
    if (*pid == 0) {
        forked_main(pool, number);
    }
    return *pid > 0 ? BKO_OK : BKO_ESYS;
}

/* --- spawn ---------------------------------------------------------------------------------------- */

/* posix_spawn's functions return an errno. */
static int add_descriptors(posix_spawn_file_actions_t *actions, const bko__exchange *x) {
    int err = posix_spawn_file_actions_adddup2(actions, x->memory, BKO__SPAWNED_MEMORY);
    if (err == 0) {
        err = posix_spawn_file_actions_adddup2(actions, x->bell, BKO__SPAWNED_BELL);
    }
    if (err == 0) {
        err = posix_spawn_file_actions_addclosefrom_np(actions, BKO__SPAWNED_BELL + 1);
    }
    return err;
}

/* No signal mask of the owner's reaches the worker. */
static int set_attributes(posix_spawnattr_t *attributes) {
    sigset_t none;
    sigemptyset(&none);
    int err = posix_spawnattr_setsigmask(attributes, &none);
    return err == 0 ? posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK) : err;
}

static int spawn_with(bko_pool *pool, char **argv, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int err = posix_spawn_file_actions_init(&actions);
    if (err != 0) {
        return err;
    }
    err = posix_spawnattr_init(&attributes);
    if (err == 0) {
        err = add_descriptors(&actions, &pool->exchange);
        if (err == 0) {
            err = set_attributes(&attributes);
        }
        if (err == 0) {
            err = posix_spawnp(pid, argv[0], &actions, &attributes, argv, environ);
        }
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return err;
}

static int start_spawned(bko_pool *pool, unsigned number, pid_t *pid) {
    char argument[32];
    size_t count = 0;
    while (pool->options.argv[count] != NULL) {
        count++;
    }
    char **argv = calloc(count + 2, sizeof *argv);
    if (argv == NULL) {
        return BKO_ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        argv[i] = (char *)pool->options.argv[i];
    }
    snprintf(argument, sizeof argument, "%s%u", BKO__SPAWNED_PREFIX, number);
    argv[count] = argument;
    int err = spawn_with(pool, argv, pid);
    free(argv);
    errno = err;
    return err == 0 ? BKO_OK : BKO_ESYS;
}

/* --- both ----------------------------------------------------------------------------------------- */

static int watch(bko_pool *pool, unsigned number, pid_t pid) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = number};
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (fd >= 0 && epoll_ctl(pool->epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        int saved = errno;
        close(fd);
        errno = saved;
        fd = -1;
    }
    pool->crew.members[number].watch = fd;
    return fd >= 0 ? BKO_OK : BKO_ESYS;
}

int bko__process_start(bko_pool *pool, unsigned number) {
    pid_t pid = 0;
    int err = pool->options.kind == BKO_POOL_FORK ? start_forked(pool, number, &pid)
                                                  : start_spawned(pool, number, &pid);
    if (err != BKO_OK) {
        return err;
    }
    err = watch(pool, number, pid);
    if (err != BKO_OK) { /* a worker that can't be watched is none */
        int saved = errno;
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        errno = saved;
        return err;
    }
    pool->crew.members[number].pid = pid;
    return BKO_OK;
}

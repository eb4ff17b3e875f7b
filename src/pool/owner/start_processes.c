/*
 * Workers that are processes: forked from the owner, or new processes of a worker program.
 *
 * A forked worker closes the descriptors with which the owner watches its siblings. A spawned one
 * gets its standard streams, the pool's memory and its bell, and nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/fd.h"
#include "core/process.h"
#include "core/spawn.h"
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
    close(pool->exchange.memory); /* the mapping stays valid */
}

static _Noreturn void forked_main(bko_pool *pool, unsigned number) {
    bko__process_die_with(pool->owner);
    signal(SIGINT, SIG_IGN); /* only the owner reacts to the terminal's Ctrl-C */
    close_owners(pool);
    bko__worker_name(number);
    int err = bko__pool_serve(&pool->exchange, &pool->options.worker, number);
    fflush(stdout);
    /* Buffers on the stack and the copied state disappear with the process. */
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

/* The worker stays in the owner's process group, so the terminal's Ctrl-C reaches both. */
static int spawn(const bko_pool *pool, char **argv, pid_t *pid) {
    const bko__spawn_fd fds[] = {{pool->exchange.memory, BKO__SPAWNED_MEMORY},
                                 {pool->exchange.bell, BKO__SPAWNED_BELL}};
    bko__spawn_options options = {
        .argv = argv, .fds = fds, .fd_count = 2, .close_from = BKO__SPAWNED_BELL + 1};
    return bko__spawn(pid, &options);
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
    int err = spawn(pool, argv, pid);
    int saved = errno;
    free(argv);
    errno = saved;
    return err;
}

/* --- both ----------------------------------------------------------------------------------------- */

static int watch(bko_pool *pool, unsigned number, pid_t pid) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = number};
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (fd >= 0 && epoll_ctl(pool->epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        bko__fd_close(&fd);
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
    if (err != BKO_OK) { /* we can't use a worker that we can't watch */
        int saved = errno;
        kill(pid, SIGKILL);
        bko__process_await(pid, NULL);
        errno = saved;
        return err;
    }
    pool->crew.members[number].pid = pid;
    return BKO_OK;
}

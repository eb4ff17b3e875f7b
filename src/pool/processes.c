/* Starting and ending worker processes. See pool/processes.h. */
#include "pool/processes.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/process.h"

enum { FRAME_DEFAULT = 64 << 20 };
static const int64_t LEAVE_NS = 5000000000; /* then a worker that doesn't leave is killed */

/* In the child: the parent's ends of its own and its elder siblings' sockets would keep those open. */
static void close_parents_ends(const bko_processes *pool, int own) {
    for (unsigned i = 0; i < pool->started; i++) {
        close(pool->workers[i].fd);
    }
    close(own);
}

static int start_worker(bko_processes *pool, unsigned number) {
    int ends[2];
    pid_t parent = getpid();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return BKO_ESYS;
    }
    fflush(stdout);
    pid_t pid = fork();
    if (pid < 0) {
        int saved = errno;
        close(ends[0]);
        close(ends[1]);
        errno = saved;
        return BKO_ESYS;
    }
    if (pid == 0) {
        bko__process_die_with(parent);
        close_parents_ends(pool, ends[0]);
        bko__worker_process_main(&pool->options, number, ends[1]);
    }
    close(ends[1]);
    pool->workers[number] = (bko__worker_process){
        .pid = pid, .fd = ends[0], .reader = {.frame_max = pool->options.frame_max}};
    pool->started++;
    pool->alive++;
    return BKO_OK;
}

/* Blocking: the worker's first frame tells what its `open` returned. */
static int wait_ready(bko_processes *pool, unsigned number) {
    bko__worker_process *worker = &pool->workers[number];
    bko__frame frame;
    int got = 0;
    while (got == 0) {
        int err = bko__frame_receive(&worker->reader, worker->fd);
        if (err != BKO_OK) {
            return err == BKO_ECLOSED ? BKO_ELOST : err;
        }
        got = bko__frame_next(&worker->reader, &frame);
    }
    fcntl(worker->fd, F_SETFL, fcntl(worker->fd, F_GETFL) | O_NONBLOCK);
    return got < 0 ? got : frame.header.code;
}

static int start_all(bko_processes *pool) {
    int err = BKO_OK;
    for (unsigned i = 0; i < pool->options.workers && err == BKO_OK; i++) {
        err = start_worker(pool, i);
    }
    int saved = errno;
    for (unsigned i = 0; i < pool->started; i++) {
        int ready = wait_ready(pool, i);
        err = err == BKO_OK ? ready : err;
    }
    errno = saved;
    return err;
}

int bko_processes_create(bko_processes **out, const bko_processes_options *options) {
    *out = NULL;
    if (options->workers < 1 || options->run == NULL || options->frame_max > UINT32_MAX) {
        return BKO_EINVAL;
    }
    if (!bko__process_is_single_threaded()) {
        return BKO_EBUSY;
    }
    bko_processes *pool = calloc(1, sizeof *pool);
    if (pool == NULL) {
        return BKO_ENOMEM;
    }
    pool->options = *options;
    if (pool->options.frame_max == 0) {
        pool->options.frame_max = FRAME_DEFAULT;
    }
    pool->workers = calloc(options->workers, sizeof *pool->workers);
    pool->polled = calloc(options->workers, sizeof *pool->polled);
    int err = pool->workers == NULL || pool->polled == NULL ? BKO_ENOMEM : start_all(pool);
    if (err != BKO_OK) {
        int saved = errno;
        bko_processes_free(pool);
        errno = saved;
        return err;
    }
    *out = pool;
    return BKO_OK;
}

uint64_t bko_processes_ipc_bytes(const bko_processes *pool) {
    return pool->ipc_bytes;
}

static int reap(bko__worker_process *worker, int64_t patience_ns) {
    int status = 0;
    if (bko__process_reap(worker->pid, patience_ns, &status, NULL) == BKO_ETIMEOUT) {
        kill(worker->pid, SIGKILL);
        waitpid(worker->pid, &status, 0);
    }
    worker->pid = 0;
    return status;
}

void bko__worker_process_bury(bko_processes *pool, unsigned number, char *cause, size_t size) {
    bko__worker_process *worker = &pool->workers[number];
    char how[80];
    pid_t pid = worker->pid;
    close(worker->fd);
    worker->fd = -1;
    pool->alive--;
    bko__process_describe(reap(worker, LEAVE_NS), how, sizeof how);
    snprintf(cause, size, "worker %u (pid %d) %s", number, (int)pid, how);
}

static void free_worker(bko__worker_process *worker, int64_t deadline_ns) {
    if (worker->pid > 0) {
        int64_t left = deadline_ns - bko_clock_now_ns();
        reap(worker, left > 0 ? left : 0);
    }
    for (unsigned i = 0; i < BKO__WORKER_DEPTH; i++) {
        bko__buffer_free(&worker->held[i].frame);
    }
    bko__buffer_free(&worker->reader.bytes);
}

void bko_processes_free(bko_processes *pool) {
    if (pool == NULL) {
        return;
    }
    unsigned started = pool->workers != NULL ? pool->started : 0;
    for (unsigned i = 0; i < started; i++) { /* all leave at once … */
        if (pool->workers[i].fd >= 0) {
            close(pool->workers[i].fd);
        }
    }
    int64_t deadline_ns = bko_clock_now_ns() + LEAVE_NS;
    for (unsigned i = 0; i < started; i++) { /* … then each is reaped */
        free_worker(&pool->workers[i], deadline_ns);
    }
    for (size_t i = 0; i < pool->returned_count; i++) {
        bko__buffer_free(&pool->returned[i].frame);
    }
    free(pool->returned);
    free(pool->polled);
    free(pool->workers);
    free(pool);
}

/*
 * The parent's side while jobs run: one poll loop that keeps every worker busy and collects answers.
 *
 * A worker answers in order, so the oldest job it holds is the one it has started. A second job is sent
 * ahead only while jobs are short: then the round trip would leave the worker idle, and waiting behind
 * a busy worker costs next to nothing. With long jobs each goes to a worker that is free, as from a
 * shared queue.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "pool/processes.h"

static const int64_t SHORT_JOB_NS = 500000;

static bko__assignment *place(bko__worker_process *worker) {
    return &worker->held[(worker->head + worker->count) % BKO__WORKER_DEPTH];
}

static void fail_job(const bko_processes_source *source, size_t job, int error, const char *text) {
    source->done(source->user, job, error, text, strlen(text));
}

/* Moves the next job into `into`: one that a dead worker returned, or a new one. 1, 0 or an error. */
static int next_assignment(bko_processes *pool, const bko_processes_source *source,
                           bko__assignment *into) {
    if (pool->returned_count > 0) {
        bko__buffer_free(&into->frame);
        *into = pool->returned[--pool->returned_count];
        return 1;
    }
    const void *data;
    size_t size;
    while (source->next(source->user, &into->job, &data, &size)) {
        if (size <= pool->options.frame_max) {
            int err = bko__frame_build(&into->frame, into->job, BKO_OK, data, size);
            return err == BKO_OK ? 1 : err;
        }
        fail_job(source, into->job, BKO_ETOOLARGE, bko_error_text(BKO_ETOOLARGE));
    }
    return 0;
}

/* Sends what is unsent, oldest first. A full or closed socket is seen again by poll. */
static void send_held(bko_processes *pool, bko__worker_process *worker) {
    for (unsigned i = 0; i < worker->count; i++) {
        bko__assignment *held = &worker->held[(worker->head + i) % BKO__WORKER_DEPTH];
        size_t before = held->sent;
        int err = bko__frame_send(worker->fd, held->frame.data, held->frame.size, &held->sent);
        pool->ipc_bytes += held->sent - before;
        if (err != BKO_OK) {
            return;
        }
    }
}

static int give_jobs(bko_processes *pool, const bko_processes_source *source, unsigned depth) {
    for (unsigned i = 0; i < pool->started; i++) {
        bko__worker_process *worker = &pool->workers[i];
        if (worker->fd < 0 || worker->count >= depth) {
            continue;
        }
        bko__assignment *into = place(worker);
        int more = next_assignment(pool, source, into);
        if (more <= 0) {
            return more;
        }
        into->sent = 0;
        into->sent_ns = bko_clock_now_ns();
        worker->count++;
        send_held(pool, worker);
    }
    return 1;
}

/* Idle workers first; a second job only where jobs are short. */
static int keep_busy(bko_processes *pool, const bko_processes_source *source) {
    int more = give_jobs(pool, source, 1);
    if (more > 0 && pool->service_ns > 0 && pool->service_ns < SHORT_JOB_NS) {
        more = give_jobs(pool, source, BKO__WORKER_DEPTH);
    }
    return more < 0 ? more : BKO_OK;
}

static void note_service(bko_processes *pool, const bko__assignment *held, unsigned depth) {
    int64_t took = (bko_clock_now_ns() - held->sent_ns) / depth;
    pool->service_ns += pool->service_ns == 0 ? took : (took - pool->service_ns) / 8;
}

static void take_answer(bko_processes *pool, const bko_processes_source *source,
                        bko__worker_process *worker, const bko__frame *frame) {
    bko__assignment *held = &worker->held[worker->head];
    note_service(pool, held, worker->count);
    pool->ipc_bytes += sizeof frame->header + frame->header.size;
    worker->head = (worker->head + 1) % BKO__WORKER_DEPTH;
    worker->count--;
    source->done(source->user, held->job, BKO_OK, frame->payload, frame->header.size);
}

static int give_back(bko_processes *pool, bko__assignment *held) {
    if (pool->returned_count == pool->returned_size) {
        size_t size = pool->returned_size > 0 ? 2 * pool->returned_size : 8;
        bko__assignment *more = realloc(pool->returned, size * sizeof *more);
        if (more == NULL) {
            return BKO_ENOMEM;
        }
        pool->returned = more;
        pool->returned_size = size;
    }
    pool->returned[pool->returned_count++] = *held;
    *held = (bko__assignment){0};
    return BKO_OK;
}

/* All of it was sent, so the worker may have begun to run it. */
static bool may_have_started(const bko__worker_process *worker) {
    const bko__assignment *oldest = &worker->held[worker->head];
    return worker->count > 0 && oldest->sent == oldest->frame.size;
}

static int lose_worker(bko_processes *pool, const bko_processes_source *source, unsigned number) {
    bko__worker_process *worker = &pool->workers[number];
    char cause[160];
    int err = BKO_OK;
    unsigned lost = may_have_started(worker) ? 1 : 0;
    bko__worker_process_bury(pool, number, cause, sizeof cause);
    for (unsigned i = lost; i < worker->count && err == BKO_OK; i++) {
        err = give_back(pool, &worker->held[(worker->head + i) % BKO__WORKER_DEPTH]);
    }
    if (lost > 0) {
        fail_job(source, worker->held[worker->head].job, BKO_ELOST, cause);
    }
    worker->count = 0;
    return err;
}

/* No worker is left: jobs that were taken and went back are lost as well. */
static int give_up(bko_processes *pool, const bko_processes_source *source) {
    while (pool->returned_count > 0) {
        bko__assignment *held = &pool->returned[--pool->returned_count];
        bko__buffer_free(&held->frame);
        fail_job(source, held->job, BKO_ELOST, "no worker process is left");
    }
    return BKO_ELOST;
}

/* Reads all answers of one worker. */
static int hear(bko_processes *pool, const bko_processes_source *source, unsigned number) {
    bko__worker_process *worker = &pool->workers[number];
    bko__frame frame;
    int err = bko__frame_receive(&worker->reader, worker->fd);
    if (err == BKO_ETIMEOUT) {
        return BKO_OK;
    }
    int more = 0;
    while (err == BKO_OK && worker->count > 0 &&
           (more = bko__frame_next(&worker->reader, &frame)) > 0) {
        take_answer(pool, source, worker, &frame);
    }
    if (err == BKO_ECLOSED || err == BKO_ESYS || more < 0) {
        return lose_worker(pool, source, number);
    }
    return err;
}

static unsigned outstanding(const bko_processes *pool) {
    unsigned count = 0;
    for (unsigned i = 0; i < pool->started; i++) {
        count += pool->workers[i].fd >= 0 ? pool->workers[i].count : 0;
    }
    return count;
}

static bool has_unsent(const bko__worker_process *worker) {
    for (unsigned i = 0; i < worker->count; i++) {
        const bko__assignment *held = &worker->held[(worker->head + i) % BKO__WORKER_DEPTH];
        if (held->sent < held->frame.size) {
            return true;
        }
    }
    return false;
}

static int wait_for_workers(bko_processes *pool) {
    for (unsigned i = 0; i < pool->started; i++) {
        const bko__worker_process *worker = &pool->workers[i];
        pool->polled[i].fd = worker->fd;
        pool->polled[i].events = (short)(POLLIN | (has_unsent(worker) ? POLLOUT : 0));
        pool->polled[i].revents = 0;
    }
    int ready;
    do {
        ready = poll(pool->polled, pool->started, -1);
    } while (ready < 0 && errno == EINTR);
    return ready < 0 ? BKO_ESYS : BKO_OK;
}

static int serve_workers(bko_processes *pool, const bko_processes_source *source) {
    int err = BKO_OK;
    for (unsigned i = 0; i < pool->started && err == BKO_OK; i++) {
        if (pool->polled[i].revents & POLLOUT) {
            send_held(pool, &pool->workers[i]);
        }
        if (pool->polled[i].revents & (POLLIN | POLLHUP | POLLERR)) {
            err = hear(pool, source, i);
        }
    }
    return err;
}

int bko_processes_run(bko_processes *pool, const bko_processes_source *source) {
    int err = pool->alive > 0 ? keep_busy(pool, source) : BKO_ELOST;
    while (err == BKO_OK && outstanding(pool) > 0) {
        err = wait_for_workers(pool);
        if (err == BKO_OK) {
            err = serve_workers(pool, source);
        }
        if (err == BKO_OK && pool->alive == 0) {
            return give_up(pool, source);
        }
        if (err == BKO_OK) {
            err = keep_busy(pool, source);
        }
    }
    return err;
}

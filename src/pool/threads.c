/*
 * The thread pool. Workers are started one after the other and meet at a barrier: create returns when
 * every `open` has run, so that what it costs is set-up and not work.
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "bakeoff/error.h"
#include "bakeoff/pool.h"
#include "pool/queue.h"

enum { QUEUE_DEFAULT = 4096 };

typedef struct worker {
    bko_threads *pool;
    pthread_t thread;
    unsigned number;
} worker;

struct bko_threads {
    bko_threads_options options; /* const after create */
    worker *workers;             /* owned; const after create */
    bko__queue queue;
    pthread_mutex_t lock;
    pthread_cond_t answered; /* a worker has run `open` */
    unsigned started;        /* owner thread: threads to join */
    unsigned ready;          /* guarded by lock: workers whose open has returned */
    int open_error;          /* guarded by lock: the first failure of `open` */
};

static void report_open(bko_threads *pool, int err) {
    pthread_mutex_lock(&pool->lock);
    pool->ready++;
    if (err != BKO_OK && pool->open_error == BKO_OK) {
        pool->open_error = err;
    }
    pthread_cond_signal(&pool->answered);
    pthread_mutex_unlock(&pool->lock);
}

static void work(worker *self, void *state) {
    const bko_threads_options *options = &self->pool->options;
    size_t job;
    bool finished_one = false;
    while (bko__queue_take(&self->pool->queue, finished_one, &job)) {
        options->run(options->user, state, self->number, job);
        finished_one = true;
    }
}

static void *worker_main(void *argument) {
    worker *self = argument;
    const bko_threads_options *options = &self->pool->options;
    void *state = NULL;
    int err = options->open != NULL ? options->open(options->user, self->number, &state) : BKO_OK;
    report_open(self->pool, err);
    if (err != BKO_OK) {
        return NULL;
    }
    work(self, state);
    if (options->close != NULL) {
        options->close(options->user, self->number, state);
    }
    return NULL;
}

static int start_workers(bko_threads *pool) {
    for (unsigned i = 0; i < pool->options.workers; i++) {
        pool->workers[i] = (worker){.pool = pool, .number = i};
        int failed = pthread_create(&pool->workers[i].thread, NULL, worker_main, &pool->workers[i]);
        if (failed != 0) {
            errno = failed;
            return BKO_ESYS;
        }
        pool->started++;
    }
    return BKO_OK;
}

/* The barrier: all started workers have answered. */
static int wait_ready(bko_threads *pool) {
    pthread_mutex_lock(&pool->lock);
    while (pool->ready < pool->started) {
        pthread_cond_wait(&pool->answered, &pool->lock);
    }
    int err = pool->open_error;
    pthread_mutex_unlock(&pool->lock);
    return err;
}

int bko_threads_create(bko_threads **out, const bko_threads_options *options) {
    *out = NULL;
    if (options->workers < 1 || options->run == NULL) {
        return BKO_EINVAL;
    }
    bko_threads *pool = calloc(1, sizeof *pool);
    if (pool == NULL) {
        return BKO_ENOMEM;
    }
    pool->options = *options;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->answered, NULL);
    pool->workers = calloc(options->workers, sizeof *pool->workers);
    size_t capacity = options->queue_capacity > 0 ? options->queue_capacity : QUEUE_DEFAULT;
    int err = pool->workers == NULL ? BKO_ENOMEM : bko__queue_open(&pool->queue, capacity);
    if (err == BKO_OK) {
        err = start_workers(pool);
        int saved = errno;
        int opened = wait_ready(pool);
        err = err != BKO_OK ? err : opened;
        errno = saved;
    }
    if (err != BKO_OK) {
        int saved = errno;
        bko_threads_free(pool);
        errno = saved;
        return err;
    }
    *out = pool;
    return BKO_OK;
}

int bko_threads_submit(bko_threads *pool, size_t job) {
    return bko__queue_put(&pool->queue, job) ? BKO_OK : BKO_ECLOSED;
}

void bko_threads_drain(bko_threads *pool) {
    bko__queue_wait_drained(&pool->queue);
}

void bko_threads_free(bko_threads *pool) {
    if (pool == NULL) {
        return;
    }
    if (pool->queue.jobs != NULL) {
        bko__queue_close(&pool->queue);
    }
    for (unsigned i = 0; pool->workers != NULL && i < pool->started; i++) {
        pthread_join(pool->workers[i].thread, NULL);
    }
    bko__queue_destroy(&pool->queue);
    pthread_cond_destroy(&pool->answered);
    pthread_mutex_destroy(&pool->lock);
    free(pool->workers);
    free(pool);
}

/* The thread pool. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/pool.h"

enum { WORKERS = 8, JOBS = 20000, SUBMITTERS = 4, CAPACITY = 5 };

/* What the pool did with us; zeroed before each test. */
static struct {
    _Atomic unsigned opened[WORKERS], closed[WORKERS];
    _Atomic unsigned runs[JOBS];
    _Atomic int done, submitted, most_waiting;
    unsigned failing; /* worker whose open fails; WORKERS: none */
    pthread_mutex_t gate;
    size_t order[JOBS]; /* one worker only */
} seen;

static int reset(void **state) {
    (void)state;
    for (size_t i = 0; i < WORKERS; i++) {
        atomic_store(&seen.opened[i], 0);
        atomic_store(&seen.closed[i], 0);
    }
    for (size_t i = 0; i < JOBS; i++) {
        atomic_store(&seen.runs[i], 0);
    }
    atomic_store(&seen.done, 0);
    atomic_store(&seen.submitted, 0);
    atomic_store(&seen.most_waiting, 0);
    seen.failing = WORKERS;
    return pthread_mutex_init(&seen.gate, NULL);
}

static int open_worker(void *user, unsigned worker, void **state) {
    assert_ptr_equal(user, &seen);
    if (worker == seen.failing) {
        return BKO_ETASK;
    }
    atomic_fetch_add(&seen.opened[worker], 1);
    *state = malloc(sizeof(unsigned));
    *(unsigned *)*state = worker;
    return BKO_OK;
}

static void close_worker(void *user, unsigned worker, void *state) {
    assert_ptr_equal(user, &seen);
    assert_int_equal(*(unsigned *)state, worker);
    atomic_fetch_add(&seen.closed[worker], 1);
    free(state);
}

static void run_job(void *user, void *state, unsigned worker, size_t job) {
    (void)user;
    assert_int_equal(*(unsigned *)state, worker);
    atomic_fetch_add(&seen.runs[job], 1);
    seen.order[atomic_fetch_add(&seen.done, 1)] = job;
}

static void run_behind_gate(void *user, void *state, unsigned worker, size_t job) {
    pthread_mutex_lock(&seen.gate);
    pthread_mutex_unlock(&seen.gate);
    int submitted =
        atomic_load(&seen.submitted); /* read first: what ends meanwhile makes it less */
    int waiting = submitted - atomic_load(&seen.done);
    if (waiting > atomic_load(&seen.most_waiting)) {
        atomic_store(&seen.most_waiting, waiting);
    }
    run_job(user, state, worker, job);
}

static bko_threads_options usual(unsigned workers) {
    return (bko_threads_options){.workers = workers,
                                 .open = open_worker,
                                 .run = run_job,
                                 .close = close_worker,
                                 .user = &seen};
}

static bko_threads *create(bko_threads_options options) {
    bko_threads *pool;
    assert_int_equal(bko_threads_create(&pool, &options), 0);
    return pool;
}

static unsigned sum(const _Atomic unsigned *of) {
    unsigned total = 0;
    for (size_t i = 0; i < WORKERS; i++) {
        assert_true(atomic_load(&of[i]) <= 1);
        total += atomic_load(&of[i]);
    }
    return total;
}

static void every_worker_is_open_when_create_returns_and_closed_by_free(void **state) {
    (void)state;
    bko_threads *pool = create(usual(WORKERS));
    assert_int_equal(sum(seen.opened), WORKERS);
    assert_int_equal(sum(seen.closed), 0);
    bko_threads_free(pool);
    assert_int_equal(sum(seen.closed), WORKERS);
    bko_threads_free(NULL);
}

static void one_worker_runs_jobs_in_order(void **state) {
    (void)state;
    bko_threads *pool = create(usual(1));
    for (size_t i = 0; i < JOBS; i++) {
        assert_int_equal(bko_threads_submit(pool, i), 0);
    }
    bko_threads_drain(pool);
    assert_int_equal(atomic_load(&seen.done), JOBS);
    for (size_t i = 0; i < JOBS; i++) {
        assert_int_equal(seen.order[i], i);
    }
    bko_threads_free(pool);
}

static void draining_waits_for_all_and_can_be_repeated(void **state) {
    (void)state;
    bko_threads *pool = create(usual(WORKERS));
    bko_threads_drain(pool); /* nothing was submitted */
    for (size_t round = 0; round < 20; round++) {
        for (size_t i = 0; i < 50; i++) {
            assert_int_equal(bko_threads_submit(pool, round * 50 + i), 0);
        }
        bko_threads_drain(pool);
        assert_int_equal(atomic_load(&seen.done), (round + 1) * 50);
    }
    bko_threads_free(pool);
}

typedef struct submitter {
    bko_threads *pool;
    pthread_t thread;
    size_t first, count;
} submitter;

static void *submit_many(void *argument) {
    submitter *self = argument;
    for (size_t i = 0; i < self->count; i++) {
        if (bko_threads_submit(self->pool, self->first + i) != BKO_OK) {
            abort();
        }
        atomic_fetch_add(&seen.submitted, 1);
    }
    return NULL;
}

static void start_submitter(submitter *self) {
    assert_int_equal(pthread_create(&self->thread, NULL, submit_many, self), 0);
}

static void jobs_of_several_submitters_run_once_each(void **state) {
    (void)state;
    submitter submitters[SUBMITTERS];
    bko_threads_options options = usual(3);
    options.queue_capacity = CAPACITY;
    bko_threads *pool = create(options);
    for (size_t i = 0; i < SUBMITTERS; i++) {
        submitters[i] =
            (submitter){.pool = pool, .first = i * (JOBS / SUBMITTERS), .count = JOBS / SUBMITTERS};
        start_submitter(&submitters[i]);
    }
    for (size_t i = 0; i < SUBMITTERS; i++) {
        pthread_join(submitters[i].thread, NULL);
    }
    bko_threads_drain(pool);
    for (size_t i = 0; i < JOBS; i++) {
        assert_int_equal(atomic_load(&seen.runs[i]), 1);
    }
    bko_threads_free(pool);
}

static void submitting_waits_while_the_queue_is_full(void **state) {
    (void)state;
    bko_threads_options options = usual(2);
    options.queue_capacity = CAPACITY;
    options.run = run_behind_gate;
    pthread_mutex_lock(&seen.gate);
    submitter self = {.pool = create(options), .count = 500};
    start_submitter(&self);
    while (atomic_load(&seen.submitted) < CAPACITY) {
    }
    pthread_mutex_unlock(&seen.gate);
    pthread_join(self.thread, NULL);
    bko_threads_drain(self.pool);
    assert_int_equal(atomic_load(&seen.done), 500);
    assert_true(atomic_load(&seen.most_waiting) <= CAPACITY + 2); /* queued, and one per worker */
    bko_threads_free(self.pool);
}

static void freeing_runs_what_is_queued(void **state) {
    (void)state;
    bko_threads_options options = usual(2);
    options.run = run_behind_gate;
    pthread_mutex_lock(&seen.gate);
    bko_threads *pool = create(options);
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(bko_threads_submit(pool, i), 0);
    }
    pthread_mutex_unlock(&seen.gate);
    bko_threads_free(pool);
    assert_int_equal(atomic_load(&seen.done), 100);
}

static void a_failing_open_is_returned_and_the_others_are_closed(void **state) {
    for (unsigned failing = 0; failing < WORKERS; failing++) {
        bko_threads_options options = usual(WORKERS);
        bko_threads *pool;
        reset(state);
        seen.failing = failing;
        assert_int_equal(bko_threads_create(&pool, &options), BKO_ETASK);
        assert_null(pool);
        assert_int_equal(sum(seen.opened), WORKERS - 1);
        assert_int_equal(sum(seen.closed), WORKERS - 1);
    }
}

static void open_and_close_may_be_missing(void **state) {
    (void)state;
    bko_threads_options options = {.workers = 2, .run = run_job, .user = &seen};
    bko_threads *pool = create(options);
    bko_threads_free(pool);
}

static void no_workers_or_nothing_to_run_is_refused(void **state) {
    (void)state;
    bko_threads_options nobody = usual(0);
    bko_threads_options nothing = {.workers = 1};
    bko_threads *pool;
    assert_int_equal(bko_threads_create(&pool, &nobody), BKO_EINVAL);
    assert_null(pool);
    assert_int_equal(bko_threads_create(&pool, &nothing), BKO_EINVAL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_worker_is_open_when_create_returns_and_closed_by_free, reset),
        cmocka_unit_test_setup(one_worker_runs_jobs_in_order, reset),
        cmocka_unit_test_setup(draining_waits_for_all_and_can_be_repeated, reset),
        cmocka_unit_test_setup(jobs_of_several_submitters_run_once_each, reset),
        cmocka_unit_test_setup(submitting_waits_while_the_queue_is_full, reset),
        cmocka_unit_test_setup(freeing_runs_what_is_queued, reset),
        cmocka_unit_test_setup(a_failing_open_is_returned_and_the_others_are_closed, reset),
        cmocka_unit_test(open_and_close_may_be_missing),
        cmocka_unit_test_setup(no_workers_or_nothing_to_run_is_refused, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

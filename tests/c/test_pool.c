/* Pools of tasks: what is the same for threads, forked and spawned workers. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "support_pool.h"
#include "support_process.h"

/* Every test runs for every kind that this build can have. */
#define FOR_EACH_KIND(kind)                                                                        \
    for (int kind = BKO_POOL_THREADS; kind <= BKO_POOL_SPAWN; kind++)                              \
        if (pool_kind_is_possible((bko_pool_kind)kind))

static bko_pool_counts counts_of(bko_pool *pool) {
    bko_pool_counts counts;
    bko_pool_counts_read(pool, &counts);
    return counts;
}

static void every_task_is_answered_once(void **state) {
    (void)state;
    FOR_EACH_KIND(kind) {
        for (unsigned workers = 1; workers <= 8; workers *= 2) {
            bko_pool *pool = pool_open(pool_usual(kind, workers));
            for (unsigned i = 0; i < 5000; i++) {
                assert_int_equal(pool_submit(pool, 'e', i), i);
            }
            pool_collect_all(pool);
            pool_check_books(pool);
            assert_int_equal(pool_count(BKO_OK), 5000);
            assert_int_equal(counts_of(pool).workers, workers);
            assert_true(counts_of(pool).ipc_bytes > 5000 * (uint64_t)(sizeof(pool_task) + 8));
            bko_pool_free(pool);
        }
        assert_int_equal(atomic_load(&board->opened), atomic_load(&board->closed));
    }
    bko_pool_free(NULL);
}

static void one_worker_runs_tasks_in_the_order_of_submission(void **state) {
    (void)state;
    FOR_EACH_KIND(kind) {
        bko_pool_options options = pool_usual(kind, 1);
        options.queue_bytes = 4096; /* some of them wait with the owner */
        bko_pool *pool = pool_open(options);
        for (unsigned i = 0; i < 3000; i++) {
            pool_submit(pool, 'e', i);
        }
        pool_collect_all(pool);
        for (unsigned i = 0; i < 3000; i++) {
            assert_int_equal(outcomes->order[i], i);
        }
        bko_pool_free(pool);
    }
}

static void a_failing_task_says_why(void **state) {
    (void)state;
    FOR_EACH_KIND(kind) {
        bko_pool *pool = pool_open(pool_usual(kind, 2));
        uint64_t bad = pool_submit(pool, 'f', 0);
        uint64_t good = pool_submit(pool, 'e', 1);
        pool_collect_all(pool);
        pool_check_books(pool);
        assert_int_equal(outcomes->errors[bad], BKO_ETASK);
        assert_string_equal(outcomes->texts[bad], "no luck");
        assert_int_equal(outcomes->errors[good], BKO_OK);
        assert_int_equal(counts_of(pool).failed, 1);
        bko_pool_free(pool);
    }
}

/* Workers are kept busy behind the gate. */
static void occupy(bko_pool *pool, unsigned workers) {
    atomic_store(&board->gate, 0);
    atomic_store(&board->started, 0);
    for (unsigned i = 0; i < workers; i++) {
        pool_submit(pool, 'w', i);
    }
    pool_await(&board->started, workers);
}

static void only_what_no_worker_has_taken_is_cancelled(void **state) {
    (void)state;
    FOR_EACH_KIND(kind) {
        bko_pool_options options = pool_usual(kind, 2);
        options.queue_bytes = 4096;
        bko_pool *pool = pool_open(options);
        occupy(pool, 2);
        for (unsigned i = 2; i < 1000; i++) { /* beyond the ring */
            pool_submit(pool, 'e', i);
            assert_int_equal(bko_pool_is_running(pool, i), 0);
        }
        assert_int_equal(bko_pool_is_running(pool, 0), 1);
        assert_int_equal(bko_pool_cancel(pool, 0), 0);
        for (unsigned i = 2; i < 1000; i += 2) {
            assert_int_equal(bko_pool_cancel(pool, i), 1);
        }
        assert_int_equal(bko_pool_cancel(pool, 2), 1); /* and again */
        assert_int_equal(bko_pool_cancel(pool, 5000), 0);
        atomic_store(&board->gate, 1);
        pool_collect_all(pool);
        pool_check_books(pool);
        assert_int_equal(pool_count(BKO_ECANCELLED), 499);
        assert_int_equal(atomic_load(&board->started), 501);
        assert_int_equal(bko_pool_cancel(pool, 1), 0);
        assert_int_equal(bko_pool_is_running(pool, 1), 0);
        assert_string_equal(outcomes->texts[2], bko_error_text(BKO_ECANCELLED));
        bko_pool_free(pool);
    }
}

static void shutdown_runs_the_rest_or_cancels_it(void **state) {
    (void)state;
    uint64_t task;
    FOR_EACH_KIND(kind) {
        for (int cancel = 0; cancel < 2; cancel++) {
            bko_pool_options options = pool_usual(kind, 2);
            options.queue_bytes = 4096;
            bko_pool *pool = pool_open(options);
            occupy(pool, 2);
            for (unsigned i = 2; i < 500; i++) {
                pool_submit(pool, 'e', i);
            }
            bko_pool_shutdown(pool, cancel);
            bko_pool_shutdown(pool, cancel);
            assert_int_equal(bko_pool_submit(pool, "e", 1, &task), BKO_ECLOSED);
            atomic_store(&board->gate, 1);
            pool_collect_all(pool);
            pool_check_books(pool);
            assert_int_equal(pool_count(BKO_ECANCELLED), cancel ? 498 : 0);
            assert_int_equal(bko_pool_collect(pool, -1, BKO_ANY_TASK, pool_note, NULL), 0);
            bko_pool_free(pool);
        }
    }
}

static void large_tasks_and_answers_cross_whole(void **state) {
    (void)state;
    static const size_t sizes[] = {0,     1,     15,    4079,  4080,   4081,   8191,
                                   65536, 70000, 10000, 99999, 262144, 999984, 3};
    enum { SIZES = sizeof sizes / sizeof sizes[0] };
    FOR_EACH_KIND(kind) {
        bko_pool_options options = pool_usual(kind, 3);
        options.queue_bytes = 65536;
        options.frame_max = 1000000;
        bko_pool *pool = pool_open(options);
        for (unsigned round = 0; round < 4; round++) {
            for (unsigned i = 0; i < SIZES; i++) {
                pool_submit_bulk(pool, sizes[(i + round) % SIZES]);
                pool_submit(pool, 'r', sizes[(i * 3 + round) % SIZES]);
            }
        }
        pool_submit(pool, 'r', 1000000);
        pool_collect_all(pool);
        pool_check_books(pool);
        assert_int_equal(pool_count(BKO_OK), 4 * 2 * SIZES + 1);
        bko_pool_free(pool);
    }
}

static void what_is_larger_than_the_limit_fails_alone(void **state) {
    (void)state;
    uint64_t number;
    static char bytes[1001];
    FOR_EACH_KIND(kind) {
        bko_pool_options options = pool_usual(kind, 2);
        options.frame_max = 1000;
        bko_pool *pool = pool_open(options);
        assert_int_equal(bko_pool_submit(pool, bytes, 1001, &number), BKO_ETOOLARGE);
        uint64_t large = pool_submit(pool, 'r', 1001);
        uint64_t fitting = pool_submit(pool, 'r', 1000);
        pool_collect_all(pool);
        pool_check_books(pool);
        assert_int_equal(outcomes->errors[large], BKO_ETOOLARGE);
        assert_string_equal(outcomes->texts[large], "the answer is larger than 1000 bytes");
        assert_int_equal(outcomes->errors[fitting], BKO_OK);
        bko_pool_free(pool);
    }
}

static void workers_are_recycled_after_their_share(void **state) {
    (void)state;
    FOR_EACH_KIND(kind) {
        atomic_store(&board->opened, 0);
        atomic_store(&board->closed, 0);
        bko_pool_options options = pool_usual(kind, 1);
        options.recycle = 10;
        bko_pool *pool = pool_open(options);
        for (unsigned i = 0; i < 45; i++) {
            pool_submit(pool, 'p', i);
        }
        pool_collect_all(pool);
        pool_check_books(pool);
        assert_int_equal(pool_count(BKO_OK), 45);
        assert_int_equal(atomic_load(&board->opened), 5);
        assert_int_equal(counts_of(pool).respawned, 4);
        for (unsigned i = 1; kind != BKO_POOL_THREADS && i < 45; i++) {
            bool same = strcmp(outcomes->texts[i], outcomes->texts[i - 1]) == 0;
            assert_int_equal(same, i % 10 != 0);
        }
        bko_pool_free(pool);
        assert_int_equal(atomic_load(&board->closed), 5);
    }
}

static void a_failing_open_is_returned_with_its_reason(void **state) {
    (void)state;
    FOR_EACH_KIND(kind) {
        for (int failing = 0; failing < 3; failing++) {
            bko_pool *pool;
            char reason[100];
            bko_pool_options options = pool_usual(kind, 3);
            atomic_store(&board->failing, failing);
            assert_int_equal(bko_pool_create(&pool, &options, reason, sizeof reason), BKO_ETASK);
            assert_null(pool);
            assert_string_equal(reason, "no bread in the house");
            assert_true(process_is_childless());
        }
        assert_int_equal(atomic_load(&board->opened), atomic_load(&board->closed));
        atomic_store(&board->failing, POOL_NOBODY);
    }
}

static void a_successor_that_fails_to_open_breaks_the_pool(void **state) {
    (void)state;
    uint64_t task;
    FOR_EACH_KIND(kind) {
        bko_pool_options options = pool_usual(kind, 1);
        options.recycle = 2;
        bko_pool *pool = pool_open(options);
        atomic_store(&board->failing, 0);
        for (unsigned i = 0; i < 10; i++) {
            pool_submit(pool, 'e', i);
        }
        pool_collect_all(pool);
        pool_check_books(pool);
        assert_int_equal(pool_count(BKO_OK), 2);
        assert_int_equal(pool_count(BKO_EBROKEN), 8);
        assert_string_equal(outcomes->texts[9], "no bread in the house");
        assert_string_equal(bko_pool_reason(pool), "no bread in the house");
        assert_int_equal(bko_pool_submit(pool, "e", 1, &task), BKO_EBROKEN);
        bko_pool_free(pool);
        atomic_store(&board->failing, POOL_NOBODY);
    }
}

static void collect_keeps_its_limit(void **state) {
    (void)state;
    FOR_EACH_KIND(kind) {
        bko_pool *pool = pool_open(pool_usual(kind, 1));
        assert_int_equal(bko_pool_collect(pool, -1, BKO_ANY_TASK, pool_note, NULL), 0);
        occupy(pool, 1);
        int64_t start_ns = bko_clock_now_ns();
        assert_int_equal(bko_pool_collect(pool, 0, BKO_ANY_TASK, pool_note, NULL), 0);
        assert_int_equal(bko_pool_collect(pool, 20000000, BKO_ANY_TASK, pool_note, NULL), 0);
        assert_true(bko_clock_now_ns() - start_ns >= 20000000);
        atomic_store(&board->gate, 1);
        assert_int_equal(bko_pool_collect(pool, -1, 0, pool_note, NULL), 1);
        bko_pool_free(pool);
    }
}

static void the_descriptor_becomes_readable(void **state) {
    (void)state;
    FOR_EACH_KIND(kind) {
        bko_pool *pool = pool_open(pool_usual(kind, 2));
        struct pollfd wait = {.fd = bko_pool_fd(pool), .events = POLLIN};
        for (unsigned i = 0; i < 200; i++) {
            pool_submit(pool, 'e', i);
            if (!bko_pool_arm(pool)) {
                assert_int_equal(poll(&wait, 1, 60000), 1);
            }
            while (outcomes->count <= i) { /* what woke may have been something else */
                if (bko_pool_collect(pool, 0, BKO_ANY_TASK, pool_note, NULL) == 0 &&
                    !bko_pool_arm(pool)) {
                    assert_int_equal(poll(&wait, 1, 60000), 1);
                }
            }
        }
        pool_check_books(pool);
        assert_int_equal(bko_pool_arm(pool), 0);
        assert_int_equal(bko_pool_collect(pool, 0, BKO_ANY_TASK, pool_note, NULL), 0);
        assert_int_equal(bko_pool_arm(pool), 0);
        assert_int_equal(poll(&wait, 1, 0), 0);
        bko_pool_free(pool);
    }
}

/* Each end submits one more and, now and then, collects by itself. */
static void chain(void *user, const bko_outcome *outcome) {
    bko_pool *pool = user;
    uint64_t task = outcome->task;
    pool_note(NULL, outcome);
    if (task < 3000) {
        pool_submit(pool, task % 50 == 0 ? 'r' : 'e', task % 50 == 0 ? 40000 : task);
    }
    if (task % 7 == 0) {
        assert_true(bko_pool_collect(pool, 0, BKO_ANY_TASK, chain, pool) >= 0);
    }
    if (task % 50 == 1 && outcome->error == BKO_OK && outcomes->tasks[task].act == 'e') {
        uint64_t value;
        memcpy(&value, outcome->data, sizeof value); /* the bytes are still there */
        assert_int_equal(value, outcomes->tasks[task].value * 3);
    }
}

static void callbacks_may_submit_and_collect(void **state) {
    (void)state;
    FOR_EACH_KIND(kind) {
        bko_pool *pool = pool_open(pool_usual(kind, 2));
        for (unsigned i = 0; i < 100; i++) {
            pool_submit(pool, 'e', i);
        }
        while (outcomes->count < 3100) {
            assert_true(bko_pool_collect(pool, -1, BKO_ANY_TASK, chain, pool) >= 0);
        }
        pool_check_books(pool);
        bko_pool_free(pool);
    }
}

static void freeing_lets_workers_finish_and_drops_the_rest(void **state) {
    (void)state;
    FOR_EACH_KIND(kind) {
        bko_pool *pool = pool_open(pool_usual(kind, 2));
        atomic_store(&board->started, 0);
        pool_submit(pool, 'b', 20);
        pool_submit(pool, 'r', 3000000); /* an answer that nobody will ever take out of the ring */
        pool_await(&board->started, 2);
        for (unsigned i = 0; i < 100; i++) {
            pool_submit(pool, 'b', 1000);
        }
        bko_pool_free(pool);
        assert_int_equal(atomic_load(&board->opened), atomic_load(&board->closed));
        assert_in_range(atomic_load(&board->started), 2, 4);
    }
}

static void cpu_time_is_known_per_worker(void **state) {
    (void)state;
    FOR_EACH_KIND(kind) {
        bko_pool_options options = pool_usual(kind, 1);
        options.recycle = 2;
        bko_pool *pool = pool_open(options);
        for (unsigned i = 0; i < 3; i++) {
            pool_submit(pool, 'b', 20);
        }
        pool_collect_all(pool);
        assert_true(bko_pool_worker_cpu_ns(pool, 0) >= 55000000);
        assert_int_equal(bko_pool_worker_cpu_ns(pool, 1), 0);
        bko_pool_free(pool);
    }
}

#define pooled(test) cmocka_unit_test_setup_teardown(test, pool_setup, pool_teardown)

int main(int argc, char **argv) {
    int code;
    const struct CMUnitTest tests[] = {
        pooled(every_task_is_answered_once),
        pooled(one_worker_runs_tasks_in_the_order_of_submission),
        pooled(a_failing_task_says_why),
        pooled(only_what_no_worker_has_taken_is_cancelled),
        pooled(shutdown_runs_the_rest_or_cancels_it),
        pooled(large_tasks_and_answers_cross_whole),
        pooled(what_is_larger_than_the_limit_fails_alone),
        pooled(workers_are_recycled_after_their_share),
        pooled(a_failing_open_is_returned_with_its_reason),
        pooled(a_successor_that_fails_to_open_breaks_the_pool),
        pooled(collect_keeps_its_limit),
        pooled(the_descriptor_becomes_readable),
        pooled(callbacks_may_submit_and_collect),
        pooled(freeing_lets_workers_finish_and_drops_the_rest),
        pooled(cpu_time_is_known_per_worker),
    };
    if (pool_work_if_spawned(argc, argv, &code)) {
        return code;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

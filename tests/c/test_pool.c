/* Task pools, the same for threads, forked and spawned workers: answers, order, sizes, cancelling.
 * */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "support_pool.h"

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
            assert_int_equal(pool_counts(pool).workers, workers);
            assert_true(pool_counts(pool).ipc_bytes > 5000 * (uint64_t)(sizeof(pool_task) + 8));
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
        options.queue_bytes = 4096; /* some tasks wait at the owner's side */
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
        assert_int_equal(pool_counts(pool).failed, 1);
        bko_pool_free(pool);
    }
}

static void only_what_no_worker_has_taken_is_cancelled(void **state) {
    (void)state;
    FOR_EACH_KIND(kind) {
        bko_pool_options options = pool_usual(kind, 2);
        options.queue_bytes = 4096;
        bko_pool *pool = pool_open(options);
        pool_occupy(pool, 2);
        for (unsigned i = 2; i < 1000; i++) { /* more than the ring holds */
            pool_submit(pool, 'e', i);
            assert_int_equal(bko_pool_is_running(pool, i), 0);
        }
        assert_int_equal(bko_pool_is_running(pool, 0), 1);
        assert_int_equal(bko_pool_cancel(pool, 0), 0);
        for (unsigned i = 2; i < 1000; i += 2) {
            assert_int_equal(bko_pool_cancel(pool, i), 1);
        }
        assert_int_equal(bko_pool_cancel(pool, 2), 1); /* again: the same answer */
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
            pool_occupy(pool, 2);
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
    };
    if (pool_work_if_spawned(argc, argv, &code)) {
        return code;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

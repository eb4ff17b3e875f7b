/* A pool's life: replaced workers, workers that fail to open, waiting, callbacks, the end. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "support_pool.h"
#include "support_process.h"

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
        assert_int_equal(pool_counts(pool).respawned, 4);
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
        pool_occupy(pool, 1);
        int64_t start_ns = bko_clock_now_ns();
        assert_int_equal(bko_pool_collect(pool, 0, BKO_ANY_TASK, pool_note, NULL), 0);
        assert_int_equal(bko_pool_collect(pool, 20000000, BKO_ANY_TASK, pool_note, NULL), 0);
        assert_true(bko_clock_now_ns() - start_ns >= 20000000);
        atomic_store(&board->gate, 1);
        assert_int_equal(bko_pool_collect(pool, -1, 0, pool_note, NULL), 1);
        bko_pool_free(pool);
    }
}

static bool is_readable(const bko_pool *pool, int limit_ms) {
    struct pollfd wait = {.fd = bko_pool_fd(pool), .events = POLLIN};
    return poll(&wait, 1, limit_ms) == 1;
}

/* Arms a pool of which nothing can be collected. A worker that has just started rings the bell, too, so
 * the descriptor may become readable for nothing; but only as often as workers start. */
static void arm_in_silence(bko_pool *pool) {
    for (unsigned wakes = 0;; wakes++) {
        assert_int_equal(bko_pool_collect(pool, 0, BKO_ANY_TASK, pool_note, NULL), 0);
        assert_int_equal(bko_pool_arm(pool), 0);
        if (!is_readable(pool, 0)) {
            return;
        }
        assert_in_range(wakes, 0, POOL_WORKERS_MAX);
    }
}

static void the_descriptor_becomes_readable(void **state) {
    (void)state;
    FOR_EACH_KIND(kind) {
        bko_pool *pool = pool_open(pool_usual(kind, 2));
        for (unsigned i = 0; i < 200; i++) {
            pool_submit(pool, 'e', i);
            if (!bko_pool_arm(pool)) {
                assert_true(is_readable(pool, 60000));
            }
            while (outcomes->count <= i) { /* the wake-up may have had another cause */
                if (bko_pool_collect(pool, 0, BKO_ANY_TASK, pool_note, NULL) == 0 &&
                    !bko_pool_arm(pool)) {
                    assert_true(is_readable(pool, 60000));
                }
            }
        }
        pool_check_books(pool);
        assert_int_equal(bko_pool_arm(pool), 0);
        arm_in_silence(pool);
        bko_pool_free(pool);
    }
}

/* A submit checks the workers now and then; the descriptor must stay readable for whoever waits on
 * it. */
static void submits_leave_the_wake_up_of_a_waiter(void **state) {
    (void)state;
    FOR_EACH_KIND(kind) {
        bko_pool *pool = pool_open(pool_usual(kind, 2));
        pool_occupy(pool, 2);
        assert_int_equal(bko_pool_arm(pool), 0);
        atomic_store(&board->gate, 1);
        assert_true(is_readable(pool, 60000));
        for (unsigned i = 0; i < 200; i++) {
            pool_submit(pool, 'e', i);
            assert_true(is_readable(pool, 0));
        }
        pool_collect_all(pool);
        pool_check_books(pool);
        bko_pool_free(pool);
        atomic_store(&board->gate, 0);
    }
}

/* Tasks that the owner ends itself can be collected too. */
static void cancelling_makes_the_descriptor_readable(void **state) {
    (void)state;
    FOR_EACH_KIND(kind) {
        for (int by_shutdown = 0; by_shutdown <= 1; by_shutdown++) {
            bko_pool *pool = pool_open(pool_usual(kind, 1));
            pool_occupy(pool, 1);
            uint64_t pending = pool_submit(pool, 'e', 1);
            arm_in_silence(pool);
            if (by_shutdown) {
                bko_pool_shutdown(pool, 1);
            } else {
                assert_int_equal(bko_pool_cancel(pool, pending), 1);
            }
            assert_true(is_readable(pool, 0));
            atomic_store(&board->gate, 1);
            pool_collect_all(pool);
            bko_pool_free(pool);
            atomic_store(&board->gate, 0);
        }
    }
}

/* Each task's end submits another task and, now and then, collects too. */
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
        memcpy(&value, outcome->data, sizeof value); /* the bytes are still valid */
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
        pool_submit(pool, 'r', 3000000); /* nobody will ever read this answer from the ring */
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

int main(int argc, char **argv) {
    int code;
    const struct CMUnitTest tests[] = {
        pooled(workers_are_recycled_after_their_share),
        pooled(a_failing_open_is_returned_with_its_reason),
        pooled(a_successor_that_fails_to_open_breaks_the_pool),
        pooled(collect_keeps_its_limit),
        pooled(the_descriptor_becomes_readable),
        pooled(submits_leave_the_wake_up_of_a_waiter),
        pooled(cancelling_makes_the_descriptor_readable),
        pooled(callbacks_may_submit_and_collect),
        pooled(freeing_lets_workers_finish_and_drops_the_rest),
        pooled(cpu_time_is_known_per_worker),
    };
    if (pool_work_if_spawned(argc, argv, &code)) {
        return code;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

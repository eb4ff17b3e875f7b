/* Task pools whose workers die without an answer: when a pool gives up, and when it does not. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "pool/owner/pool.h"
#include "support_pool.h"

/* Pauses of up to a second between 200 deaths would take minutes. */
static void a_pool_of_tasks_that_only_kill_gives_up(void **state) {
    (void)state;
    FOR_EACH_KIND_FROM(BKO_POOL_FORK, kind) {
        uint64_t task;
        bko_pool *pool = pool_open(pool_usual(kind, 2));
        for (unsigned i = 0; i < 200; i++) {
            pool_submit(pool, i % 2 == 0 ? 'k' : 'x', i);
        }
        pool_collect_all(pool);
        pool_check_books(pool);
        assert_in_range(pool_count(BKO_ELOST), 10, 11); /* two may die at once */
        assert_int_equal(pool_count(BKO_ELOST) + pool_count(BKO_EBROKEN), 200);
        assert_non_null(strstr(bko_pool_reason(pool),
                               "10 workers in a row died, and no task was "
                               "answered in the meantime; the last, worker "));
        assert_int_equal(bko_pool_submit(pool, "e", 1, &task), BKO_EBROKEN);
        bko_pool_free(pool);
    }
}

static void answers_between_deaths_keep_a_pool(void **state) {
    (void)state;
    FOR_EACH_KIND_FROM(BKO_POOL_FORK, kind) {
        bko_pool *pool = pool_open(pool_usual(kind, 1));
        for (unsigned i = 0; i < 30; i++) {
            pool_submit(pool, i % 3 == 2 ? 'e' : 'k', i);
        }
        pool_collect_all(pool);
        pool_check_books(pool);
        assert_int_equal(pool_count(BKO_ELOST), 20);
        assert_int_equal(pool_count(BKO_OK), 10);
        bko_pool_free(pool);
    }
}

/* One worker waits at the gate, as in a long task. The counters say that nine others have died. */
static void a_worker_with_a_long_task_keeps_a_pool(void **state) {
    (void)state;
    FOR_EACH_KIND_FROM(BKO_POOL_FORK, kind) {
        bko_pool *pool = pool_open(pool_usual(kind, 2));
        atomic_store(&board->gate, 0);
        unsigned begun = atomic_load(&board->started);
        uint64_t last = pool_submit(pool, 'w', 1);
        pool_await(&board->started, begun + 1);
        pool->crew.deaths = pool->crew.barren = 9;
        for (unsigned i = 0; i < 3; i++) {
            pool_collect_until(pool, pool_submit(pool, 'k', i));
        }
        assert_string_equal(bko_pool_reason(pool), "");
        atomic_store(&board->gate, 1);
        pool_collect_all(pool);
        pool_check_books(pool);
        assert_int_equal(outcomes->errors[last], BKO_OK);
        bko_pool_free(pool);
    }
}

/* Somebody ends workers that have nothing to do: that says nothing about tasks. */
static void deaths_without_a_task_do_not_count(void **state) {
    (void)state;
    FOR_EACH_KIND_FROM(BKO_POOL_FORK, kind) {
        bko_pool *pool = pool_open(pool_usual(kind, 1));
        pool->crew.deaths = pool->crew.barren = 9;
        kill(pool->crew.members[0].pid, SIGKILL);
        while (pool_counts(pool).respawned == 0) {
            assert_int_equal(bko_pool_collect(pool, 10000000, BKO_ANY_TASK, pool_note, NULL), 0);
        }
        assert_int_equal(pool->crew.barren, 9);
        pool_collect_until(pool, pool_submit(pool, 'e', 1));
        pool_check_books(pool);
        assert_int_equal(pool_count(BKO_OK), 1);
        bko_pool_free(pool);
    }
}

int main(int argc, char **argv) {
    int code;
    const struct CMUnitTest tests[] = {
        pooled(a_pool_of_tasks_that_only_kill_gives_up),
        pooled(answers_between_deaths_keep_a_pool),
        pooled(a_worker_with_a_long_task_keeps_a_pool),
        pooled(deaths_without_a_task_do_not_count),
    };
    if (pool_work_if_spawned(argc, argv, &code)) {
        return code;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tasks that call their own pool, tasks with a pool of their own, and pools in forked processes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "pool/owner/pool.h"
#include "support_pool.h"
#include "support_process.h"

static bko_pool *own;

static void never(void *user, const bko_outcome *outcome) {
    (void)user;
    (void)outcome;
    abort();
}

static int call_own_pool(void *user, void *state, unsigned worker, uint64_t task, const void *data,
                         size_t size, bko_answer *answer) {
    (void)user;
    (void)state;
    (void)worker;
    (void)task;
    uint64_t number;
    int errors[4] = {bko_pool_submit(own, data, size, &number),
                     bko_pool_collect(own, -1, BKO_ANY_TASK, never, NULL), bko_pool_cancel(own, 0),
                     bko_pool_arm(own)};
    bko_pool_shutdown(own, 1); /* has no effect here */
    return bko_answer_add(answer, errors, sizeof errors);
}

static void note_errors(void *user, const bko_outcome *outcome) {
    assert_int_equal(outcome->size, 4 * sizeof(int));
    memcpy(user, outcome->data, outcome->size);
}

static void a_task_cannot_wait_for_its_own_pool(void **state) {
    (void)state;
    for (int kind = BKO_POOL_THREADS; kind <= BKO_POOL_FORK; kind++) {
        if (!pool_kind_is_possible((bko_pool_kind)kind)) {
            continue;
        }
        bko_pool_options options = {
            .kind = (bko_pool_kind)kind, .workers = 1, .worker.run = call_own_pool};
        bko_pool *pool;
        int errors[4] = {0};
        uint64_t task;
        assert_int_equal(bko_pool_create(&pool, &options, NULL, 0), 0);
        own = pool;
        if (kind == BKO_POOL_FORK) { /* its successor is forked after `own` is set */
            kill(pool->crew.members[0].pid, SIGKILL);
            process_ends(pool->crew.members[0].pid);
        }
        assert_int_equal(bko_pool_submit(pool, "x", 1, &task), 0);
        assert_int_equal(bko_pool_collect(pool, -1, task, note_errors, errors), 1);
        assert_int_equal(errors[0], BKO_EDEADLOCK);
        assert_int_equal(errors[1], BKO_EDEADLOCK);
        assert_int_equal(errors[2], 0);
        assert_int_equal(errors[3], 1);
        assert_int_equal(bko_pool_submit(pool, "x", 1, &task), 0);
        bko_pool_free(pool);
    }
}

/* A pool that a worker makes belongs to that worker. */
static int use_inner_pool(void *user, void *state, unsigned worker, uint64_t task, const void *data,
                          size_t size, bko_answer *answer) {
    (void)user;
    (void)state;
    (void)worker;
    (void)task;
    bko_pool *pool;
    int errors[4] = {0};
    uint64_t number;
    bko_pool_options options = {
        .kind = BKO_POOL_THREADS, .workers = 1, .worker.run = call_own_pool};
    int err = bko_pool_create(&pool, &options, NULL, 0);
    own = pool;
    if (err == BKO_OK) {
        err = bko_pool_submit(pool, data, size, &number);
    }
    if (err == BKO_OK && bko_pool_collect(pool, -1, number, note_errors, errors) == 1) {
        bko_answer_add(answer, errors, sizeof errors);
    }
    bko_pool_free(pool);
    return err;
}

static void a_task_may_have_a_pool_of_its_own(void **state) {
    (void)state;
    bko_pool_options options = {
        .kind = BKO_POOL_THREADS, .workers = 1, .worker.run = use_inner_pool};
    bko_pool *pool;
    int errors[4] = {0};
    uint64_t task;
    assert_int_equal(bko_pool_create(&pool, &options, NULL, 0), 0);
    assert_int_equal(bko_pool_submit(pool, "x", 1, &task), 0);
    assert_int_equal(bko_pool_collect(pool, -1, task, note_errors, errors), 1);
    assert_int_equal(errors[0], BKO_EDEADLOCK);
    bko_pool_free(pool);
}

static void in_a_forked_process_the_pool_is_broken(void **state) {
    (void)state;
    FOR_EACH_KIND(kind) {
        bko_pool *pool = pool_open(pool_usual(kind, 2));
        int status;
        pool_submit(pool, 'e', 1);
        pid_t child = fork();
        if (child == 0) {
            uint64_t task;
            int right = bko_pool_submit(pool, "x", 1, &task) == BKO_EBROKEN &&
                        bko_pool_collect(pool, -1, BKO_ANY_TASK, never, NULL) == BKO_EBROKEN &&
                        bko_pool_cancel(pool, 0) == 0 &&
                        strstr(bko_pool_reason(pool), "forked") != NULL;
            bko_pool_free(pool);
            _exit(right ? 0 : 1);
        }
        waitpid(child, &status, 0);
        assert_int_equal(status, 0);
        pool_submit(pool, 'e', 2); /* the original still works */
        pool_collect_all(pool);
        pool_check_books(pool);
        assert_int_equal(pool_count(BKO_OK), 2);
        bko_pool_free(pool);
    }
}

int main(int argc, char **argv) {
    int code;
    const struct CMUnitTest tests[] = {
        pooled(a_task_cannot_wait_for_its_own_pool),
        pooled(a_task_may_have_a_pool_of_its_own),
        pooled(in_a_forked_process_the_pool_is_broken),
    };
    if (pool_work_if_spawned(argc, argv, &code)) {
        return code;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

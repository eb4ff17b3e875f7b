/* The bounded queue between submitters and workers. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pool/queue.h"

enum { SIDES = 4, JOBS_EACH = 5000 };

static bko__queue queue;

static int open_queue(size_t capacity) {
    return bko__queue_open(&queue, capacity);
}

static unsigned waiting(const unsigned *who) {
    pthread_mutex_lock(&queue.lock);
    unsigned count = *who;
    pthread_mutex_unlock(&queue.lock);
    return count;
}

static void await_waiting(const unsigned *who, unsigned count) {
    while (waiting(who) != count) {
        sched_yield();
    }
}

static void jobs_leave_in_the_order_they_came(void **state) {
    (void)state;
    size_t job;
    assert_int_equal(open_queue(3), 0);
    for (size_t i = 0; i < 20; i += 2) { /* around the ring's end */
        assert_true(bko__queue_put(&queue, i));
        assert_true(bko__queue_put(&queue, i + 1));
        for (size_t j = 0; j < 2; j++) {
            assert_true(bko__queue_take(&queue, i + j > 0, &job));
            assert_int_equal(job, i + j);
        }
    }
    bko__queue_destroy(&queue);
}

static void *put_one(void *result) {
    *(_Atomic int *)result = bko__queue_put(&queue, 99) ? 1 : -1;
    return NULL;
}

static void a_full_queue_holds_a_submitter_back_until_half_of_it_is_gone(void **state) {
    (void)state;
    size_t job;
    pthread_t putter;
    static _Atomic int result;
    for (size_t capacity = 1; capacity <= 5; capacity++) {
        assert_int_equal(open_queue(capacity), 0);
        for (size_t i = 0; i < capacity; i++) {
            assert_true(bko__queue_put(&queue, i));
        }
        atomic_store(&result, 0);
        assert_int_equal(pthread_create(&putter, NULL, put_one, &result), 0);
        await_waiting(&queue.putters_waiting, 1);
        assert_int_equal(atomic_load(&result), 0);
        for (size_t left = capacity; left > capacity / 2; left--) {
            assert_true(bko__queue_take(&queue, false, &job));
        }
        pthread_join(putter, NULL);
        assert_int_equal(atomic_load(&result), 1);
        bko__queue_destroy(&queue);
    }
}

static void closing_refuses_puts_and_lets_takers_finish(void **state) {
    (void)state;
    size_t job;
    pthread_t putter;
    static _Atomic int result;
    assert_int_equal(open_queue(2), 0);
    assert_true(bko__queue_put(&queue, 1));
    assert_true(bko__queue_put(&queue, 2));
    assert_int_equal(pthread_create(&putter, NULL, put_one, &result), 0);
    await_waiting(&queue.putters_waiting, 1);
    bko__queue_close(&queue);
    pthread_join(putter, NULL);
    assert_int_equal(atomic_load(&result), -1);
    assert_false(bko__queue_put(&queue, 3));
    assert_true(bko__queue_take(&queue, false, &job));
    assert_int_equal(job, 1);
    assert_true(bko__queue_take(&queue, true, &job));
    assert_int_equal(job, 2);
    assert_false(bko__queue_take(&queue, true, &job));
    bko__queue_destroy(&queue);
}

static void *take_one(void *result) {
    size_t job;
    *(_Atomic int *)result = bko__queue_take(&queue, false, &job) ? 1 : -1;
    return NULL;
}

static void closing_wakes_takers(void **state) {
    (void)state;
    pthread_t takers[3];
    static _Atomic int results[3];
    assert_int_equal(open_queue(2), 0);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(pthread_create(&takers[i], NULL, take_one, &results[i]), 0);
    }
    await_waiting(&queue.takers_waiting, 3);
    bko__queue_close(&queue);
    for (size_t i = 0; i < 3; i++) {
        pthread_join(takers[i], NULL);
        assert_int_equal(atomic_load(&results[i]), -1);
    }
    bko__queue_destroy(&queue);
}

static void *drain(void *result) {
    bko__queue_wait_drained(&queue);
    *(_Atomic int *)result = 1;
    return NULL;
}

static void drained_means_taken_and_finished(void **state) {
    (void)state;
    size_t job;
    pthread_t drainer;
    static _Atomic int drained;
    assert_int_equal(open_queue(4), 0);
    bko__queue_wait_drained(&queue); /* nothing was put */
    assert_true(bko__queue_put(&queue, 1));
    assert_true(bko__queue_take(&queue, false, &job));
    assert_int_equal(pthread_create(&drainer, NULL, drain, &drained), 0);
    assert_true(bko__queue_put(&queue, 2));
    assert_true(bko__queue_take(&queue, true, &job)); /* the second runs now */
    assert_int_equal(atomic_load(&drained), 0);
    bko__queue_close(&queue);
    assert_false(bko__queue_take(&queue, true, &job));
    pthread_join(drainer, NULL);
    assert_int_equal(atomic_load(&drained), 1);
    bko__queue_destroy(&queue);
}

static _Atomic unsigned taken[SIDES * JOBS_EACH];

static void *put_many(void *first) {
    for (size_t i = 0; i < JOBS_EACH; i++) {
        bko__queue_put(&queue, *(size_t *)first + i);
    }
    return NULL;
}

static void *take_many(void *unused) {
    size_t job;
    bool finished_one = false;
    while (bko__queue_take(&queue, finished_one, &job)) {
        atomic_fetch_add(&taken[job], 1);
        finished_one = true;
    }
    return unused;
}

static void many_putters_and_takers_lose_and_double_nothing(void **state) {
    (void)state;
    pthread_t putters[SIDES];
    pthread_t takers[SIDES];
    size_t firsts[SIDES];
    assert_int_equal(open_queue(7), 0);
    for (size_t i = 0; i < SIDES; i++) {
        firsts[i] = i * JOBS_EACH;
        assert_int_equal(pthread_create(&takers[i], NULL, take_many, NULL), 0);
        assert_int_equal(pthread_create(&putters[i], NULL, put_many, &firsts[i]), 0);
    }
    for (size_t i = 0; i < SIDES; i++) {
        pthread_join(putters[i], NULL);
    }
    bko__queue_wait_drained(&queue);
    for (size_t i = 0; i < (size_t)SIDES * JOBS_EACH; i++) {
        assert_int_equal(atomic_load(&taken[i]), 1);
    }
    bko__queue_close(&queue);
    for (size_t i = 0; i < SIDES; i++) {
        pthread_join(takers[i], NULL);
    }
    bko__queue_destroy(&queue);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_leave_in_the_order_they_came),
        cmocka_unit_test(a_full_queue_holds_a_submitter_back_until_half_of_it_is_gone),
        cmocka_unit_test(closing_refuses_puts_and_lets_takers_finish),
        cmocka_unit_test(closing_wakes_takers),
        cmocka_unit_test(drained_means_taken_and_finished),
        cmocka_unit_test(many_putters_and_takers_lose_and_double_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

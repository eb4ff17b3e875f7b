/* The interpreter lock: one holder at a time, handed over on request, released while blocking. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/gil.h"

enum { THREADS = 4, ROUNDS = 2000, TURNS = 5 };

static bko__gil *gil;

static int setup(void **state) {
    (void)state;
    return bko__gil_create(&gil);
}

static int teardown(void **state) {
    (void)state;
    bko__gil_free(gil);
    return 0;
}

static void run_threads(void *(*main)(void *), unsigned count) {
    pthread_t threads[THREADS];
    static unsigned numbers[THREADS];
    for (unsigned i = 0; i < count; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, main, &numbers[i]), 0);
    }
    for (unsigned i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
    }
}

/* Not atomic on purpose: only the lock protects it, and the thread sanitizer checks that. */
static uint64_t plain;

static void *count_up(void *unused) {
    for (unsigned i = 0; i < ROUNDS; i++) {
        bko__gil_enter(gil);
        plain++;
        if (bko__gil_should_yield(gil)) {
            bko__gil_yield(gil);
        }
        plain++;
        bko__gil_leave(gil);
    }
    return unused;
}

static void one_thread_at_a_time_is_inside(void **state) {
    (void)state;
    plain = 0;
    run_threads(count_up, THREADS);
    assert_int_equal(plain, 2 * THREADS * ROUNDS);
}

static void without_waiters_nobody_asks(void **state) {
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        bko__gil_enter(gil);
        assert_false(bko__gil_should_yield(gil));
        bko__gil_yield(gil); /* nothing to hand over */
        bko__gil_leave(gil);
    }
}

/* The holder of the lock after each hand-over; written by the holder. */
static unsigned order[THREADS * TURNS];
static size_t orders;
static _Atomic unsigned arrived;

/* Computes without pause and gives up the lock only on request, so each entry is one hand-over. */
static void *compute_until_asked(void *number) {
    bko__gil_enter(gil);
    atomic_fetch_add(&arrived, 1);
    for (unsigned turn = 0; turn < TURNS; turn++) {
        order[orders++] = *(unsigned *)number;
        while (!bko__gil_should_yield(gil)) {
            if (atomic_load(&arrived) == THREADS && orders > THREADS * (TURNS - 1)) {
                break; /* nobody is left to ask the last threads */
            }
        }
        bko__gil_yield(gil);
    }
    bko__gil_leave(gil);
    return NULL;
}

static void who_asks_gets_the_lock_and_nobody_is_passed_over(void **state) {
    (void)state;
    orders = 0;
    atomic_store(&arrived, 0);
    run_threads(compute_until_asked, THREADS);
    assert_int_equal(orders, THREADS * TURNS);
    unsigned counts[THREADS] = {0};
    unsigned repeats = 0;
    for (size_t i = 0; i < orders; i++) {
        counts[order[i]]++;
        repeats += i > 0 && orders - i > THREADS && order[i] == order[i - 1];
    }
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(counts[i], TURNS);
    }
    assert_int_equal(repeats, 0); /* the lock never comes straight back */
}

static _Atomic int inside; /* set by the thread that entered while the other was blocking */

static void *enter_once(void *unused) {
    bko__gil_bind(gil);
    assert_ptr_equal(bko__gil_bound(), gil);
    bko__gil_enter(gil);
    atomic_store(&inside, 1);
    bko__gil_leave(gil);
    bko__gil_bind(NULL);
    return unused;
}

static void while_one_blocks_another_runs(void **state) {
    (void)state;
    pthread_t other;
    bko__gil_bind(gil);
    bko__gil_enter(gil);
    atomic_store(&inside, 0);
    assert_int_equal(pthread_create(&other, NULL, enter_once, NULL), 0);
    bko__blocking_begin();
    bko__blocking_begin(); /* nested */
    while (atomic_load(&inside) == 0) {
        sched_yield(); /* the wait, which ends only because the other thread could enter */
    }
    bko__blocking_end();
    bko__blocking_end();
    pthread_join(other, NULL);
    bko__gil_leave(gil);
    bko__gil_bind(NULL);
}

static void the_outermost_pair_alone_takes_the_lock_back(void **state) {
    (void)state;
    pthread_t other;
    bko__gil_bind(gil);
    bko__gil_enter(gil);
    bko__blocking_begin();
    bko__blocking_begin();
    bko__blocking_end();
    atomic_store(&inside, 0);
    assert_int_equal(pthread_create(&other, NULL, enter_once, NULL), 0);
    pthread_join(other, NULL); /* hangs if the inner end took the lock */
    assert_int_equal(atomic_load(&inside), 1);
    bko__blocking_end();
    bko__gil_leave(gil);
    bko__gil_bind(NULL);
}

static void *breathe_until_entered(void *unused) {
    bko__gil_bind(gil);
    bko__gil_enter(gil);
    atomic_store(&arrived, 1);
    while (atomic_load(&inside) == 0) {
        bko__gil_breathe();
    }
    bko__gil_leave(gil);
    bko__gil_bind(NULL);
    return unused;
}

static void long_computing_breathes(void **state) {
    (void)state;
    pthread_t computing, other;
    atomic_store(&inside, 0);
    atomic_store(&arrived, 0);
    assert_int_equal(pthread_create(&computing, NULL, breathe_until_entered, NULL), 0);
    while (atomic_load(&arrived) == 0) {
        sched_yield();
    }
    assert_int_equal(pthread_create(&other, NULL, enter_once, NULL), 0);
    pthread_join(other, NULL);
    pthread_join(computing, NULL);
}

static void a_thread_without_a_gil_blocks_and_breathes_freely(void **state) {
    (void)state;
    assert_null(bko__gil_bound());
    errno = EINTR;
    bko__blocking_begin();
    bko__gil_breathe();
    bko__blocking_end();
    assert_int_equal(errno, EINTR);
    bko__gil_free(NULL);
}

static _Atomic int signals, holds;

static void on_signal(int number) {
    (void)number;
    atomic_fetch_add(&signals, 1);
}

/* Holds the lock and does not check for requests until a signal tells of one. */
static void *hold_until_told(void *unused) {
    bko__gil_enter(gil);
    atomic_store(&holds, 1);
    while (atomic_load(&signals) == 0) {
        sched_yield();
    }
    bko__gil_yield(gil);
    bko__gil_leave(gil);
    return unused;
}

static void the_holder_can_be_told_by_a_signal(void **state) {
    (void)state;
    struct sigaction action = {.sa_handler = on_signal};
    struct sigaction before;
    pthread_t holder;
    sigaction(SIGURG, &action, &before);
    bko__gil_ask_by_signal(gil, SIGURG);
    assert_int_equal(pthread_create(&holder, NULL, hold_until_told, NULL), 0);
    while (atomic_load(&holds) == 0) {
        sched_yield();
    }
    bko__gil_enter(gil); /* hangs if the holder is never told */
    bko__gil_leave(gil);
    pthread_join(holder, NULL);
    sigaction(SIGURG, &before, NULL);
    assert_true(atomic_load(&signals) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_thread_at_a_time_is_inside, setup, teardown),
        cmocka_unit_test_setup_teardown(without_waiters_nobody_asks, setup, teardown),
        cmocka_unit_test_setup_teardown(who_asks_gets_the_lock_and_nobody_is_passed_over, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(while_one_blocks_another_runs, setup, teardown),
        cmocka_unit_test_setup_teardown(the_outermost_pair_alone_takes_the_lock_back, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(long_computing_breathes, setup, teardown),
        cmocka_unit_test(a_thread_without_a_gil_blocks_and_breathes_freely),
        cmocka_unit_test_setup_teardown(the_holder_can_be_told_by_a_signal, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Task pools whose workers or whose owner are killed. */
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "pool/owner/pool.h"
#include "support_pool.h"
#include "support_process.h"

/* --- one death at a time ---------------------------------------------------------------------- */

static void a_killed_worker_loses_its_task_and_is_replaced(void **state) {
    (void)state;
    FOR_EACH_KIND_FROM(BKO_POOL_FORK, kind) {
        bko_pool *pool = pool_open(pool_usual(kind, 2));
        for (unsigned i = 0; i < 100; i++) {
            pool_submit(pool, i == 40 ? 'k' : i == 60 ? 'x' : 'e', i);
        }
        pool_collect_all(pool);
        pool_check_books(pool);
        assert_int_equal(pool_count(BKO_OK), 98);
        assert_int_equal(outcomes->errors[40], BKO_ELOST);
        assert_int_equal(strncmp(outcomes->texts[40], "worker ", 7), 0);
        assert_non_null(strstr(outcomes->texts[40], "was killed by signal 9 (Killed)"));
        assert_non_null(strstr(outcomes->texts[60], "exited with code 7"));
        for (unsigned i = 0; i < 2000 && pool_counts(pool).workers < 2; i++) { /* it pauses first */
            assert_int_equal(bko_pool_collect(pool, 10000000, BKO_ANY_TASK, pool_note, NULL), 0);
            pool_submit(pool, 'e', i);
            pool_collect_all(pool);
        }
        assert_int_equal(pool_counts(pool).workers, 2);
        assert_int_equal(pool_counts(pool).respawned, 2);
        bko_pool_free(pool);
    }
}

static void tasks_that_all_kill_their_worker_are_all_lost(void **state) {
    (void)state;
    FOR_EACH_KIND_FROM(BKO_POOL_FORK, kind) {
        bko_pool *pool = pool_open(pool_usual(kind, 2));
        for (unsigned i = 0; i < 8; i++) {
            pool_submit(pool, 'k', i);
        }
        uint64_t last = pool_submit(pool, 'e', 1);
        pool_collect_all(pool);
        pool_check_books(pool);
        assert_int_equal(pool_count(BKO_ELOST), 8);
        assert_int_equal(outcomes->errors[last], BKO_OK);
        bko_pool_free(pool);
    }
}

static void a_worker_that_dies_idle_takes_no_task_with_it(void **state) {
    (void)state;
    FOR_EACH_KIND_FROM(BKO_POOL_FORK, kind) {
        bko_pool *pool = pool_open(pool_usual(kind, 1));
        pid_t pid = pool->crew.members[0].pid;
        kill(pid, SIGKILL);
        assert_true(process_ends(pid));
        for (unsigned i = 0; i < 50; i++) {
            pool_submit(pool, 'e', i);
        }
        pool_collect_all(pool);
        pool_check_books(pool);
        assert_int_equal(pool_count(BKO_OK), 50);
        bko_pool_free(pool);
    }
}

/* Killed between two stores of taking a task, a worker leaves its slot as it is made here. */
static void a_task_that_another_worker_took_is_not_lost_with_the_dead(void **state) {
    (void)state;
    FOR_EACH_KIND_FROM(BKO_POOL_FORK, kind) {
        bko_pool *pool = pool_open(pool_usual(kind, 2));
        pool_occupy(pool, 1);
        bko__slot *slots = pool->exchange.slots;
        unsigned idle = atomic_load(&slots[0].current) == 0 ? 0 : 1;
        atomic_store(&slots[idle].current, atomic_load(&slots[1 - idle].current));
        kill(pool->crew.members[idle].pid, SIGKILL);
        while (pool_counts(pool).respawned == 0) {
            assert_int_equal(bko_pool_collect(pool, 10000000, BKO_ANY_TASK, pool_note, NULL), 0);
        }
        atomic_store(&board->gate, 1);
        pool_collect_all(pool);
        pool_check_books(pool);
        assert_int_equal(pool_count(BKO_OK), 1);
        bko_pool_free(pool);
    }
}

static void a_death_wakes_who_waits_on_the_descriptor(void **state) {
    (void)state;
    FOR_EACH_KIND_FROM(BKO_POOL_FORK, kind) {
        bko_pool *pool = pool_open(pool_usual(kind, 1));
        pool_submit(pool, 'k', 0);
        while (outcomes->count == 0) {
            if (!bko_pool_arm(pool)) {
                struct pollfd wait = {.fd = bko_pool_fd(pool), .events = POLLIN};
                assert_int_equal(poll(&wait, 1, 60000), 1);
            }
            assert_true(bko_pool_collect(pool, 0, BKO_ANY_TASK, pool_note, NULL) >= 0);
        }
        assert_int_equal(outcomes->errors[0], BKO_ELOST);
        bko_pool_free(pool);
    }
}

static void a_pool_whose_workers_never_get_ready_is_broken(void **state) {
    (void)state;
    uint64_t task;
    FOR_EACH_KIND_FROM(BKO_POOL_FORK, kind) {
        bko_pool *pool = pool_open(pool_usual(kind, 2));
        atomic_store(&board->die_in_open, 1);
        atomic_store(&board->gate, 0);
        pool_submit(pool, 'k', 0);
        pool_submit(pool, 'k', 0);
        for (unsigned i = 0; i < 20; i++) {
            pool_submit(pool, 'e', i);
        }
        pool_collect_all(pool);
        pool_check_books(pool);
        assert_int_equal(pool_count(BKO_ELOST), 2);
        assert_int_equal(pool_count(BKO_EBROKEN), 20);
        assert_non_null(strstr(bko_pool_reason(pool), "exited with code 9 before it was ready"));
        assert_string_equal(outcomes->texts[20], bko_pool_reason(pool));
        assert_int_equal(bko_pool_submit(pool, "e", 1, &task), BKO_EBROKEN);
        bko_pool_free(pool);
        atomic_store(&board->die_in_open, 0);
    }
}

/* One worker waits at the gate. The successors of the other die in `open`, more often than a pool
 * without a working worker would tolerate. */
static void a_pool_with_a_worker_that_works_is_not_broken(void **state) {
    (void)state;
    FOR_EACH_KIND_FROM(BKO_POOL_FORK, kind) {
        bko_pool *pool = pool_open(pool_usual(kind, 2));
        atomic_store(&board->gate, 0);
        unsigned begun = atomic_load(&board->started);
        pool_submit(pool, 'w', 1);
        pool_await(&board->started, begun + 1);
        atomic_store(&board->die_in_open, 1);
        pool_collect_until(pool, pool_submit(pool, 'k', 0));
        while (pool_counts(pool).respawned < 7) {
            assert_true(bko_pool_collect(pool, 10000000, BKO_ANY_TASK, pool_note, NULL) >= 0);
            assert_string_equal(bko_pool_reason(pool), "");
        }
        atomic_store(&board->die_in_open, 0);
        atomic_store(&board->gate, 1);
        for (unsigned i = 0; i < 20; i++) {
            pool_submit(pool, 'e', i);
        }
        pool_collect_all(pool);
        pool_check_books(pool);
        assert_int_equal(pool_count(BKO_ELOST), 1);
        assert_int_equal(pool_count(BKO_EBROKEN), 0);
        bko_pool_free(pool);
    }
}

static void a_worker_that_dies_in_open_fails_the_creation(void **state) {
    (void)state;
    FOR_EACH_KIND_FROM(BKO_POOL_FORK, kind) {
        bko_pool *pool;
        char reason[200];
        bko_pool_options options = pool_usual(kind, 3);
        atomic_store(&board->die_in_open, 1);
        assert_int_equal(bko_pool_create(&pool, &options, reason, sizeof reason), BKO_ELOST);
        assert_null(pool);
        assert_non_null(strstr(reason, "exited with code 9 before it was ready"));
        atomic_store(&board->die_in_open, 0);
    }
}

static void *wait_for_byte(void *fd) {
    char byte;
    return read(*(int *)fd, &byte, 1) == 1 ? NULL : fd;
}

/* A process with threads can't fork, so the pool shrinks; it is broken once no worker is left. */
static void an_owner_with_threads_cannot_fork_successors(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    int ends[2];
    pthread_t second;
    bko_pool *pool = pool_open(pool_usual(BKO_POOL_FORK, 2));
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pthread_create(&second, NULL, wait_for_byte, &ends[0]), 0);
    uint64_t killed = pool_submit(pool, 'k', 0);
    pool_collect_until(pool, killed);
    uint64_t good = pool_submit(pool, 'e', 1);
    pool_collect_until(pool, good);
    assert_int_equal(outcomes->errors[good], BKO_OK);
    assert_int_equal(pool_counts(pool).workers, 1);
    pool_submit(pool, 'k', 0);
    uint64_t left = pool_submit(pool, 'e', 1);
    pool_collect_all(pool);
    pool_check_books(pool);
    assert_int_equal(outcomes->errors[left], BKO_EBROKEN);
    assert_non_null(strstr(bko_pool_reason(pool), "no worker is left"));
    bko_pool_free(pool);
    assert_int_equal(write(ends[1], "x", 1), 1);
    pthread_join(second, NULL);
    close(ends[0]);
    close(ends[1]);
}

static void workers_that_do_not_leave_are_killed(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    bko_pool *forked = pool_open(pool_usual(BKO_POOL_FORK, 3));
    atomic_store(&board->hang_in_close, 1);
    kill(forked->crew.members[1].pid, SIGSTOP);
    int64_t start_ns = bko_clock_now_ns();
    bko_pool_free(forked);
    assert_true(bko_clock_now_ns() - start_ns >= INT64_C(4900000000));
    assert_int_equal(atomic_load(&board->closed), 2);
}

/* --- the owner -------------------------------------------------------------------------------- */

static void owner_main(bko_pool_kind kind, int tell) {
    bko_pool *pool = pool_open(pool_usual(kind, 4));
    atomic_store(&board->started, 0);
    pool_submit(pool, 'w', 0); /* one worker waits, one runs, two sleep */
    pool_submit(pool, 'b', 60000);
    pool_await(&board->started, 2);
    for (ssize_t told = write(tell, "r", 1); told == 1;) {
        pause();
    }
    _exit(1);
}

static void no_worker_outlives_a_killed_owner(void **state) {
    (void)state;
    FOR_EACH_KIND_FROM(BKO_POOL_FORK, kind) {
        int ends[2];
        char byte;
        assert_int_equal(pipe(ends), 0);
        pid_t owner = fork();
        if (owner == 0) {
            owner_main((bko_pool_kind)kind, ends[1]);
        }
        assert_int_equal(read(ends[0], &byte, 1), 1);
        kill(owner, SIGKILL);
        waitpid(owner, NULL, 0);
        for (unsigned i = 0; i < 4; i++) {
            assert_true(process_ends(atomic_load(&board->pids[i])));
        }
        close(ends[0]);
        close(ends[1]);
    }
}

int main(int argc, char **argv) {
    int code;
    const struct CMUnitTest tests[] = {
        pooled(a_killed_worker_loses_its_task_and_is_replaced),
        pooled(tasks_that_all_kill_their_worker_are_all_lost),
        pooled(a_worker_that_dies_idle_takes_no_task_with_it),
        pooled(a_task_that_another_worker_took_is_not_lost_with_the_dead),
        pooled(a_death_wakes_who_waits_on_the_descriptor),
        pooled(a_pool_whose_workers_never_get_ready_is_broken),
        pooled(a_pool_with_a_worker_that_works_is_not_broken),
        pooled(a_worker_that_dies_in_open_fails_the_creation),
        pooled(an_owner_with_threads_cannot_fork_successors),
        pooled(workers_that_do_not_leave_are_killed),
        pooled(no_worker_outlives_a_killed_owner),
    };
    if (pool_work_if_spawned(argc, argv, &code)) {
        return code;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

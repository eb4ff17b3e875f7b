/* Pools whose workers are killed at seeded random points lose only tasks that had started. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "pool/owner/pool.h"
#include "support_pool.h"

enum { SEEDS = 20, MANY = 10000, SPAWN_SEEDS = 4 };

static uint64_t random_state;

static uint64_t draw(uint64_t below) { /* splitmix64 */
    uint64_t z = (random_state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % below;
}

/* The pid is certainly a child's, because the child has not been reaped. */
static void kill_somebody(bko_pool *pool) {
    pid_t pid = pool->crew.members[draw(pool->options.workers)].pid;
    if (pid > 0) {
        kill(pid, SIGKILL);
    }
}

static void kill_now_and_then(bko_pool *pool, uint64_t every) {
    if (draw(every) == 0) {
        for (uint64_t spins = draw(3000); spins > 0; spins--) {
            bko__relax();
        }
        kill_somebody(pool);
    }
}

static void note_and_kill(void *user, const bko_outcome *outcome) {
    pool_note(NULL, outcome);
    kill_now_and_then(user, 700);
}

static void submit_something(bko_pool *pool, unsigned i) {
    switch (draw(100)) {
    case 0:
        pool_submit_bulk(pool, draw(30000));
        break;
    case 1:
        pool_submit(pool, 'r', draw(60000)); /* some answers take several pieces */
        break;
    default:
        pool_submit(pool, 'e', i);
    }
}

static void run_with_kills(bko_pool_kind kind, unsigned seed) {
    random_state = seed;
    bko_pool_options options = pool_usual(kind, 2 + seed % 3);
    options.queue_bytes = seed % 2 == 0 ? 8192 : 0;
    options.frame_max = 100000;
    bko_pool *pool = pool_open(options);
    for (unsigned i = 0; i < MANY; i++) {
        submit_something(pool, i);
        kill_now_and_then(pool, 2000);
        if (draw(100) == 0) {
            bko_pool_collect(pool, 0, BKO_ANY_TASK, note_and_kill, pool);
        }
        if (draw(500) == 0) {
            bko_pool_cancel(pool, draw(i + 1));
        }
    }
    while (outcomes->count < MANY) {
        assert_true(bko_pool_collect(pool, -1, BKO_ANY_TASK, note_and_kill, pool) >= 0);
    }
    pool_check_books(pool);
    if (pool_count(BKO_OK) + pool_count(BKO_ELOST) + pool_count(BKO_ECANCELLED) != MANY) {
        fail_msg("seed %u: only %zu done, %zu lost, %zu cancelled", seed, pool_count(BKO_OK),
                 pool_count(BKO_ELOST), pool_count(BKO_ECANCELLED));
    }
    /* Each killed worker had at most one task. */
    assert_in_range(pool_count(BKO_ELOST), 0, pool_counts(pool).respawned + options.workers);
    bko_pool_free(pool);
}

static void kills_at_random_points_lose_only_what_had_started(void **state) {
    (void)state;
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        if (pool_kind_is_possible(BKO_POOL_FORK)) {
            run_with_kills(BKO_POOL_FORK, seed);
        }
    }
    for (unsigned seed = 1; seed <= SPAWN_SEEDS; seed++) {
        run_with_kills(BKO_POOL_SPAWN, seed);
    }
}

int main(int argc, char **argv) {
    int code;
    const struct CMUnitTest tests[] = {
        pooled(kills_at_random_points_lose_only_what_had_started),
    };
    if (pool_work_if_spawned(argc, argv, &code)) {
        return code;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

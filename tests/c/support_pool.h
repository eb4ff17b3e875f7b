/*
 * Pools under test: a set of acts for tasks, the same for threads, forked and spawned workers, and
 * a board in shared memory through which the test and the workers see each other.
 *
 * A program that uses it calls pool_work_if_spawned at the start of main, because a spawned worker
 * is the test program itself.
 */
#ifndef SUPPORT_POOL_H
#define SUPPORT_POOL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bakeoff/pool.h"

enum { POOL_TASKS_MAX = 30000, POOL_WORKERS_MAX = 64, POOL_NOBODY = -1 };

/* Shared by the test and all workers of any kind. */
typedef struct pool_board {
    _Atomic unsigned opened, closed, started;
    _Atomic int gate;        /* 'w' tasks wait until it is 1 */
    _Atomic int failing;     /* the worker whose `open` fails, or POOL_NOBODY */
    _Atomic int die_in_open; /* every worker dies in `open` */
    _Atomic int hang_in_close;
    _Atomic int pids[POOL_WORKERS_MAX];
} pool_board;

extern pool_board *board;

/* What a task does:
 *   e  answers with its value times three
 *   r  answers with `value` bytes of a pattern
 *   i  answers with the sum of its bytes
 *   f  fails with BKO_ETASK and "no luck"
 *   w  waits for the gate, then does as e
 *   b  burns CPU time for `value` milliseconds
 *   k  is killed     x  exits with code 7     p  answers with its pid */
typedef struct pool_task {
    uint64_t value;
    char act;
} pool_task;

/* How each task ended. */
typedef struct pool_log {
    unsigned ended[POOL_TASKS_MAX];
    int errors[POOL_TASKS_MAX];
    char texts[POOL_TASKS_MAX][100]; /* of tasks that did not succeed, and of p */
    pool_task tasks[POOL_TASKS_MAX];
    size_t bulk[POOL_TASKS_MAX]; /* bytes behind an i task */
    uint64_t order[POOL_TASKS_MAX];
    size_t count;
    size_t wrong; /* right outcome, wrong bytes */
} pool_log;

extern pool_log *outcomes;

int pool_setup(void **state);    /* cmocka: makes a fresh board and log */
int pool_teardown(void **state); /* … fails if a child or descriptor is left */
int pool_work_if_spawned(int argc, char **argv, int *code);

#define pooled(test) cmocka_unit_test_setup_teardown(test, pool_setup, pool_teardown)

/* Loops over the kinds that this build can run, from `first` on. */
#define FOR_EACH_KIND_FROM(first, kind)                                                            \
    for (int kind = (first); kind <= BKO_POOL_SPAWN; kind++)                                       \
        if (pool_kind_is_possible((bko_pool_kind)kind))
#define FOR_EACH_KIND(kind) FOR_EACH_KIND_FROM(BKO_POOL_THREADS, kind)

bool pool_kind_is_possible(bko_pool_kind kind); /* the thread sanitizer forbids forking */
bko_pool_options pool_usual(bko_pool_kind kind, unsigned workers);
bko_pool *pool_open(bko_pool_options options);
/* Submits a task and returns its number. */
uint64_t pool_submit(bko_pool *pool, char act, uint64_t value);
uint64_t pool_submit_bulk(bko_pool *pool, size_t size);
/* Gives every worker a task that waits for the gate; returns when all have begun. */
void pool_occupy(bko_pool *pool, unsigned workers);
/* A bko_pool_ended that fills the log. */
void pool_note(void *user, const bko_outcome *outcome);
/* Collects until nothing is outstanding. */
void pool_collect_all(bko_pool *pool);
void pool_collect_until(bko_pool *pool, uint64_t task);
/* Asserts that submitted = done + failed + lost + cancelled + broken, that each task ended once,
 * and that all answers are right. */
void pool_check_books(bko_pool *pool);
size_t pool_count(int error);
bko_pool_counts pool_counts(bko_pool *pool);
/* Waits until the counter has reached the value. */
void pool_await(_Atomic unsigned *counter, unsigned value);

#endif

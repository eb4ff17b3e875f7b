/* The test's side of support_pool.h. */
#include "support_pool.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "support_pool_worker.h"
#include "support_process.h"

pool_board *board;
pool_log *outcomes;

static char board_path[64];
static int descriptors;

int pool_setup(void **state) {
    (void)state;
    const char *folder = getenv("TMPDIR");
    snprintf(board_path, sizeof board_path, "%s/bakeoff-board-XXXXXX",
             folder != NULL && strlen(folder) < 32 ? folder : "/tmp");
    int fd = mkstemp(board_path);
    if (fd < 0 || ftruncate(fd, sizeof *board) != 0) {
        return -1;
    }
    close(fd);
    board = pool_map_board(board_path);
    atomic_store(&board->failing, POOL_NOBODY);
    outcomes = calloc(1, sizeof *outcomes);
    descriptors = process_descriptors();
    return board != NULL && outcomes != NULL ? 0 : -1;
}

int pool_teardown(void **state) {
    (void)state;
    unlink(board_path);
    munmap(board, sizeof *board);
    board = NULL;
    free(outcomes);
    return process_is_childless() && process_descriptors() == descriptors ? 0 : -1;
}

bool pool_kind_is_possible(bko_pool_kind kind) {
#ifdef __SANITIZE_THREAD__
    return kind != BKO_POOL_FORK;
#else
    (void)kind;
    return true;
#endif
}

bko_pool_options pool_usual(bko_pool_kind kind, unsigned workers) {
    static const char *const argv[] = {"/proc/self/exe", "work", NULL};
    return (bko_pool_options){.kind = kind,
                              .workers = workers,
                              .worker = pool_worker,
                              .argv = argv,
                              .greeting = board_path,
                              .greeting_size = strlen(board_path) + 1};
}

bko_pool *pool_open(bko_pool_options options) {
    bko_pool *pool;
    char reason[200];
    int err = bko_pool_create(&pool, &options, reason, sizeof reason);
    if (err != BKO_OK) {
        fail_msg("%s: %s", bko_error_name(err), reason);
    }
    memset(outcomes, 0, sizeof *outcomes);
    return pool;
}

uint64_t pool_submit(bko_pool *pool, char act, uint64_t value) {
    pool_task task;
    uint64_t number;
    memset(&task, 0, sizeof task);
    task.act = act;
    task.value = value;
    assert_int_equal(bko_pool_submit(pool, &task, sizeof task, &number), 0);
    assert_true(number < POOL_TASKS_MAX);
    outcomes->tasks[number] = task;
    return number;
}

uint64_t pool_submit_bulk(bko_pool *pool, size_t size) {
    pool_task task;
    uint64_t number;
    unsigned char *bytes = malloc(sizeof task + size);
    memset(&task, 0, sizeof task);
    task.act = 'i';
    memcpy(bytes, &task, sizeof task);
    for (size_t i = 0; i < size; i++) {
        bytes[sizeof task + i] = pool_pattern(i);
    }
    task.value = pool_sum_of(bytes + sizeof task, size);
    assert_int_equal(bko_pool_submit(pool, bytes, sizeof task + size, &number), 0);
    outcomes->tasks[number] = task;
    free(bytes);
    return number;
}

static bool is_right(const pool_task *task, const bko_outcome *outcome) {
    uint64_t number = 0;
    switch (task->act) {
    case 'e':
    case 'w':
    case 'i':
        memcpy(&number, outcome->data, outcome->size == sizeof number ? sizeof number : 0);
        return number == (task->act == 'i' ? task->value : task->value * 3) &&
               outcome->size == sizeof number;
    case 'r':
        for (size_t i = 0; i < outcome->size; i++) {
            if (((const unsigned char *)outcome->data)[i] != pool_pattern(i)) {
                return false;
            }
        }
        return outcome->size == task->value;
    default:
        return true;
    }
}

void pool_note(void *user, const bko_outcome *outcome) {
    (void)user;
    uint64_t task = outcome->task;
    assert_true(task < POOL_TASKS_MAX);
    outcomes->ended[task]++;
    outcomes->errors[task] = outcome->error;
    outcomes->order[outcomes->count++] = task;
    if (outcome->error == BKO_OK && !is_right(&outcomes->tasks[task], outcome)) {
        outcomes->wrong++;
    }
    if (outcomes->tasks[task].act == 'p' && outcome->error == BKO_OK) {
        uint64_t pid;
        memcpy(&pid, outcome->data, sizeof pid);
        snprintf(outcomes->texts[task], sizeof outcomes->texts[task], "%d", (int)pid);
        assert_int_equal(outcome->pid, pid);
    } else if (outcome->error != BKO_OK) {
        snprintf(outcomes->texts[task], sizeof outcomes->texts[task], "%.*s", (int)outcome->size,
                 (const char *)outcome->data);
    }
}

bko_pool_counts pool_counts(bko_pool *pool) {
    bko_pool_counts counts;
    bko_pool_counts_read(pool, &counts);
    return counts;
}

static bool all_has_ended(bko_pool *pool) {
    bko_pool_counts counts = pool_counts(pool);
    return counts.submitted ==
           counts.done + counts.failed + counts.lost + counts.cancelled + counts.broken;
}

void pool_collect_all(bko_pool *pool) {
    while (!all_has_ended(pool)) {
        assert_true(bko_pool_collect(pool, -1, BKO_ANY_TASK, pool_note, NULL) >= 0);
    }
}

void pool_collect_until(bko_pool *pool, uint64_t task) {
    while (outcomes->ended[task] == 0) {
        assert_true(bko_pool_collect(pool, -1, task, pool_note, NULL) >= 0);
    }
}

size_t pool_count(int error) {
    size_t count = 0;
    for (size_t i = 0; i < outcomes->count; i++) {
        count += outcomes->errors[outcomes->order[i]] == error;
    }
    return count;
}

void pool_check_books(bko_pool *pool) {
    bko_pool_counts counts = pool_counts(pool);
    assert_int_equal(counts.submitted, outcomes->count);
    for (size_t i = 0; i < outcomes->count; i++) {
        if (outcomes->ended[i] != 1) {
            fail_msg("task %zu ended %u times", i, outcomes->ended[i]);
        }
    }
    assert_int_equal(outcomes->wrong, 0);
    assert_int_equal(counts.done, pool_count(BKO_OK));
    assert_int_equal(counts.lost, pool_count(BKO_ELOST));
    assert_int_equal(counts.cancelled, pool_count(BKO_ECANCELLED));
    assert_int_equal(counts.broken, pool_count(BKO_EBROKEN));
    assert_int_equal(counts.submitted,
                     counts.done + counts.failed + counts.lost + counts.cancelled + counts.broken);
}

void pool_await(_Atomic unsigned *counter, unsigned value) {
    int64_t end_ns = bko_clock_now_ns() + INT64_C(60000000000);
    while (atomic_load(counter) < value) {
        if (bko_clock_now_ns() > end_ns) {
            fail_msg("after a minute the counter is %u, not %u", atomic_load(counter), value);
        }
        pool_nap();
    }
}

void pool_occupy(bko_pool *pool, unsigned workers) {
    atomic_store(&board->gate, 0);
    atomic_store(&board->started, 0);
    for (unsigned i = 0; i < workers; i++) {
        pool_submit(pool, 'w', i);
    }
    pool_await(&board->started, workers);
}

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
#include "support_process.h"

pool_board *board;
pool_log *outcomes;

static char board_path[64];
static int descriptors;

/* --- in the workers ------------------------------------------------------------------------------- */

static void nap(void) {
    static const struct timespec moment = {.tv_nsec = 500000};
    nanosleep(&moment, NULL);
}

static pool_board *map_board(const char *path) {
    int fd = open(path, O_RDWR | O_CLOEXEC);
    void *memory = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return memory == MAP_FAILED ? NULL : memory;
}

/* The greeting is the board's path. */
static int open_worker(void *user, unsigned worker, const void *greeting, size_t greeting_size,
                       void **state, bko_answer *reason) {
    (void)user;
    if (board == NULL && greeting_size > 0) {
        board = map_board(greeting);
    }
    if (atomic_load(&board->die_in_open)) {
        _exit(9);
    }
    if (atomic_load(&board->failing) == (int)worker) {
        static const char text[] = "no bread in the house";
        bko_answer_add(reason, text, sizeof text - 1);
        return BKO_ETASK;
    }
    atomic_store(&board->pids[worker % POOL_WORKERS_MAX], getpid());
    atomic_fetch_add(&board->opened, 1);
    *state = malloc(16);
    return BKO_OK;
}

static void close_worker(void *user, unsigned worker, void *state) {
    (void)user;
    (void)worker;
    free(state);
    atomic_fetch_add(&board->closed, 1);
    while (atomic_load(&board->hang_in_close)) {
        nap();
    }
}

static unsigned char pattern(size_t i) {
    return (unsigned char)(i * 7 + i / 251);
}

static int answer_pattern(bko_answer *answer, uint64_t size) {
    unsigned char bytes[4096];
    int err = BKO_OK;
    for (uint64_t at = 0; at < size && err == BKO_OK;) {
        size_t piece = size - at < sizeof bytes ? (size_t)(size - at) : sizeof bytes;
        for (size_t i = 0; i < piece; i++) {
            bytes[i] = pattern(at + i);
        }
        err = bko_answer_add(answer, bytes, piece);
        at += piece;
    }
    return BKO_OK; /* the pool knows about the failure by itself */
}

static void burn(uint64_t milliseconds) {
    struct timespec used;
    int64_t end_ns = 0;
    for (int64_t now_ns = 0; end_ns == 0 || now_ns < end_ns;) {
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
        now_ns = (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
        end_ns = end_ns == 0 ? now_ns + (int64_t)milliseconds * 1000000 : end_ns;
    }
}

static int add_number(bko_answer *answer, uint64_t number) {
    return bko_answer_add(answer, &number, sizeof number);
}

static uint64_t sum_of(const unsigned char *bytes, size_t size) {
    uint64_t sum = 0;
    for (size_t i = 0; i < size; i++) {
        sum += bytes[i];
    }
    return sum;
}

static int run_task(void *user, void *state, unsigned worker, uint64_t number, const void *data,
                    size_t size, bko_answer *answer) {
    pool_task task;
    (void)user;
    (void)worker;
    (void)number;
    memcpy(&task, data, sizeof task);
    atomic_fetch_add(&board->started, 1);
    if (state == NULL) {
        return BKO_EINVAL;
    }
    switch (task.act) {
    case 'w':
        while (atomic_load(&board->gate) == 0) {
            nap();
        }
        return add_number(answer, task.value * 3);
    case 'e':
        return add_number(answer, task.value * 3);
    case 'r':
        return answer_pattern(answer, task.value);
    case 'i':
        return add_number(answer,
                          sum_of((const unsigned char *)data + sizeof task, size - sizeof task));
    case 'b':
        burn(task.value);
        return BKO_OK;
    case 'f':
        bko_answer_add(answer, "no luck", 7);
        return BKO_ETASK;
    case 'k':
        raise(SIGKILL);
        return BKO_OK;
    case 'x':
        _exit(7);
    case 'p':
        return add_number(answer, (uint64_t)getpid());
    default:
        return BKO_EINVAL;
    }
}

static const bko_pool_worker worker = {open_worker, run_task, close_worker, NULL};

int pool_work_if_spawned(int argc, char **argv, int *code) {
    if (argc != 3 || strcmp(argv[1], "work") != 0) {
        return 0;
    }
    *code = bko_pool_work(&worker, argv[2]);
    return 1;
}

/* --- in the test ---------------------------------------------------------------------------------- */

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
    board = map_board(board_path);
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
                              .worker = worker,
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
        bytes[sizeof task + i] = pattern(i);
    }
    task.value = sum_of(bytes + sizeof task, size);
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
            if (((const unsigned char *)outcome->data)[i] != pattern(i)) {
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

static bool all_has_ended(bko_pool *pool) {
    bko_pool_counts counts;
    bko_pool_counts_read(pool, &counts);
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
    bko_pool_counts counts;
    bko_pool_counts_read(pool, &counts);
    assert_int_equal(counts.submitted, outcomes->count);
    for (size_t i = 0; i < outcomes->count; i++) {
        if (outcomes->ended[i] != 1) {
            fail_msg("task %zu has ended %u times", i, outcomes->ended[i]);
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
        nap();
    }
}

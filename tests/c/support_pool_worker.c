/* The workers' side of support_pool.h. */
#include "support_pool_worker.h"

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

void pool_nap(void) {
    static const struct timespec moment = {.tv_nsec = 500000};
    nanosleep(&moment, NULL);
}

pool_board *pool_map_board(const char *path) {
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
        board = pool_map_board(greeting);
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
        pool_nap();
    }
}

unsigned char pool_pattern(size_t i) {
    return (unsigned char)(i * 7 + i / 251);
}

static int answer_pattern(bko_answer *answer, uint64_t size) {
    unsigned char bytes[4096];
    int err = BKO_OK;
    for (uint64_t at = 0; at < size && err == BKO_OK;) {
        size_t piece = size - at < sizeof bytes ? (size_t)(size - at) : sizeof bytes;
        for (size_t i = 0; i < piece; i++) {
            bytes[i] = pool_pattern(at + i);
        }
        err = bko_answer_add(answer, bytes, piece);
        at += piece;
    }
    return BKO_OK; /* the pool itself sees that adding failed */
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

uint64_t pool_sum_of(const unsigned char *bytes, size_t size) {
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
            pool_nap();
        }
        return add_number(answer, task.value * 3);
    case 'e':
        return add_number(answer, task.value * 3);
    case 'r':
        return answer_pattern(answer, task.value);
    case 'i':
        return add_number(
            answer, pool_sum_of((const unsigned char *)data + sizeof task, size - sizeof task));
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

const bko_pool_worker pool_worker = {open_worker, run_task, close_worker, NULL};

int pool_work_if_spawned(int argc, char **argv, int *code) {
    if (argc != 3 || strcmp(argv[1], "work") != 0) {
        return 0;
    }
    *code = bko_pool_work(&pool_worker, argv[2]);
    return 1;
}

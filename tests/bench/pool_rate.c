/*
 * How many tiny tasks per second go through a pool: 16 bytes in, 16 bytes out, no work.
 * Calls only functions of include/bakeoff/pool.h.
 *
 *   pool_rate threads|fork [WORKERS [TASKS [IN_FLIGHT]]]
 *
 * IN_FLIGHT: tasks submitted but not yet collected; 0 or absent: all at once. Prints one
 * line of JSON.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "bakeoff/clock.h"
#include "bakeoff/pool.h"

typedef struct tally {
    uint64_t ended;
    uint64_t wrong;
} tally;

static int echo(void *user, void *state, unsigned worker, uint64_t task, const void *data,
                size_t size, bko_answer *answer) {
    (void)user;
    (void)state;
    (void)worker;
    (void)task;
    return bko_answer_add(answer, data, size);
}

static void ended(void *user, const bko_outcome *outcome) {
    tally *sum = user;
    uint64_t numbers[2];
    memcpy(numbers, outcome->data, outcome->size == sizeof numbers ? sizeof numbers : 0);
    sum->ended++;
    sum->wrong += outcome->error != 0 || outcome->size != sizeof numbers ||
                  numbers[0] != outcome->task || numbers[1] != ~outcome->task;
}

static double run(bko_pool *pool, uint64_t tasks, uint64_t in_flight, tally *sum) {
    int64_t start_ns = bko_clock_now_ns();
    uint64_t submitted = 0;
    sum->ended = 0;
    while (sum->ended < tasks) {
        while (submitted < tasks && submitted - sum->ended < in_flight) {
            uint64_t task;
            bko_pool_counts counts;
            bko_pool_counts_read(pool, &counts);
            uint64_t numbers[2] = {counts.submitted, ~counts.submitted};
            if (bko_pool_submit(pool, numbers, sizeof numbers, &task) != 0) {
                exit(1);
            }
            submitted++;
        }
        if (bko_pool_collect(pool, -1, BKO_ANY_TASK, ended, sum) < 0) {
            exit(1);
        }
    }
    return (double)(bko_clock_now_ns() - start_ns) / 1e9;
}

int main(int argc, char **argv) {
    bko_pool_options options = {.kind = argc > 1 && strcmp(argv[1], "fork") == 0 ? BKO_POOL_FORK
                                                                                 : BKO_POOL_THREADS,
                                .workers = argc > 2 ? (unsigned)atoi(argv[2]) : 2,
                                .worker = {.run = echo}};
    uint64_t tasks = argc > 3 ? strtoull(argv[3], NULL, 10) : 1000000;
    uint64_t in_flight = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;
    char reason[200];
    bko_pool *pool;
    tally sum = {0, 0};
    if (bko_pool_create(&pool, &options, reason, sizeof reason) != 0) {
        fprintf(stderr, "%s\n", reason);
        return 1;
    }
    run(pool, tasks / 10, in_flight > 0 ? in_flight : tasks, &sum); /* warms up */
    double wall_s = run(pool, tasks, in_flight > 0 ? in_flight : tasks, &sum);
    int64_t workers_ns = 0;
    struct rusage usage;
    for (unsigned i = 0; i < options.workers; i++) {
        workers_ns += bko_pool_worker_cpu_ns(pool, i);
    }
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"kind\":\"%s\",\"workers\":%u,\"tasks\":%llu,\"in_flight\":%llu,\"wall_s\":%.6f,"
           "\"tasks_per_s\":%.0f,\"workers_cpu_s\":%.3f,\"switches\":%ld,\"wrong\":%llu}\n",
           options.kind == BKO_POOL_FORK ? "fork" : "threads", options.workers,
           (unsigned long long)tasks, (unsigned long long)in_flight, wall_s, (double)tasks / wall_s,
           (double)workers_ns / 1e9, usage.ru_nvcsw + usage.ru_nivcsw,
           (unsigned long long)sum.wrong);
    bko_pool_free(pool);
    return sum.wrong != 0;
}

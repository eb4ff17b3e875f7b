/* See support_contender.h. */
#include "support_contender.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <uv.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "support_process.h"

const contender_model contender_models[4] = {{"sequential", 1},
                                             {"threads", CONTENDERS_AT_ONCE},
                                             {"eventloop", CONTENDERS_AT_ONCE},
                                             {"processes", CONTENDERS_AT_ONCE}};
const bko_fetch_options contender_fetch = {.proxy = "", .keep_body = true};
contender_shared *contender_board;
bko_schedule contender_schedule;
bko_recorder *contender_recorder;
int contender_descriptors;

int contender_begin(void **state) {
    (void)state;
    contender_descriptors = process_descriptors();
    contender_schedule = (bko_schedule){0};
    contender_board = mmap(NULL, sizeof *contender_board, PROT_READ | PROT_WRITE,
                           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    contender_board->failing_open = -1;
    contender_board->failing_job = -1;
    return 0;
}

int contender_end(void **state) {
    (void)state;
    munmap(contender_board, sizeof *contender_board);
    return process_is_childless() && process_descriptors() == contender_descriptors ? 0 : -1;
}

/* libuv's first loop opens a pipe that stays open for the rest of the process's life. */
int contender_begin_all(void **state) {
    uv_loop_t loop;
    (void)state;
    return uv_loop_init(&loop) == 0 && uv_loop_close(&loop) == 0 ? 0 : -1;
}

static int open_hook(void *user, unsigned worker, int shares_process, void **state, char *reason,
                     size_t size) {
    (void)shares_process;
    assert_ptr_equal(user, &contender_board);
    if ((int)worker == contender_board->failing_open) {
        snprintf(reason, size, "no hook for worker %u", worker);
        return BKO_ETASK;
    }
    atomic_fetch_add(&contender_board->opened, 1);
    *state = &contender_board;
    return BKO_OK;
}

static int call_hook(void *state, const bko_response *response, bko_answer *answer, char *reason,
                     size_t size) {
    (void)answer;
    assert_ptr_equal(state, &contender_board);
    int job = (int)strtol(strrchr(response->url, '/') + 1, NULL, 10);
    atomic_fetch_add(&contender_board->called, 1);
    atomic_fetch_add(&contender_board->calls_of[job], 1);
    if (job == contender_board->failing_job) {
        snprintf(reason, size, "job %d is not to my taste", job);
        return BKO_ETASK;
    }
    return BKO_OK;
}

static void close_hook(void *state) {
    assert_ptr_equal(state, &contender_board);
    atomic_fetch_add(&contender_board->closed, 1);
}

const bko_process_hook contender_hook = {open_hook, call_hook, close_hook,
                                         (void *)&contender_board};

bko_totals contender_run(size_t model, bko_jobs jobs) {
    const bko_contender *contender = bko_contender_find(contender_models[model].name);
    bko_recorder_options options = {.jobs = jobs.count, .schedule = contender_schedule};
    bko_totals totals;
    void *state;
    assert_int_equal(bko_recorder_create(&contender_recorder, &options), 0);
    jobs.recorder = contender_recorder;
    assert_int_equal(contender->setup(&jobs, contender_models[model].workers, &state), BKO_OK);
    assert_int_equal(contender->work(state), BKO_OK);
    contender->teardown(state);
    bko_recorder_totals(contender_recorder, &totals);
    return totals;
}

void contender_run_end(void) {
    bko_recorder_free(contender_recorder);
    contender_recorder = NULL;
}

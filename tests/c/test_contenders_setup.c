/* Native contenders: setups that fail, and lookup by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bakeoff/contender.h"
#include "bakeoff/error.h"
#include "support_contender.h"

static int fail_setup(size_t model, unsigned workers) {
    const char *const urls[] = {"http://127.0.0.1/0"};
    bko_recorder_options options = {.jobs = 1};
    bko_jobs jobs = {
        .urls = urls, .count = 1, .fetch = &contender_fetch, .process = &contender_hook};
    void *state = NULL;
    assert_int_equal(bko_recorder_create(&contender_recorder, &options), 0);
    jobs.recorder = contender_recorder;
    int err = bko_contender_find(contender_models[model].name)->setup(&jobs, workers, &state);
    assert_int_equal(atomic_load(&contender_board->opened), atomic_load(&contender_board->closed));
    return err;
}

static void without_workers_nothing_is_set_up(void **state) {
    (void)state;
    for (size_t i = 0; i < CONTENDER_MODELS; i++) {
        assert_int_equal(fail_setup(i, 0), BKO_EINVAL);
        contender_run_end();
    }
    assert_int_equal(fail_setup(0, 2), BKO_EINVAL); /* sequential has one worker */
    contender_run_end();
}

static void a_hook_that_cannot_be_opened_fails_the_setup(void **state) {
    (void)state;
    for (size_t i = 0; i < CONTENDER_MODELS; i++) {
        int shared_by_all = strcmp(contender_models[i].name, "eventloop") == 0;
        contender_board->failing_open = shared_by_all ? 0 : (int)contender_models[i].workers - 1;
        assert_int_equal(fail_setup(i, contender_models[i].workers), BKO_ETASK);
        assert_non_null(
            strstr(bko_recorder_first_reason(contender_recorder), "no hook for worker"));
        contender_run_end();
    }
}

static void only_the_known_are_found(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof contender_models / sizeof contender_models[0]; i++) {
        assert_string_equal(bko_contender_find(contender_models[i].name)->name,
                            contender_models[i].name);
        bko_contender_find(contender_models[i].name)->teardown(NULL);
    }
    assert_null(bko_contender_find("goroutines"));
    assert_null(bko_contender_find(""));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        clean(without_workers_nothing_is_set_up),
        clean(a_hook_that_cannot_be_opened_fails_the_setup),
        clean(only_the_known_are_found),
    };
    return cmocka_run_group_tests(tests, contender_begin_all, NULL);
}

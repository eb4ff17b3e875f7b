/*
 * The sampler, on the test's own clock: the test sets `now`, so schedule and budget don't depend on
 * the machine's speed. The cost of readings is measured for real.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "bakeoff/sampler.h"
#include "support_probe.h"
#include "support_sampler.h"

enum { MIB = 1024 * 1024, SIZE = 64 * MIB };

static const int64_t SHORT_TICK = 10 * 1000 * 1000;

static void refuses_options_out_of_range(void **state) {
    (void)state;
    bko_sampler *sampler = NULL;
    const bko_sampler_options wrong[] = {
        {.root = 0},
        {.root = getpid(), .every_ns = -1},
        {.root = getpid(), .budget = 1.5},
        {.root = getpid(), .budget = -0.1},
        {.root = getpid(), .max_samples = 1},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(bko_sampler_create(&sampler, &wrong[i]), BKO_EINVAL);
        assert_null(sampler);
    }
    bko_sampler_free(NULL);
}

static void samples_when_due_and_not_before(void **state) {
    (void)state;
    struct subject child = subject_start(sampler_idle_subject, 0);
    subject_wait(&child);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){.budget = 1});
    assert_int_equal(bko_sampler_tick(sampler, 5 * SAMPLER_TICK, 0), 1);
    assert_int_equal(bko_sampler_due_ns(sampler), 6 * SAMPLER_TICK);
    assert_int_equal(bko_sampler_tick(sampler, 6 * SAMPLER_TICK - 1, 0), 0);
    assert_int_equal(bko_sampler_tick(sampler, 6 * SAMPLER_TICK + 3, 1), 1);
    assert_int_equal(bko_sampler_due_ns(sampler), 7 * SAMPLER_TICK);
    assert_int_equal(bko_sampler_tick(sampler, 9 * SAMPLER_TICK + 3, 1),
                     1); /* late: the next tick is back on the grid */
    assert_int_equal(bko_sampler_due_ns(sampler), 10 * SAMPLER_TICK);
    size_t count = 0;
    const bko_memory_sample *samples = bko_sampler_samples(sampler, &count);
    assert_int_equal(count, 3);
    assert_int_equal(samples[1].time_ns, 6 * SAMPLER_TICK + 3);
    assert_int_equal(samples[1].phase, 1);
    assert_int_equal(samples[1].processes, 1);
    assert_true(samples[1].rss > 0);
    bko_sampler_free(sampler);
    subject_end(&child);
}

static void full_sample_has_everything(void **state) {
    (void)state;
    struct subject child = subject_start(sampler_idle_subject, 0);
    subject_wait(&child);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){.budget = 1e-9});
    assert_int_equal(bko_sampler_full(sampler, SAMPLER_TICK, 0), 1);
    assert_int_equal(bko_sampler_full(sampler, SAMPLER_TICK + 1, 1), 1); /* despite it */
    size_t count = 0;
    const bko_memory_sample *samples = bko_sampler_samples(sampler, &count);
    assert_int_equal(count, 2);
    assert_int_equal(samples[0].footprint, samples[0].rss);
    assert_true(samples[0].pss > 0 && samples[0].uss > 0);
    bko_sampler_result result = sampler_result(sampler);
    assert_int_equal(result.full_samples, 2);
    assert_int_equal(result.footprint_baseline, samples[0].footprint);
    assert_true(result.probe_ns > 0 && result.probe_cpu_ns > 0);
    bko_sampler_free(sampler);
    subject_end(&child);
}

/* Counts the sampler's own CPU time, which other load on the machine doesn't change. */
static void stays_within_its_budget(void **state) {
    (void)state;
    enum { TICKS = 2000 };
    struct subject child = subject_start(sampler_forking_subject, MIB);
    bko_sampler *sampler =
        sampler_on(child.pid, (bko_sampler_options){.budget = 0.01, .every_ns = SHORT_TICK});
    subject_wait(&child);
    subject_step(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    int taken = sampler_tick_many(sampler, SHORT_TICK, TICKS);
    bko_sampler_result result = sampler_result(sampler);
    double share = (double)result.probe_cpu_ns / ((double)TICKS * (double)SHORT_TICK);
    print_message("%d samples, %d complete, %.2f %% of the time\n", taken, (int)result.full_samples,
                  100 * share);
    assert_true(share <= 0.012);
    assert_true(result.full_samples > 1);
    assert_true(taken + result.skipped >= TICKS);
    bko_sampler_free(sampler);
    subject_end(&child);
}

static void a_tiny_budget_leaves_ticks_out(void **state) {
    (void)state;
    struct subject child = subject_start(sampler_idle_subject, 0);
    bko_sampler *sampler =
        sampler_on(child.pid, (bko_sampler_options){.budget = 1e-6, .every_ns = SHORT_TICK});
    subject_wait(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    assert_true(sampler_tick_many(sampler, SHORT_TICK, 100) <= 2);
    /* The sampler is not due again until it can afford a sample. */
    assert_true(bko_sampler_due_ns(sampler) > 100 * SHORT_TICK);
    bko_sampler_free(sampler);
    subject_end(&child);
}

static void thins_out_a_long_run(void **state) {
    (void)state;
    enum { KEPT = 64, TICKS = 1000 };
    struct subject child = subject_start(sampler_idle_subject, 0);
    bko_sampler *sampler =
        sampler_on(child.pid, (bko_sampler_options){.max_samples = KEPT, .budget = 1});
    subject_wait(&child);
    (void)sampler_tick_many(sampler, SAMPLER_TICK, TICKS);
    size_t count = 0;
    const bko_memory_sample *samples = bko_sampler_samples(sampler, &count);
    assert_in_range(count, KEPT / 2, KEPT);
    assert_int_equal(samples[0].time_ns, 1);
    assert_true(samples[count - 1].time_ns > (TICKS - 40) * SAMPLER_TICK);
    for (size_t i = 1; i < count; i++) {
        assert_true(samples[i].time_ns > samples[i - 1].time_ns);
    }
    assert_int_equal(sampler_result(sampler).every_ns, 16 * SAMPLER_TICK);
    bko_sampler_free(sampler);
    subject_end(&child);
}

/* The bench forks trials, whose Lua states may collect the sampler they inherited. */
static void may_be_freed_in_a_forked_child(void **state) {
    (void)state;
    struct subject child = subject_start(sampler_idle_subject, 0);
    subject_wait(&child);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){0});
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    pid_t fork_of_bench = fork();
    if (fork_of_bench == 0) {
        bko_sampler_free(sampler);
        _exit(7);
    }
    int status = 0;
    waitpid(fork_of_bench, &status, 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    assert_int_equal(bko_sampler_full(sampler, SAMPLER_TICK, 0), 1);
    bko_sampler_free(sampler);
    subject_end(&child);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_options_out_of_range),
        cmocka_unit_test(samples_when_due_and_not_before),
        cmocka_unit_test(full_sample_has_everything),
        cmocka_unit_test(stays_within_its_budget),
        cmocka_unit_test(a_tiny_budget_leaves_ticks_out),
        cmocka_unit_test(thins_out_a_long_run),
        cmocka_unit_test(may_be_freed_in_a_forked_child),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What the sampler knows of a footprint between two complete readings, on the test's own clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "bakeoff/sampler.h"
#include "probe/sampler_parts.h"
#include "support_probe.h"
#include "support_sampler.h"

enum { MIB = 1024 * 1024, SIZE = 64 * MIB, CHILDREN = 4 };

/* Pays for no reading at all, so all are those that the test demands. */
static const double NOTHING = 1e-9;

/* Touches `size` bytes when told to. */
static void grow(struct subject *self, size_t size) {
    subject_tell(self);
    subject_wait(self);
    (void)touched_pages(size);
    sampler_idle_subject(self, 0);
}

static void start_children(struct subject *children, size_t size) {
    for (int i = 0; i < CHILDREN; i++) {
        children[i] = subject_start(grow, size);
        subject_wait(&children[i]);
    }
}

/* Lets each of its children grow by `size`. */
static void grow_in_children(struct subject *self, size_t size) {
    struct subject children[CHILDREN];
    start_children(children, size);
    subject_tell(self);
    subject_wait(self);
    for (int i = 0; i < CHILDREN; i++) {
        subject_step(&children[i]);
    }
    sampler_idle_subject(self, 0);
}

/* Shares its pages with new children, then lets each of them grow by as much. */
static void fork_then_grow(struct subject *self, size_t size) {
    struct subject children[CHILDREN];
    (void)touched_pages(size);
    subject_tell(self);
    subject_wait(self);
    start_children(children, size);
    subject_tell(self);
    subject_wait(self);
    for (int i = 0; i < CHILDREN; i++) {
        subject_step(&children[i]);
    }
    sampler_idle_subject(self, 0);
}

/* Grows, then forks: the children share its pages. */
static void grow_and_share(struct subject *self, size_t size) {
    struct subject children[CHILDREN];
    subject_tell(self);
    subject_wait(self);
    (void)touched_pages(size);
    start_children(children, 0);
    sampler_idle_subject(self, 0);
}

/* Lets its children take turns: one ends, then the next one grows. */
static void grow_in_turns(struct subject *self, size_t size) {
    struct subject children[CHILDREN];
    start_children(children, size);
    subject_step(&children[0]);
    subject_tell(self);
    subject_wait(self);
    for (int i = 1; i < CHILDREN; i++) {
        subject_end(&children[i - 1]);
        subject_step(&children[i]);
        subject_tell(self);
        subject_wait(self);
    }
}

/* A sanitizer's shadow memory would count as the processes', and its cost as the sampler's. */
static void needs_plain_memory(void **state) {
    (void)state;
    if (SANITIZED) {
        skip();
    }
}

struct seen {
    int64_t before; /* the footprint at the complete sample */
    int64_t peak;   /* its peak after all steps */
};

/* Takes a complete sample, then looks after each of the subject's `steps` steps. */
static struct seen watch_growth(void (*act)(struct subject *self, size_t size), int steps,
                                int processes) {
    struct subject child = subject_start(act, SIZE);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){.budget = NOTHING});
    subject_wait(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    struct seen seen = {.before = sampler_result(sampler).footprint_peak};
    for (int i = 1; i <= steps; i++) {
        subject_step(&child);
        assert_int_equal(bko__sampler_look(sampler, i * SAMPLER_TICK, 0), 1);
    }
    bko_sampler_result result = sampler_result(sampler);
    seen.peak = result.footprint_peak;
    assert_int_equal(result.processes_peak, processes);
    assert_int_equal(sampler_rollups(sampler), 1);
    bko_sampler_free(sampler);
    subject_end(&child);
    return seen;
}

static void adds_what_processes_have_grown_by(void **state) {
    needs_plain_memory(state);
    struct seen seen = watch_growth(grow_in_children, 1, 1 + CHILDREN);
    assert_in_range(seen.peak - seen.before, (CHILDREN * (int64_t)SIZE) - 2 * MIB,
                    (CHILDREN * (int64_t)SIZE) + 2 * MIB);
}

/* Children that were not there at the complete reading. */
static void adds_what_new_processes_have_grown_by(void **state) {
    needs_plain_memory(state);
    struct seen seen = watch_growth(fork_then_grow, 2, 1 + CHILDREN);
    assert_in_range(seen.peak - seen.before, (CHILDREN * (int64_t)SIZE) - 2 * MIB,
                    (CHILDREN * (int64_t)SIZE) + 2 * MIB);
}

static void counts_pages_once_that_were_shared_since(void **state) {
    needs_plain_memory(state);
    struct seen seen = watch_growth(grow_and_share, 1, 1 + CHILDREN);
    assert_in_range(seen.peak - seen.before, SIZE - MIB, SIZE + MIB);
}

static void takes_off_what_has_ended(void **state) {
    needs_plain_memory(state);
    struct seen seen = watch_growth(grow_in_turns, CHILDREN - 1, 1 + CHILDREN);
    assert_in_range(seen.peak - seen.before, 0, MIB);
}

static void the_baseline_is_the_first_complete_sample(void **state) {
    needs_plain_memory(state);
    struct subject child = subject_start(grow, SIZE);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){0});
    subject_wait(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    subject_step(&child);
    assert_int_equal(bko_sampler_full(sampler, SAMPLER_TICK, 0), 1);
    bko_sampler_result result = sampler_result(sampler);
    assert_in_range(result.footprint_peak - result.footprint_baseline, SIZE - MIB, SIZE + MIB);
    bko_sampler_free(sampler);
    subject_end(&child);
}

/* Demands complete readings whose cost takes seconds to pay for. Returns whether the next tick
 * still reads RSS. */
static int looks_on(bko_sampler_options options) {
    const int64_t later = 300000000;
    const int64_t seconds_worth = 30000000; /* at one percent of the time */
    int demands = 0;
    struct subject child = subject_start(sampler_forking_subject, SIZE);
    subject_wait(&child);
    subject_step(&child);
    options.every_ns = later;
    bko_sampler *sampler = sampler_on(child.pid, options);
    while (demands == 0 || sampler_result(sampler).probe_cpu_ns < seconds_worth) {
        assert_int_equal(bko_sampler_full(sampler, demands++, 0), 1);
    }
    int taken = bko_sampler_tick(sampler, later, 0);
    assert_int_equal(sampler_rollups(sampler), demands);
    bko_sampler_free(sampler);
    subject_end(&child);
    return taken;
}

static void looks_on_after_demands_that_pay_for_themselves(void **state) {
    needs_plain_memory(state);
    assert_int_equal(looks_on((bko_sampler_options){0}), 0);
    assert_int_equal(looks_on((bko_sampler_options){.runs_on = 1}), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adds_what_processes_have_grown_by),
        cmocka_unit_test(adds_what_new_processes_have_grown_by),
        cmocka_unit_test(counts_pages_once_that_were_shared_since),
        cmocka_unit_test(takes_off_what_has_ended),
        cmocka_unit_test(the_baseline_is_the_first_complete_sample),
        cmocka_unit_test(looks_on_after_demands_that_pay_for_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * What the sampler doesn't read, because nothing can have changed: a process forks, waits and changes
 * its memory only while it runs. On the test's own clock, as in test_sampler.c.
 */
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "bakeoff/sampler.h"
#include "probe/processes.h"
#include "probe/sampler_parts.h"
#include "support_probe.h"
#include "support_sampler.h"

enum { MIB = 1024 * 1024, SIZE = 64 * MIB };

/* Even if the budget pays for everything. */
static void a_known_footprint_is_not_read_again(void **state) {
    (void)state;
    enum { TICKS = 500, DOUBLINGS = 9 };
    struct subject child = subject_start(sampler_forking_subject, MIB);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){.budget = 1, .runs_on = 1});
    subject_wait(&child);
    subject_step(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    assert_true(sampler_tick_many(sampler, SAMPLER_TICK, TICKS) >= TICKS - 1);
    bko_sampler_result result = sampler_result(sampler);
    assert_int_equal(result.full_samples, result.samples);
    assert_in_range(sampler_rollups(sampler), 2, DOUBLINGS + 3);
    bko_sampler_free(sampler);
    subject_end(&child);
}

static void a_tree_in_which_nobody_runs_is_listed(void **state) {
    (void)state;
    struct subject child = subject_start(sampler_forking_subject, MIB);
    const bko_sampler_options options = {.root = child.pid};
    bko__processes set;
    subject_wait(&child);
    assert_int_equal(bko__processes_create(&set, child.pid, 0), BKO_OK);
    assert_false(bko__processes_is_listed(&set));
    /* What a process has done to tell us may not be in its clock yet. */
    do {
        bko__processes_list(&set, &options);
    } while (!bko__processes_is_listed(&set));
    assert_int_equal(set.count, 1);
    subject_step(&child);
    assert_false(bko__processes_is_listed(&set));
    bko__processes_list(&set, &options);
    assert_false(bko__processes_is_listed(&set)); /* the new ones may have forked */
    assert_int_equal(set.count, 1 + SAMPLER_FORKS);
    bko__processes_release(&set);
    subject_end(&child);
}

/* --- memory of a process that doesn't run ------------------------------------------------------- */

static int grow_for_another(void *argument) {
    struct subject *self = argument;
    subject_tell(self);
    subject_wait(self);
    (void)touched_pages(SIZE);
    sampler_idle_subject(self, 0);
    return 0;
}

/* Sleeps while its child fills the address space of both. */
static void lend_memory(struct subject *self, size_t unused) {
    static _Alignas(16) char stack[256 * 1024];
    (void)unused;
    if (clone(grow_for_another, stack + sizeof stack, CLONE_VM | SIGCHLD, self) < 0) {
        _exit(1);
    }
    for (;;) {
        pause();
    }
}

static void memory_that_a_twin_fills_is_seen(void **state) {
    (void)state;
    if (SANITIZED) { /* threads of that kind are none of its */
        skip();
    }
    struct subject child = subject_start(lend_memory, 0);
    subject_wait(&child);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){.budget = 1e-9});
    for (int i = 0; i < 4; i++) {
        assert_int_equal(bko__sampler_look(sampler, i * SAMPLER_TICK, 0), 1);
    }
    assert_true(sampler_result(sampler).footprint_peak < SIZE);
    subject_step(&child);
    assert_int_equal(bko__sampler_look(sampler, 5 * SAMPLER_TICK, 0), 1);
    assert_true(sampler_result(sampler).footprint_peak >= SIZE);
    bko_sampler_free(sampler);
    subject_end(&child);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_footprint_is_not_read_again),
        cmocka_unit_test(a_tree_in_which_nobody_runs_is_listed),
        cmocka_unit_test(memory_that_a_twin_fills_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

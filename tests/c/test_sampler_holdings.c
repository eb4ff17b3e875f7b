/*
 * Who holds what of a tree's footprint: the sum of the holdings is the footprint at every sample, shared
 * pages count once, and the record stays bounded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>

#include <cmocka.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "bakeoff/sampler.h"
#include "probe/sampler_parts.h"
#include "support_probe.h"
#include "support_sampler.h"

enum { MIB = 1024 * 1024, SIZE = 32 * MIB, PROCESSES = 1 + SAMPLER_FORKS };

static const bko_memory_sample *last_sample(const bko_sampler *sampler) {
    size_t count = 0;
    const bko_memory_sample *samples = bko_sampler_samples(sampler, &count);
    assert_true(count > 0);
    return &samples[count - 1];
}

/* What the process with this index held at the last sample; -1: nothing was said of it. */
static int64_t held_by(const bko_sampler *sampler, size_t process) {
    size_t count = 0;
    const bko_holding *holdings = bko_sampler_holdings(sampler, last_sample(sampler), &count);
    for (size_t i = 0; i < count; i++) {
        if (holdings[i].process == process) {
            return holdings[i].bytes;
        }
    }
    return -1;
}

/* Returns how many samples have holdings. */
static size_t check_sums(const bko_sampler *sampler) {
    size_t count = 0;
    size_t with = 0;
    const bko_memory_sample *samples = bko_sampler_samples(sampler, &count);
    for (size_t i = 0; i < count; i++) {
        size_t held = 0;
        int64_t sum = 0;
        const bko_holding *holdings = bko_sampler_holdings(sampler, &samples[i], &held);
        for (size_t at = 0; at < held; at++) {
            assert_true(holdings[at].bytes >= 0);
            sum += holdings[at].bytes;
        }
        assert_true(held == 0 || sum == samples[i].footprint);
        with += held > 0;
    }
    return with;
}

static const bko_sampled_process *process_at(const bko_sampler *sampler, size_t index) {
    size_t count = 0;
    const bko_sampled_process *processes = bko_sampler_processes(sampler, &count);
    assert_true(index < count);
    return &processes[index];
}

static void one_process_holds_everything(void **state) {
    (void)state;
    struct subject child = subject_start(sampler_idle_subject, 0);
    subject_wait(&child);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){.budget = 1, .runs_on = 1});
    assert_int_equal(sampler_tick_many(sampler, SAMPLER_TICK, 4), 4);
    assert_int_equal(check_sums(sampler), 4);
    assert_int_equal(held_by(sampler, 0), last_sample(sampler)->rss);
    assert_int_equal(process_at(sampler, 0)->pid, child.pid);
    assert_int_equal(process_at(sampler, 0)->peak, held_by(sampler, 0));
    bko_sampler_free(sampler);
    subject_end(&child);
}

/* The root touched its pages before it forked: each of the five maps all of them. */
static void shared_pages_are_divided(void **state) {
    (void)state;
    struct subject child = subject_start(sampler_forking_subject, SIZE);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){.budget = 1});
    subject_wait(&child);
    subject_step(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    assert_int_equal(check_sums(sampler), 1);
    for (size_t i = 0; i < PROCESSES; i++) {
        assert_true(held_by(sampler, i) >= SIZE / PROCESSES / 2);
        assert_true(SANITIZED || held_by(sampler, i) < SIZE / 2);
    }
    bko_sampler_free(sampler);
    subject_end(&child);
}

/* One of four children ends, and its part of the shared pages passes to the others. */
static void what_has_ended_holds_nothing(void **state) {
    (void)state;
    struct subject child = subject_start(sampler_forking_subject, SIZE);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){.budget = 1});
    subject_wait(&child);
    subject_step(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    int64_t before = held_by(sampler, 0);
    subject_step(&child);
    assert_int_equal(bko_sampler_full(sampler, SAMPLER_TICK, 0), 1);
    assert_int_equal(check_sums(sampler), 2);
    assert_true(held_by(sampler, 1) < 0 || held_by(sampler, 2) < 0);
    assert_true(held_by(sampler, 0) > before);
    bko_sampler_free(sampler);
    subject_end(&child);
}

/* A child of its own name that touches private pages at the second step. */
static void grow_in_a_child(struct subject *self, size_t size) {
    struct subject child = subject_start(sampler_idle_subject, 0);
    prctl(PR_SET_NAME, "a) \"b\"");
    subject_wait(&child);
    subject_tell(self);
    subject_wait(self);
    (void)touched_pages(size);
    sampler_idle_subject(self, 0);
}

static void private_pages_are_their_owners(void **state) {
    (void)state;
    struct subject child = subject_start(grow_in_a_child, SIZE);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){.budget = 1});
    subject_wait(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    int64_t root = held_by(sampler, 0);
    int64_t other = held_by(sampler, 1);
    subject_step(&child);
    assert_int_equal(bko_sampler_full(sampler, SAMPLER_TICK, 0), 1);
    assert_int_equal(check_sums(sampler), 2);
    assert_true(held_by(sampler, 0) >= root + SIZE - MIB);
    assert_true(held_by(sampler, 1) <= other + MIB);
    assert_string_equal(process_at(sampler, 0)->name, "a) \"b\"");
    assert_string_not_equal(process_at(sampler, 1)->name, "a) \"b\"");
    bko_sampler_free(sampler);
    subject_end(&child);
}

/* Nothing is read for the holdings' sake: where the footprint is not known, neither are they. */
static void without_a_footprint_nobody_holds_anything(void **state) {
    (void)state;
    struct subject child = subject_start(grow_in_a_child, SIZE);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){.budget = 1e-9});
    subject_wait(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    int rollups = sampler_rollups(sampler);
    subject_step(&child);
    assert_int_equal(bko__sampler_look(sampler, SAMPLER_TICK, 0), 1);
    assert_int_equal(sampler_rollups(sampler), rollups);
    assert_int_equal(check_sums(sampler), last_sample(sampler)->footprint < 0 ? 1 : 2);
    bko_sampler_free(sampler);
    subject_end(&child);
}

/* Five processes and room for the holdings of twelve samples. */
static void holdings_are_thinned_out(void **state) {
    (void)state;
    enum { KEPT = 16, FEWEST = 3 };
    struct subject child = subject_start(sampler_forking_subject, MIB);
    bko_sampler *sampler =
        sampler_on(child.pid, (bko_sampler_options){.max_samples = KEPT, .budget = 1});
    subject_wait(&child);
    subject_step(&child);
    for (int i = 0; i < 10 * KEPT; i++) {
        assert_int_equal(bko_sampler_full(sampler, i * SAMPLER_TICK, 0), 1);
        size_t with = check_sums(sampler);
        assert_true(with >= 1 && with * PROCESSES <= (size_t)KEPT * 4);
    }
    assert_true(check_sums(sampler) >= FEWEST);
    bko_sampler_free(sampler);
    subject_end(&child);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_process_holds_everything),
        cmocka_unit_test(shared_pages_are_divided),
        cmocka_unit_test(what_has_ended_holds_nothing),
        cmocka_unit_test(private_pages_are_their_owners),
        cmocka_unit_test(without_a_footprint_nobody_holds_anything),
        cmocka_unit_test(holdings_are_thinned_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

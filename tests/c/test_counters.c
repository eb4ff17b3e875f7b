/*
 * Counters of process trees. Hardware counters are missing on most machines that run tests, so other events of the
 * kernel stand in their places: what is tested is opening, inheriting, reading, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/counters.h"
#include "support_probe.h"

enum { MIB = 1024 * 1024, SIZE = 8 * MIB, PAGE = 4096 };

/* Software events in the places of hardware's, and two that no kernel has. */
static const bko__event stand_ins[BKO_COUNTER_COUNT] = {
    [BKO_COUNTER_INSTRUCTIONS] = {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK},
    [BKO_COUNTER_CYCLES] = {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK},
    [BKO_COUNTER_BRANCH_MISSES] = {PERF_TYPE_HARDWARE, 999},
    [BKO_COUNTER_CACHE_MISSES] = {12345, 0},
    [BKO_COUNTER_PAGE_FAULTS] = {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS},
};

static int nobody_may_count(void) {
    bko__counters set;
    bko__counters_open(&set, stand_ins, 0, false);
    int is_refused = set.fds[BKO_COUNTER_PAGE_FAULTS] < 0;
    bko__counters_close(&set);
    return is_refused;
}

/* Touches pages itself, then lets a child do so, too. */
static void fault(struct subject *self, size_t size) {
    subject_tell(self);
    subject_wait(self);
    (void)touched_pages(size);
    pid_t child = fork();
    if (child == 0) {
        (void)touched_pages(size);
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

static void counts_a_process_and_its_later_children(void **state) {
    (void)state;
    bko_count counts[BKO_COUNTER_COUNT];
    bko__counters set;
    if (nobody_may_count()) {
        skip();
    }
    struct subject child = subject_start(fault, SIZE);
    subject_wait(&child);
    bko__counters_open(&set, stand_ins, child.pid, false);
    subject_tell(&child);
    waitpid(child.pid, NULL, 0);
    bko__counters_read(&set, counts);
    bko__counters_close(&set);
    close(child.say);
    close(child.hear);
    int64_t pages = INT64_C(2) * (SIZE / PAGE);
    assert_true(counts[BKO_COUNTER_PAGE_FAULTS].value >= pages);
    assert_true(SANITIZED || counts[BKO_COUNTER_PAGE_FAULTS].value < 2 * pages);
    assert_true(counts[BKO_COUNTER_INSTRUCTIONS].value > 0);
    assert_true(counts[BKO_COUNTER_PAGE_FAULTS].share > 0.99);
}

static void what_is_refused_says_why(void **state) {
    (void)state;
    bko_count counts[BKO_COUNTER_COUNT];
    bko__counters set;
    bko__counters_open(&set, stand_ins, 0, false);
    bko__counters_read(&set, counts);
    assert_int_equal(counts[BKO_COUNTER_BRANCH_MISSES].value, -1);
    assert_int_not_equal(counts[BKO_COUNTER_BRANCH_MISSES].error, 0);
    assert_int_equal(counts[BKO_COUNTER_CACHE_MISSES].value, -1);
    assert_int_not_equal(counts[BKO_COUNTER_CACHE_MISSES].error, 0);
    bko__counters_close(&set);
    bko__counters_close(&set);
    for (int i = 0; i < BKO_COUNTER_COUNT; i++) {
        assert_int_equal(set.fds[i], -1);
    }
}

/* What the kernel would have written for a counter. */
static int fake(uint64_t value, uint64_t enabled, uint64_t running) {
    const uint64_t reading[] = {value, enabled, running};
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], reading, sizeof reading), sizeof reading);
    close(ends[1]);
    return ends[0];
}

/* Where events take turns, each is scaled to the whole time. */
static void what_counted_for_a_part_of_the_time_is_scaled(void **state) {
    (void)state;
    bko_count counts[BKO_COUNTER_COUNT];
    bko__counters set;
    bko__counters_clear(&set);
    set.fds[BKO_COUNTER_INSTRUCTIONS] = fake(1000, 400, 100);
    set.fds[BKO_COUNTER_CYCLES] = fake(1000, 400, 400);
    set.fds[BKO_COUNTER_BRANCH_MISSES] = fake(0, 400, 0); /* never had its turn */
    set.fds[BKO_COUNTER_CACHE_MISSES] = fake(0, 0, 0);    /* the program never ran */
    set.fds[BKO_COUNTER_PAGE_FAULTS] = fake(UINT64_C(1) << 52, 2000000000, 1000000000);
    bko__counters_read(&set, counts);
    bko__counters_close(&set);
    assert_int_equal(counts[BKO_COUNTER_INSTRUCTIONS].value, 4000);
    assert_float_equal(counts[BKO_COUNTER_INSTRUCTIONS].share, 0.25, 1e-9);
    assert_int_equal(counts[BKO_COUNTER_CYCLES].value, 1000);
    assert_float_equal(counts[BKO_COUNTER_CYCLES].share, 1, 1e-9);
    assert_int_equal(counts[BKO_COUNTER_BRANCH_MISSES].value, -1);
    assert_int_equal(counts[BKO_COUNTER_CACHE_MISSES].value, 0);
    assert_int_equal(counts[BKO_COUNTER_PAGE_FAULTS].value, INT64_C(1) << 53);
}

/* A process that is gone can't be counted, and nothing else happens. */
static void a_process_that_is_gone_has_no_counters(void **state) {
    (void)state;
    bko_count counts[BKO_COUNTER_COUNT];
    bko__counters set;
    bko__counters_open(&set, stand_ins, 0x7ffffffe, false);
    bko__counters_read(&set, counts);
    for (int i = 0; i < BKO_COUNTER_COUNT; i++) {
        assert_int_equal(counts[i].value, -1);
        assert_int_not_equal(counts[i].error, 0);
    }
    bko__counters_close(&set);
}

static void each_counter_has_a_name(void **state) {
    (void)state;
    assert_string_equal(bko_counter_name(BKO_COUNTER_INSTRUCTIONS), "instructions");
    assert_string_equal(bko_counter_name(BKO_COUNTER_PAGE_FAULTS), "page_faults");
    assert_null(bko_counter_name(BKO_COUNTER_COUNT));
    assert_null(bko_counter_name(-1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_a_process_and_its_later_children),
        cmocka_unit_test(what_is_refused_says_why),
        cmocka_unit_test(what_counted_for_a_part_of_the_time_is_scaled),
        cmocka_unit_test(a_process_that_is_gone_has_no_counters),
        cmocka_unit_test(each_counter_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

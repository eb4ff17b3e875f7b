/* The bracket of a peak, from changes with known numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probe/bracket.h"

static const bko__change NOTHING = {0};

/* A tree whose footprint is known to be 100 while its processes have an RSS of 400 in sum. */
static bko__bracket known_tree(void) {
    bko__bracket bracket = {0};
    (void)bko__bracket_extend(&bracket, 400, &(bko__change){.faulted = 100},
                              &(bko__change){.faulted = 100});
    bko__bracket_close(&bracket, 100, &NOTHING);
    assert_int_equal(bko__bracket_peak(&bracket), 100);
    return bracket;
}

static void grows_by_faults_when_rss_stays(void **state) {
    (void)state;
    bko__bracket bracket = known_tree();
    bko__change copied = {.faulted = 50};
    assert_int_equal(bko__bracket_extend(&bracket, 400, &copied, &copied), 150);
    assert_int_equal(bko__bracket_peak(&bracket), 150);
}

static void grows_by_rss_when_few_faults_bring_many_pages(void **state) {
    (void)state;
    bko__bracket bracket = known_tree();
    bko__change huge = {.anonymous = 60, .faulted = 2};
    assert_int_equal(bko__bracket_extend(&bracket, 460, &huge, &huge), 160);
    bko__change files = {.file = 160, .faulted = 10}; /* 16 pages at each fault */
    assert_int_equal(bko__bracket_growth(&files), 160);
}

static void never_exceeds_the_sum_of_rss(void **state) {
    (void)state;
    bko__bracket bracket = known_tree();
    assert_int_equal(bko__bracket_extend(&bracket, 400, &(bko__change){.faulted = 1000}, &NOTHING),
                     400);
    assert_int_equal(bko__bracket_peak(&bracket), 400);
    /* a peak between two readings of RSS: what came with faults and is gone again */
    (void)bko__bracket_extend(&bracket, 400, &(bko__change){.faulted = 1070},
                              &(bko__change){.faulted = 70});
    assert_int_equal(bko__bracket_peak(&bracket), 470);
}

static void the_next_complete_reading_looks_back(void **state) {
    (void)state;
    bko__bracket bracket = known_tree();
    /* Four processes have mapped the same file of 80: RSS has grown by 320, the footprint by 80. */
    bko__change since = {.file = 320, .faulted = 20};
    assert_int_equal(bko__bracket_extend(&bracket, 720, &since, &since), 420);
    bko__bracket_close(&bracket, 180, &since);
    assert_int_equal(bko__bracket_peak(&bracket), 180);
    /* But what has been lost or has come and gone may have been there. */
    bko__change busy = {.anonymous = 5, .faulted = 15, .lost = 30};
    (void)bko__bracket_extend(&bracket, 720, &(bko__change){.file = 500}, &NOTHING);
    bko__bracket_close(&bracket, 180, &busy);
    assert_int_equal(bko__bracket_peak(&bracket), 180 + 30 + 10);
}

static void without_faults_only_rss_bounds_it(void **state) {
    (void)state;
    bko__bracket bracket = known_tree();
    bko__change unknown = {.faulted = -1};
    assert_int_equal(bko__bracket_extend(&bracket, 400, &unknown, &unknown), 400);
    bko__bracket_close(&bracket, 120, &unknown);
    assert_int_equal(bko__bracket_peak(&bracket), 400);
}

static void what_is_noticed_late_raises_all_bounds_since_the_last_listing(void **state) {
    (void)state;
    bko__bracket bracket = known_tree();
    bko__bracket_list(&bracket);
    bko__change grown = {.anonymous = 40, .faulted = 40};
    (void)bko__bracket_extend(&bracket, 440, &grown, &grown);
    bko__change shrunk = {.faulted = 40, .lost = 400};
    (void)bko__bracket_extend(&bracket, 40, &shrunk, &(bko__change){.lost = 400});
    bko__change late = {.faulted = 70, .late = 30, .lost = 400};
    (void)bko__bracket_extend(&bracket, 40, &late, &(bko__change){.faulted = 30, .late = 30});
    assert_int_equal(bko__bracket_peak(&bracket), 140 + 30);
    bko__bracket_list(&bracket);
    (void)bko__bracket_extend(&bracket, 40, &late, &(bko__change){.faulted = 30, .late = 30});
    assert_int_equal(bko__bracket_peak(&bracket), 140 + 30);
}

static void a_complete_reading_knows_nothing_of_what_is_noticed_late(void **state) {
    (void)state;
    bko__bracket bracket = known_tree();
    bko__bracket_list(&bracket);
    (void)bko__bracket_extend(&bracket, 400, &NOTHING, &NOTHING);
    bko__bracket_close(&bracket, 100, &NOTHING);
    bko__change late = {.faulted = 30, .late = 30};
    (void)bko__bracket_extend(&bracket, 10, &late, &late);
    assert_int_equal(bko__bracket_peak(&bracket), 130);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_by_faults_when_rss_stays),
        cmocka_unit_test(grows_by_rss_when_few_faults_bring_many_pages),
        cmocka_unit_test(never_exceeds_the_sum_of_rss),
        cmocka_unit_test(the_next_complete_reading_looks_back),
        cmocka_unit_test(without_faults_only_rss_bounds_it),
        cmocka_unit_test(what_is_noticed_late_raises_all_bounds_since_the_last_listing),
        cmocka_unit_test(a_complete_reading_knows_nothing_of_what_is_noticed_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

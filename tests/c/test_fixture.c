/* The pure parts of the fixture: draws and the gate; and its sockets. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bakeoff/server.h"

/* The fixture is an executable, so its sources are included here.
 * NOLINTBEGIN(bugprone-suspicious-include) */
#include "programs/fixture/draw.c"
#include "programs/fixture/gate.c"
#include "programs/fixture/listen.c"
/* NOLINTEND(bugprone-suspicious-include) */

enum { DRAWS = 20000 };

static bko__server_settings settings(int distribution, double latency_s, double jitter_s) {
    return (bko__server_settings){.distribution = distribution,
                                  .latency_ns = llround(latency_s * 1e9),
                                  .jitter_ns = llround(jitter_s * 1e9),
                                  .seed = 1};
}

/* Mean and standard deviation, in seconds, over many URLs. */
static void moments(const bko__server_settings *s, double *mean, double *deviation) {
    double sum = 0;
    double squares = 0;
    for (uint64_t url = 0; url < DRAWS; url++) {
        double x = (double)bko__draw_for(s, 0, url, 0).latency_ns / 1e9;
        assert_true(x >= 0);
        sum += x;
        squares += x * x;
    }
    *mean = sum / DRAWS;
    *deviation = sqrt(squares / DRAWS - *mean * *mean);
}

static void assert_near(double value, double wanted, double tolerance) {
    if (fabs(value - wanted) > tolerance) {
        fail_msg("%g is not %g, within %g", value, wanted, tolerance);
    }
}

static void distributions_have_their_moments(void **state) {
    (void)state;
    double mean;
    double deviation;
    bko__server_settings s = settings(BKO_DISTRIBUTION_UNIFORM, 0.1, 0.04);
    moments(&s, &mean, &deviation);
    assert_near(mean, 0.1, 0.001);
    assert_near(deviation, 0.04 / sqrt(3), 0.001);
    s = settings(BKO_DISTRIBUTION_NORMAL, 0.1, 0.02);
    moments(&s, &mean, &deviation);
    assert_near(mean, 0.1, 0.001);
    assert_near(deviation, 0.02, 0.001);
    s = settings(BKO_DISTRIBUTION_LOGNORMAL, 0.1, 0.05);
    moments(&s, &mean, &deviation);
    assert_near(mean, 0.1, 0.002);
    assert_near(deviation, 0.05, 0.003);
    s = settings(BKO_DISTRIBUTION_NORMAL, 0.01, 0.1); /* half the draws would be negative */
    moments(&s, &mean, &deviation);
    s = settings(BKO_DISTRIBUTION_FIXED, 0.1, 0);
    assert_int_equal(bko__draw_for(&s, 3, 4, 5).latency_ns, 100000000);
}

static void draws_depend_on_all_they_should(void **state) {
    (void)state;
    bko__server_settings s = settings(BKO_DISTRIBUTION_UNIFORM, 0.1, 0.04);
    int64_t reference = bko__draw_for(&s, 1, 2, 3).latency_ns;
    assert_int_equal(bko__draw_for(&s, 1, 2, 3).latency_ns, reference);
    assert_int_not_equal(bko__draw_for(&s, 2, 2, 3).latency_ns, reference);
    assert_int_not_equal(bko__draw_for(&s, 1, 3, 3).latency_ns, reference);
    assert_int_not_equal(bko__draw_for(&s, 1, 2, 4).latency_ns, reference);
    s.errors = 1; /* does not change the latencies */
    assert_true(bko__draw_for(&s, 1, 2, 3).error);
    assert_int_equal(bko__draw_for(&s, 1, 2, 3).latency_ns, reference);
    s.seed = 2;
    assert_int_not_equal(bko__draw_for(&s, 1, 2, 3).latency_ns, reference);
}

static void occurrences_count_by_epoch(void **state) {
    (void)state;
    bko__draw_table *table = calloc(1, sizeof *table);
    uint64_t url = bko__draw_url("/tickets?day=7");
    assert_int_not_equal(url, bko__draw_url("/tickets?day=8"));
    for (uint64_t epoch = 5; epoch > 2; epoch--) {
        for (uint64_t n = 0; n < 10; n++) {
            assert_int_equal(bko__draw_occurrence(table, url, epoch), n);
            bko__draw_occurrence(table, url + n + 1, epoch);
        }
    }
    for (uint64_t other = 0; other / 2 < BKO__DRAW_SLOTS; other++) { /* more than fit: harmless */
        bko__draw_occurrence(table, bko__random_mix(other), 9);
    }
    free(table);
}

static void gate_keeps_order_and_limit(void **state) {
    (void)state;
    bko__gate gate;
    bko__gate_entry entries[5];
    bko__gate_init(&gate, 2, 0);
    assert_true(bko__gate_ask(&gate, &entries[0], 10));
    assert_true(bko__gate_ask(&gate, &entries[1], 10));
    for (int i = 2; i < 5; i++) {
        assert_false(bko__gate_ask(&gate, &entries[i], 10));
    }
    assert_int_equal(bko__gate_wake_ns(&gate), INT64_MAX);
    assert_null(bko__gate_next(&gate, 10));
    bko__gate_give_up(&entries[3]);
    bko__gate_leave(&gate);
    assert_true(bko__gate_wake_ns(&gate) <= 10);
    assert_ptr_equal(bko__gate_next(&gate, 10), &entries[2]);
    assert_null(bko__gate_next(&gate, 10));
    bko__gate_leave(&gate);
    assert_ptr_equal(bko__gate_next(&gate, 10), &entries[4]);
    assert_int_equal(gate.inside, 2);
}

/* Whoever waits is admitted late, and the record says how late; if nobody waits, the plan is the record. */
static void gate_records_its_stalls(void **state) {
    (void)state;
    bko__gate gate;
    bko__gate_entry entries[4];
    bko__gate_init(&gate, 0, 0);
    bko__gate_set_stall(&gate, 1, 500);
    bko__gate_note(&gate, 1, 1000);
    assert_true(bko__gate_ask(&gate, &entries[0], 1000));
    assert_int_equal(gate.stalls, 0);
    bko__gate_note(&gate, 1, 2000);
    assert_false(bko__gate_ask(&gate, &entries[1], 2000));
    bko__gate_note(&gate, 1, 2100);
    assert_false(bko__gate_ask(&gate, &entries[2], 2100));
    assert_int_equal(gate.stalls, 1);
    assert_int_equal(gate.stall_start_ns, 2000);
    assert_int_equal(gate.stall_end_ns, 2500);
    assert_ptr_equal(bko__gate_next(&gate, 2510), &entries[1]);
    assert_ptr_equal(bko__gate_next(&gate, 2520), &entries[2]);
    assert_int_equal(gate.stall_end_ns, 2510);
    bko__gate_note(&gate, 2, 9000);
    bko__gate_note(&gate, 2, 9100); /* then its client leaves */
    assert_true(bko__gate_ask(&gate, &entries[3], 9700));
    assert_int_equal(gate.stalls, 2);
    assert_int_equal(gate.stall_start_ns, 9100);
    assert_int_equal(gate.stall_end_ns, 9600);
}

static void gate_keeps_the_rate(void **state) {
    (void)state;
    bko__gate gate;
    bko__gate_entry entries[4];
    bko__gate_init(&gate, 0, 100);
    assert_true(bko__gate_ask(&gate, &entries[0], 1000));
    for (int i = 1; i < 4; i++) {
        assert_false(bko__gate_ask(&gate, &entries[i], 1000));
    }
    assert_int_equal(bko__gate_wake_ns(&gate), 1100);
    assert_null(bko__gate_next(&gate, 1099));
    assert_ptr_equal(bko__gate_next(&gate, 1130), &entries[1]); /* late: the plan stays */
    assert_int_equal(bko__gate_wake_ns(&gate), 1200);
    assert_ptr_equal(bko__gate_next(&gate, 1200), &entries[2]);
    bko__gate_undo(&gate); /* its client is gone: the slot is the next one's */
    assert_ptr_equal(bko__gate_next(&gate, 1200), &entries[3]);
    assert_int_equal(bko__gate_wake_ns(&gate), INT64_MAX);
}

/* A bound port on which nothing listens refuses connections only while nobody else can listen there. */
static void a_port_of_its_own_is_not_shared(void **state) {
    (void)state;
    int first = bko__bound_socket(0);
    assert_true(first >= 0);
    assert_true(bko__bound_socket(bko__port_of(first)) < 0);
    assert_int_equal(errno, EADDRINUSE);
    close(first);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distributions_have_their_moments),
        cmocka_unit_test(draws_depend_on_all_they_should),
        cmocka_unit_test(occurrences_count_by_epoch),
        cmocka_unit_test(gate_keeps_order_and_limit),
        cmocka_unit_test(gate_records_its_stalls),
        cmocka_unit_test(gate_keeps_the_rate),
        cmocka_unit_test(a_port_of_its_own_is_not_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

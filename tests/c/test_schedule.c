/* Open loops in the recorder: when jobs are due, which are dropped, and what the totals say. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "bakeoff/recorder.h"
#include "record/notes.h"

static bko_recorder *create(size_t jobs, bko_schedule schedule, uint64_t seed) {
    bko_recorder_options options = {.jobs = jobs, .seed = seed, .schedule = schedule};
    bko_recorder *recorder;
    assert_int_equal(bko_recorder_create(&recorder, &options), 0);
    bko__recorder_submit(recorder, jobs);
    return recorder;
}

static int64_t offset(const bko_recorder *recorder, size_t job) {
    return bko__recorder_due_ns(recorder, job) - bko__recorder_due_ns(recorder, 0);
}

static void run_job(bko_recorder *recorder, size_t job) {
    bko_job_row row;
    bko__recorder_start(recorder, job, 0, &row);
    bko__recorder_end(recorder, job, &row);
}

static void constant_arrivals_are_evenly_spaced(void **state) {
    (void)state;
    bko_schedule schedule = {.arrivals = BKO_ARRIVALS_CONSTANT, .rate_per_s = 400};
    bko_recorder *recorder = create(1000, schedule, 0);
    for (size_t job = 0; job < 1000; job++) {
        assert_int_equal(offset(recorder, job), (int64_t)job * 2500000);
    }
    assert_true(fabs(bko_recorder_offered_per_s(recorder) - 400) < 0.001);
    bko_recorder_free(recorder);
}

/* The gaps of an exponential distribution have equal mean and deviation; a share of 1 - 1/e lies
 * below the mean. */
static void poisson_arrivals_have_exponential_gaps(void **state) {
    (void)state;
    enum { JOBS = 20000 };
    bko_schedule schedule = {.arrivals = BKO_ARRIVALS_POISSON, .rate_per_s = 1000};
    bko_recorder *recorder = create(JOBS, schedule, 7);
    double squares = 0;
    int below = 0;
    double mean = (double)offset(recorder, JOBS - 1) / (JOBS - 1);
    for (size_t job = 1; job < JOBS; job++) {
        double gap = (double)(offset(recorder, job) - offset(recorder, job - 1));
        assert_true(gap >= 0);
        squares += (gap - mean) * (gap - mean);
        below += gap < mean;
    }
    assert_true(fabs(mean / 1e6 - 1) < 0.03);
    assert_true(fabs(sqrt(squares / JOBS) / mean - 1) < 0.03);
    assert_true(fabs((double)below / JOBS - (1 - exp(-1))) < 0.015);
    bko_recorder_free(recorder);
}

/* The second job is due only after about a quarter of an hour. */
static void the_first_job_is_due_at_once(void **state) {
    (void)state;
    const bko_arrivals kinds[] = {BKO_ARRIVALS_CONSTANT, BKO_ARRIVALS_POISSON};
    for (size_t i = 0; i < 2; i++) {
        bko_schedule schedule = {.arrivals = kinds[i], .rate_per_s = 0.001};
        bko_recorder *recorder = create(10, schedule, 7);
        assert_true(bko__recorder_due_ns(recorder, 0) <= bko_clock_now_ns());
        assert_true(bko__recorder_due_ns(recorder, 1) > bko_clock_now_ns());
        bko_recorder_free(recorder);
    }
}

static void random_arrivals_follow_the_seed(void **state) {
    (void)state;
    bko_schedule schedule = {.arrivals = BKO_ARRIVALS_POISSON, .rate_per_s = 1000};
    bko_recorder *one = create(100, schedule, 1);
    bko_recorder *same = create(100, schedule, 1);
    bko_recorder *other = create(100, schedule, 2);
    size_t equal = 0;
    for (size_t job = 1; job < 100; job++) {
        assert_int_equal(offset(one, job), offset(same, job));
        equal += offset(one, job) == offset(other, job);
    }
    assert_true(equal < 3);
    bko_recorder_free(one);
    bko_recorder_free(same);
    bko_recorder_free(other);
}

/* The worker starts the first job when all ten should have been under way. */
static void recorded_arrivals_are_those_that_were_given(void **state) {
    (void)state;
    int64_t times[] = {0, 0, 5000, 1000000};
    bko_schedule schedule = {
        .arrivals = BKO_ARRIVALS_RECORDED, .rate_per_s = 3000, .times_ns = times};
    bko_recorder *recorder = create(4, schedule, 1);
    times[2] = 7; /* it has its own */
    assert_int_equal(offset(recorder, 1), 0);
    assert_int_equal(offset(recorder, 2), 5000);
    assert_int_equal(offset(recorder, 3), 1000000);
    assert_null(bko__recorder_schedule(recorder)->times_ns);
    assert_true(fabs(bko_recorder_offered_per_s(recorder) - 3000) < 1e-6);
    bko_recorder_free(recorder);
    bko_recorder_options options = {
        .jobs = 1, .schedule = {.arrivals = BKO_ARRIVALS_RECORDED, .rate_per_s = 1}};
    assert_int_equal(bko_recorder_create(&recorder, &options), BKO_EINVAL);
}

static void latency_counts_from_the_intended_start(void **state) {
    (void)state;
    bko_schedule schedule = {.arrivals = BKO_ARRIVALS_CONSTANT, .rate_per_s = 1e6};
    bko_recorder *recorder = create(10, schedule, 0);
    while (bko_clock_now_ns() < bko__recorder_due_ns(recorder, 9) + 1000000) {
    }
    for (size_t job = 0; job < 10; job++) {
        run_job(recorder, job);
    }
    assert_true(bko_histogram_quantile(bko_recorder_latency(recorder), 0) >= 990000);
    assert_true(bko_histogram_quantile(bko_recorder_queue(recorder), 0) >= 990000);
    assert_true(bko_histogram_quantile(bko_recorder_service(recorder), 0.5) < 990000);
    const bko_job_row *row = bko_recorder_row(recorder, 9);
    assert_int_equal(row->queued_ns, bko__recorder_due_ns(recorder, 9));
    assert_true(bko_recorder_achieved_per_s(recorder) < bko_recorder_offered_per_s(recorder) / 10);
    bko_recorder_free(recorder);
}

static void a_closed_loop_has_one_latency_and_no_rate(void **state) {
    (void)state;
    bko_recorder *recorder = create(2, (bko_schedule){0}, 0);
    run_job(recorder, 0);
    run_job(recorder, 1);
    assert_false(bko__recorder_is_open(recorder));
    assert_int_equal(bko__recorder_due_ns(recorder, 1), bko__recorder_due_ns(recorder, 0));
    assert_ptr_equal(bko_recorder_latency(recorder), bko_recorder_service(recorder));
    assert_int_equal(bko_histogram_count(bko_recorder_latency(recorder)), 2);
    assert_true(bko_recorder_offered_per_s(recorder) == 0);
    assert_true(bko_recorder_achieved_per_s(recorder) == 0);
    bko_recorder_free(recorder);
}

static void dropped_jobs_are_neither_lost_nor_failed(void **state) {
    (void)state;
    bko_totals totals;
    bko_schedule schedule = {.arrivals = BKO_ARRIVALS_CONSTANT, .rate_per_s = 1e6};
    bko_recorder *recorder = create(3, schedule, 0);
    run_job(recorder, 0);
    bko__recorder_drop(recorder, 1);
    bko__recorder_lost(recorder, 1); /* dropped before its worker died */
    bko_recorder_totals(recorder, &totals);
    assert_int_equal(totals.submitted, 3);
    assert_int_equal(totals.done, 1);
    assert_int_equal(totals.failed, 0);
    assert_int_equal(totals.dropped, 1);
    assert_int_equal(totals.lost, 1);
    assert_int_equal(bko_recorder_state(recorder, 1), BKO_JOB_DROPPED);
    assert_int_equal(bko_recorder_row(recorder, 1)->started_ns, 0);
    bko_recorder_free(recorder);
}

static void after_the_time_limit_nothing_starts(void **state) {
    (void)state;
    bko_schedule schedule = {
        .arrivals = BKO_ARRIVALS_CONSTANT, .rate_per_s = 1e6, .start_within_ns = 1};
    bko_recorder *recorder = create(2, schedule, 0);
    bko_totals totals;
    while (bko_clock_now_ns() <= bko__recorder_due_ns(recorder, 0)) {
    }
    assert_int_equal(bko__recorder_may_start(recorder, 0), 0);
    bko_recorder_totals(recorder, &totals);
    assert_int_equal(totals.dropped, 1);
    bko_recorder_free(recorder);
    schedule.start_within_ns = (int64_t)3600 * 1000000000;
    recorder = create(2, schedule, 0);
    assert_int_equal(bko__recorder_may_start(recorder, 0), 1);
    bko_recorder_free(recorder);
}

static void a_rate_that_is_none_is_refused(void **state) {
    (void)state;
    static const double rates[] = {0, -1, NAN};
    for (size_t i = 0; i < 3; i++) {
        bko_recorder_options options = {
            .jobs = 1, .schedule = {.arrivals = BKO_ARRIVALS_CONSTANT, .rate_per_s = rates[i]}};
        bko_recorder *recorder;
        assert_int_equal(bko_recorder_create(&recorder, &options), BKO_EINVAL);
        assert_null(recorder);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant_arrivals_are_evenly_spaced),
        cmocka_unit_test(poisson_arrivals_have_exponential_gaps),
        cmocka_unit_test(the_first_job_is_due_at_once),
        cmocka_unit_test(random_arrivals_follow_the_seed),
        cmocka_unit_test(recorded_arrivals_are_those_that_were_given),
        cmocka_unit_test(latency_counts_from_the_intended_start),
        cmocka_unit_test(a_closed_loop_has_one_latency_and_no_rate),
        cmocka_unit_test(dropped_jobs_are_neither_lost_nor_failed),
        cmocka_unit_test(after_the_time_limit_nothing_starts),
        cmocka_unit_test(a_rate_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

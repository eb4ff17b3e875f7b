/* The recorder: one process writes, another reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/recorder.h"
#include "record/notes.h"

static bko_recorder *create(size_t jobs, size_t rows_max) {
    bko_recorder_options options = {.jobs = jobs, .rows_max = rows_max};
    bko_recorder *recorder;
    assert_int_equal(bko_recorder_create(&recorder, &options), 0);
    return recorder;
}

static bko_totals totals_of(const bko_recorder *recorder) {
    bko_totals totals;
    bko_recorder_totals(recorder, &totals);
    return totals;
}

static void run_job(bko_recorder *recorder, size_t job, unsigned worker, int error) {
    bko_job_row row;
    bko__recorder_start(recorder, job, worker, &row);
    row.bytes = 100;
    row.error = (int16_t)error;
    bko__recorder_end(recorder, job, &row);
}

static void a_forked_process_writes_what_its_parent_reads(void **state) {
    (void)state;
    bko_recorder *recorder = create(3, 0);
    bko__recorder_submit(recorder, 3);
    pid_t pid = fork();
    if (pid == 0) {
        run_job(recorder, 0, 7, BKO_OK);
        run_job(recorder, 2, 7, BKO_ETIMEOUT);
        bko__recorder_reason(recorder, "from the child");
        bko__recorder_add_connections(recorder, 2);
        bko__recorder_add_ipc(recorder, 50);
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    bko_totals totals = totals_of(recorder);
    assert_int_equal(totals.submitted, 3);
    assert_int_equal(totals.done, 1);
    assert_int_equal(totals.failed, 1);
    assert_int_equal(totals.lost, 1);
    assert_int_equal(totals.bytes, 200);
    assert_int_equal(totals.connections, 2);
    assert_int_equal(totals.ipc_bytes, 50);
    assert_int_equal(bko_recorder_state(recorder, 0), BKO_JOB_DONE);
    assert_int_equal(bko_recorder_state(recorder, 1), BKO_JOB_PENDING);
    assert_int_equal(bko_recorder_state(recorder, 2), BKO_JOB_FAILED);
    assert_int_equal(bko_recorder_row(recorder, 2)->error, BKO_ETIMEOUT);
    assert_int_equal(bko_recorder_row(recorder, 0)->worker, 7);
    assert_string_equal(bko_recorder_first_reason(recorder), "from the child");
    bko_recorder_free(recorder);
}

static void times_of_a_job_are_in_order(void **state) {
    (void)state;
    bko_recorder *recorder = create(1, 0);
    bko__recorder_submit(recorder, 1);
    run_job(recorder, 0, 0, BKO_OK);
    const bko_job_row *row = bko_recorder_row(recorder, 0);
    assert_true(row->queued_ns > 0);
    assert_true(row->started_ns >= row->queued_ns);
    assert_true(row->ended_ns >= row->started_ns);
    assert_int_equal(row->processed_ns, 0);
    assert_int_equal(bko_histogram_count(bko_recorder_latency(recorder)), 1);
    assert_int_equal(bko_histogram_count(bko_recorder_queue(recorder)), 1);
    assert_int_equal(bko_histogram_max(bko_recorder_latency(recorder)),
                     row->ended_ns - row->started_ns);
    bko_recorder_free(recorder);
}

static void in_flight_peak_counts_started_and_not_ended(void **state) {
    (void)state;
    bko_job_row rows[3];
    bko_recorder *recorder = create(3, 0);
    bko__recorder_submit(recorder, 3);
    bko__recorder_start(recorder, 0, 0, &rows[0]);
    bko__recorder_start(recorder, 1, 1, &rows[1]);
    bko__recorder_end(recorder, 0, &rows[0]);
    bko__recorder_start(recorder, 2, 0, &rows[2]);
    assert_int_equal(totals_of(recorder).in_flight_peak, 2);
    assert_int_equal(totals_of(recorder).lost, 2);
    bko_recorder_free(recorder);
}

static void a_job_that_died_with_its_worker_is_lost(void **state) {
    (void)state;
    bko_job_row row;
    bko_recorder *recorder = create(3, 0);
    bko__recorder_submit(recorder, 3);
    bko__recorder_start(recorder, 0, 0, &row);
    bko__recorder_lost(recorder, 0); /* started */
    bko__recorder_lost(recorder, 1); /* never started */
    run_job(recorder, 2, 0, BKO_OK);
    bko_totals totals = totals_of(recorder);
    assert_int_equal(totals.lost, 2);
    assert_int_equal(totals.failed, 0);
    assert_int_equal(totals.done, 1);
    assert_int_equal(totals.in_flight_peak, 1);
    assert_int_equal(bko_recorder_state(recorder, 1), BKO_JOB_FAILED);
    assert_int_equal(bko_recorder_row(recorder, 0)->error, BKO_ELOST);
    assert_int_equal(bko_recorder_row(recorder, 1)->started_ns, 0);
    bko_recorder_free(recorder);
}

/* The worker recorded the job's end but was killed before it sent the answer. */
static void a_job_whose_answer_never_came_is_lost_and_not_also_done(void **state) {
    (void)state;
    bko_recorder *recorder = create(2, 0);
    bko__recorder_submit(recorder, 2);
    run_job(recorder, 0, 0, BKO_OK);
    bko__recorder_lost(recorder, 0);
    run_job(recorder, 1, 0, BKO_ETIMEOUT);
    bko__recorder_lost(recorder, 1); /* it had failed already */
    bko_totals totals = totals_of(recorder);
    assert_int_equal(totals.done, 0);
    assert_int_equal(totals.failed, 1);
    assert_int_equal(totals.lost, 1);
    assert_int_equal(bko_recorder_row(recorder, 0)->error, BKO_ELOST);
    assert_int_equal(bko_recorder_row(recorder, 1)->error, BKO_ETIMEOUT);
    bko_recorder_free(recorder);
}

static void of_many_jobs_an_even_sample_has_rows(void **state) {
    (void)state;
    bko_recorder *recorder = create(95, 13);
    assert_int_equal(bko_recorder_rows(recorder), 12);
    assert_int_equal(bko_recorder_stride(recorder), 8);
    assert_int_equal(bko_recorder_jobs(recorder), 95);
    bko__recorder_submit(recorder, 95);
    for (size_t i = 0; i < 95; i++) {
        run_job(recorder, i, (unsigned)i, i == 94 ? BKO_EHTTP : BKO_OK);
    }
    size_t evenly_spaced = 0;
    for (size_t row = 0; row < 12; row++) {
        size_t job = bko_recorder_row_job(recorder, row);
        assert_int_equal(job / 8, row); /* one row per stretch of eight jobs */
        assert_true(job < 95);
        assert_int_equal(bko_recorder_row(recorder, row)->worker, job);
        evenly_spaced += job % 8 == bko_recorder_row_job(recorder, 0) % 8;
    }
    assert_true(evenly_spaced < 12); /* a pattern of eight jobs must not match */
    assert_int_equal(totals_of(recorder).done, 94);
    assert_int_equal(totals_of(recorder).errors[-BKO_EHTTP], 1);
    assert_int_equal(bko_histogram_count(bko_recorder_latency(recorder)), 95);
    assert_int_equal(bko_recorder_state(recorder, 94), BKO_JOB_FAILED);
    bko_recorder_free(recorder);
}

static void ten_thousand_rows_unless_asked(void **state) {
    (void)state;
    bko_recorder *recorder = create(10000, 0);
    assert_int_equal(bko_recorder_rows(recorder), 10000);
    assert_int_equal(bko_recorder_row_job(recorder, 9999), 9999);
    bko_recorder_free(recorder);
    recorder = create(10001, 0);
    assert_int_equal(bko_recorder_stride(recorder), 2);
    assert_int_equal(bko_recorder_rows(recorder), 5001);
    assert_int_equal(bko_recorder_row_job(recorder, 5000), 10000);
    bko_recorder_free(recorder);
}

static void a_million_jobs_take_less_than_16_megabytes(void **state) {
    (void)state;
    static const bko_arrivals arrivals[] = {BKO_ARRIVALS_CLOSED, BKO_ARRIVALS_CONSTANT,
                                            BKO_ARRIVALS_POISSON};
    for (size_t i = 0; i < 3; i++) {
        bko_recorder_options options = {.jobs = 1000000,
                                        .schedule = {.arrivals = arrivals[i], .rate_per_s = 1000}};
        bko_recorder *recorder;
        assert_int_equal(bko_recorder_create(&recorder, &options), 0);
        assert_true(bko__recorder_size(recorder) < 16000000);
        bko_recorder_free(recorder);
    }
}

static void no_jobs_at_all_are_fine(void **state) {
    (void)state;
    bko_recorder *recorder = create(0, 0);
    bko__recorder_touch(recorder);
    bko_totals totals = totals_of(recorder);
    assert_int_equal(totals.submitted, 0);
    assert_int_equal(totals.lost, 0);
    assert_int_equal(bko_recorder_rows(recorder), 0);
    bko_recorder_free(recorder);
    bko_recorder_free(NULL);
}

static void more_jobs_than_memory_are_refused(void **state) {
    (void)state;
    static const size_t counts[] = {SIZE_MAX, SIZE_MAX - 100, SIZE_MAX / 2};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        bko_recorder_options options = {.jobs = counts[i], .rows_max = i == 2 ? SIZE_MAX : 0};
        bko_recorder *recorder;
        assert_int_equal(bko_recorder_create(&recorder, &options), BKO_ENOMEM);
        assert_null(recorder);
    }
}

static void phases_are_marked(void **state) {
    (void)state;
    bko_recorder *recorder = create(0, 0);
    bko__recorder_phase_start(recorder, BKO_PHASE_WORK);
    bko__recorder_phase_end(recorder, BKO_PHASE_WORK);
    int64_t start = bko_recorder_phase_start_ns(recorder, BKO_PHASE_WORK);
    assert_true(start > 0);
    assert_true(bko_recorder_phase_end_ns(recorder, BKO_PHASE_WORK) >= start);
    assert_int_equal(bko_recorder_phase_start_ns(recorder, BKO_PHASE_SETUP), 0);
    assert_int_equal(bko_recorder_phase_end_ns(recorder, BKO_PHASE_ENDED), 0);
    bko_recorder_free(recorder);
}

static void the_first_reason_wins_and_is_cut(void **state) {
    (void)state;
    char lengthy[3000];
    bko_recorder *recorder = create(0, 0);
    assert_string_equal(bko_recorder_first_reason(recorder), "");
    memset(lengthy, 'x', sizeof lengthy - 1);
    lengthy[sizeof lengthy - 1] = '\0';
    bko__recorder_reason(recorder, lengthy);
    bko__recorder_reason(recorder, "second");
    assert_int_equal(strlen(bko_recorder_first_reason(recorder)), 1023);
    bko_recorder_free(recorder);
}

static void the_last_word_of_a_worker_on_its_cpu_time_counts(void **state) {
    (void)state;
    int64_t cpu[BKO_RECORDER_WORKERS];
    bko_recorder *recorder = create(1, 0);
    assert_int_equal(bko_recorder_workers_cpu(recorder, cpu), 0);
    bko__recorder_worker_cpu(recorder, 2, 100);
    bko__recorder_worker_cpu(recorder, 2, 300);
    bko__recorder_worker_cpu(recorder, 0, 0);
    bko__recorder_worker_cpu(recorder, BKO_RECORDER_WORKERS, 900); /* one too many */
    assert_int_equal(bko_recorder_workers_cpu(recorder, cpu), 3);
    assert_int_equal(cpu[0], 0);
    assert_int_equal(cpu[1], -1);
    assert_int_equal(cpu[2], 300);
    bko_recorder_free(recorder);
}

static void touching_changes_nothing(void **state) {
    (void)state;
    bko_recorder *recorder = create(100, 0);
    bko__recorder_submit(recorder, 1);
    run_job(recorder, 0, 3, BKO_OK);
    bko_job_row before = *bko_recorder_row(recorder, 0);
    bko__recorder_touch(recorder);
    assert_memory_equal(&before, bko_recorder_row(recorder, 0), sizeof before);
    assert_int_equal(totals_of(recorder).done, 1);
    bko_recorder_free(recorder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_forked_process_writes_what_its_parent_reads),
        cmocka_unit_test(times_of_a_job_are_in_order),
        cmocka_unit_test(in_flight_peak_counts_started_and_not_ended),
        cmocka_unit_test(a_job_that_died_with_its_worker_is_lost),
        cmocka_unit_test(a_job_whose_answer_never_came_is_lost_and_not_also_done),
        cmocka_unit_test(of_many_jobs_an_even_sample_has_rows),
        cmocka_unit_test(ten_thousand_rows_unless_asked),
        cmocka_unit_test(a_million_jobs_take_less_than_16_megabytes),
        cmocka_unit_test(no_jobs_at_all_are_fine),
        cmocka_unit_test(more_jobs_than_memory_are_refused),
        cmocka_unit_test(phases_are_marked),
        cmocka_unit_test(the_first_reason_wins_and_is_cut),
        cmocka_unit_test(the_last_word_of_a_worker_on_its_cpu_time_counts),
        cmocka_unit_test(touching_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

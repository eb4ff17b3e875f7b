/* Open loops under every native model: when jobs start, which jobs wait, which are dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "contender/pace.h"
#include "record/notes.h"
#include "support_contender.h"
#include "support_server.h"

enum { NS_PER_MS = 1000000 };

static bko_jobs jobs_of(const char *const *urls, size_t count) {
    return (bko_jobs){.urls = urls, .count = count, .fetch = &contender_fetch};
}

/* No job starts early, none is forgotten, and the latency includes the wait. */
static void jobs_start_at_their_times(void **state) {
    (void)state;
    static const bko_arrivals arrivals[] = {BKO_ARRIVALS_CONSTANT, BKO_ARRIVALS_POISSON};
    for (size_t i = 0; i < (size_t)2 * CONTENDER_MODELS; i++) {
        bko_server *server = server_start((bko_server_options){0});
        const char **urls = server_urls(server, CONTENDER_JOBS);
        contender_schedule = (bko_schedule){.arrivals = arrivals[i % 2], .rate_per_s = 2000};
        bko_totals totals = contender_run(i / 2, jobs_of(urls, CONTENDER_JOBS));
        assert_int_equal(totals.done, CONTENDER_JOBS);
        assert_int_equal(totals.dropped, 0);
        for (size_t job = 0; job < CONTENDER_JOBS; job++) {
            const bko_job_row *row = bko_recorder_row(contender_recorder, job);
            assert_int_equal(row->queued_ns, bko__recorder_due_ns(contender_recorder, job));
            assert_true(row->started_ns >= row->queued_ns);
        }
        assert_true(bko_histogram_max(bko_recorder_latency(contender_recorder)) >=
                    bko_histogram_max(bko_recorder_service(contender_recorder)));
        contender_run_end();
        urls_free(urls, CONTENDER_JOBS);
        bko_server_free(server);
    }
}

/* All jobs arrive while the first ones run, so a queue of three soon fills up. */
static void a_full_queue_drops_new_jobs(void **state) {
    (void)state;
    for (size_t i = 0; i < CONTENDER_MODELS; i++) {
        bko_server *server = server_start((bko_server_options){.latency_s = 0.05});
        const char **urls = server_urls(server, CONTENDER_JOBS);
        contender_schedule =
            (bko_schedule){.arrivals = BKO_ARRIVALS_CONSTANT, .rate_per_s = 10000, .max_queue = 3};
        bko_totals totals = contender_run(i, jobs_of(urls, CONTENDER_JOBS));
        unsigned workers = contender_models[i].workers;
        assert_int_equal(totals.submitted, CONTENDER_JOBS);
        assert_int_equal(totals.done + totals.dropped, CONTENDER_JOBS);
        assert_int_equal(totals.failed + totals.lost, 0);
        assert_true(totals.done >= workers + 3); /* more on a slow machine */
        assert_true(totals.dropped > 0);
        assert_int_equal(bko_histogram_count(bko_recorder_latency(contender_recorder)),
                         totals.done);
        contender_run_end();
        urls_free(urls, CONTENDER_JOBS);
        bko_server_free(server);
    }
}

/* All jobs are due before any slot is free: the queue takes max_queue of them, the rest is dropped. */
static void the_queue_is_full_at_its_bound(void **state) {
    (void)state;
    enum { JOBS = 20, BOUND = 3 };
    bko_recorder_options options = {
        .jobs = JOBS,
        .schedule = {.arrivals = BKO_ARRIVALS_CONSTANT, .rate_per_s = 1000000, .max_queue = BOUND}};
    assert_int_equal(bko_recorder_create(&contender_recorder, &options), 0);
    bko_jobs jobs = {.count = JOBS, .recorder = contender_recorder};
    bko__recorder_submit(contender_recorder, JOBS);
    bko__pace pace;
    bko__pace_begin(&pace, &jobs);
    bko__pace_sleep(bko__recorder_due_ns(contender_recorder, JOBS - 1) + 1);
    bko__pace_admit(&pace);
    size_t job = 0;
    for (size_t i = 0; i < BOUND; i++) {
        assert_true(bko__pace_take(&pace, &job));
        assert_int_equal(job, i);
    }
    assert_false(bko__pace_take(&pace, &job));
    bko_totals totals;
    bko_recorder_totals(contender_recorder, &totals);
    assert_int_equal(totals.dropped, JOBS - BOUND);
    contender_run_end();
}

/* The time for starting jobs is over long before the last jobs are due. */
static void what_has_not_started_in_time_is_dropped(void **state) {
    (void)state;
    for (size_t i = 0; i < CONTENDER_MODELS; i++) {
        bko_server *server = server_start((bko_server_options){0});
        const char **urls = server_urls(server, CONTENDER_JOBS);
        contender_schedule = (bko_schedule){.arrivals = BKO_ARRIVALS_CONSTANT,
                                            .rate_per_s = 20, /* the last is due after 3 s */
                                            .start_within_ns = (int64_t)120 * NS_PER_MS};
        bko_totals totals = contender_run(i, jobs_of(urls, CONTENDER_JOBS));
        assert_true(totals.done <= 3);
        assert_int_equal(totals.done + totals.dropped, CONTENDER_JOBS);
        assert_int_equal(bko_recorder_state(contender_recorder, CONTENDER_JOBS - 1),
                         BKO_JOB_DROPPED);
        contender_run_end();
        urls_free(urls, CONTENDER_JOBS);
        bko_server_free(server);
    }
}

static void no_jobs_end_at_once(void **state) {
    (void)state;
    for (size_t i = 0; i < CONTENDER_MODELS; i++) {
        static const char *const none[] = {NULL};
        contender_schedule = (bko_schedule){.arrivals = BKO_ARRIVALS_POISSON, .rate_per_s = 0.001};
        assert_int_equal(contender_run(i, jobs_of(none, 0)).submitted, 0);
        contender_run_end();
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        clean(jobs_start_at_their_times),
        clean(a_full_queue_drops_new_jobs),
        clean(the_queue_is_full_at_its_bound),
        clean(what_has_not_started_in_time_is_dropped),
        clean(no_jobs_end_at_once),
    };
    return cmocka_run_group_tests(tests, contender_begin_all, NULL);
}

/* Native contenders: every model runs the same jobs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bakeoff/clock.h"
#include "bakeoff/contender.h"
#include "bakeoff/error.h"
#include "core/clock.h"
#include "support_contender.h"
#include "support_peer.h"
#include "support_server.h"

static void every_job_is_done_and_the_server_agrees(void **state) {
    (void)state;
    for (size_t i = 0; i < CONTENDER_MODELS; i++) {
        bko_server *server = server_start((bko_server_options){.size_bytes = 1000});
        const char **urls = server_urls(server, CONTENDER_JOBS);
        bko_totals totals = contender_run(
            i, (bko_jobs){.urls = urls, .count = CONTENDER_JOBS, .fetch = &contender_fetch});
        bko_server_stats stats;
        bko_server_stats_read(server, &stats);
        assert_int_equal(totals.submitted, CONTENDER_JOBS);
        assert_int_equal(totals.done, CONTENDER_JOBS);
        assert_int_equal(totals.failed + totals.lost, 0);
        assert_int_equal(totals.bytes, CONTENDER_JOBS * 1000);
        assert_int_equal(stats.requests, CONTENDER_JOBS);
        assert_int_equal(totals.connections, stats.connections);
        assert_true(stats.connections <= contender_models[i].workers);
        assert_int_equal(totals.ipc_bytes > 0, strcmp(contender_models[i].name, "processes") == 0);
        assert_string_equal(bko_recorder_first_reason(contender_recorder), "");
        contender_run_end();
        urls_free(urls, CONTENDER_JOBS);
        bko_server_free(server);
    }
}

static void rows_tell_each_job(void **state) {
    (void)state;
    for (size_t i = 0; i < CONTENDER_MODELS; i++) {
        bko_server *server = server_start((bko_server_options){0});
        const char **urls = server_urls(server, CONTENDER_JOBS);
        contender_run(i, (bko_jobs){.urls = urls,
                                    .count = CONTENDER_JOBS,
                                    .fetch = &contender_fetch,
                                    .process = &contender_hook});
        for (size_t job = 0; job < CONTENDER_JOBS; job++) {
            const bko_job_row *row = bko_recorder_row(contender_recorder, job);
            assert_int_equal(bko_recorder_state(contender_recorder, job), BKO_JOB_DONE);
            assert_int_equal(row->http_status, 200);
            assert_true(row->worker < contender_models[i].workers);
            assert_true(row->queued_ns <= row->started_ns && row->started_ns <= row->done_ns);
            assert_true(row->done_ns <= row->processed_ns && row->processed_ns <= row->ended_ns);
            assert_int_equal(row->saved_ns, 0);
        }
        contender_run_end();
        urls_free(urls, CONTENDER_JOBS);
        bko_server_free(server);
    }
}

/* The gate opens only once all workers wait at it; with fewer jobs in flight, they would time out.
 * */
static void all_workers_are_busy_at_once(void **state) {
    (void)state;
    char path[32];
    for (size_t i = 0; i < CONTENDER_MODELS; i++) {
        peer *remote = peer_fork();
        snprintf(path, sizeof path, "/gate/%u", contender_models[i].workers);
        peer_url url = peer_at(remote, path);
        const char **urls = same_urls(url.text, CONTENDER_JOBS);
        bko_totals totals = contender_run(
            i, (bko_jobs){.urls = urls, .count = CONTENDER_JOBS, .fetch = &contender_fetch});
        assert_int_equal(totals.done, CONTENDER_JOBS);
        assert_int_equal(totals.in_flight_peak, contender_models[i].workers);
        assert_int_equal(peer_held_peak(remote), contender_models[i].workers);
        contender_run_end();
        urls_free(urls, CONTENDER_JOBS);
        peer_stop(remote);
    }
}

static void the_hook_is_called_once_per_job_and_closed_per_worker(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){0});
    const char **urls = server_urls(server, CONTENDER_JOBS);
    unsigned workers = 0;
    for (unsigned i = 0; i < CONTENDER_MODELS; i++) {
        contender_run(i, (bko_jobs){.urls = urls,
                                    .count = CONTENDER_JOBS,
                                    .fetch = &contender_fetch,
                                    .process = &contender_hook});
        workers +=
            strcmp(contender_models[i].name, "eventloop") == 0 ? 1 : contender_models[i].workers;
        assert_int_equal(atomic_load(&contender_board->opened), workers);
        assert_int_equal(atomic_load(&contender_board->closed), workers);
        for (size_t job = 0; job < CONTENDER_JOBS; job++) {
            assert_int_equal(atomic_load(&contender_board->calls_of[job]), i + 1);
        }
        contender_run_end();
    }
    urls_free(urls, CONTENDER_JOBS);
    bko_server_free(server);
}

static void a_hook_that_fails_fails_its_job_with_its_reason(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){0});
    const char **urls = server_urls(server, CONTENDER_JOBS);
    contender_board->failing_job = 17;
    for (size_t i = 0; i < CONTENDER_MODELS; i++) {
        bko_totals totals = contender_run(i, (bko_jobs){.urls = urls,
                                                        .count = CONTENDER_JOBS,
                                                        .fetch = &contender_fetch,
                                                        .process = &contender_hook});
        assert_int_equal(totals.done, CONTENDER_JOBS - 1);
        assert_int_equal(totals.failed, 1);
        assert_int_equal(bko_recorder_row(contender_recorder, 17)->error, BKO_ETASK);
        assert_non_null(
            strstr(bko_recorder_first_reason(contender_recorder), "job 17 is not to my taste"));
        contender_run_end();
    }
    urls_free(urls, CONTENDER_JOBS);
    bko_server_free(server);
}

static void failed_fetches_are_not_processed(void **state) {
    (void)state;
    peer *remote = peer_fork();
    peer_url url = peer_at(remote, "/status/503");
    const char **urls = same_urls(url.text, 10);
    for (size_t i = 0; i < CONTENDER_MODELS; i++) {
        bko_totals totals = contender_run(i, (bko_jobs){.urls = urls,
                                                        .count = 10,
                                                        .fetch = &contender_fetch,
                                                        .process = &contender_hook});
        assert_int_equal(totals.failed, 10);
        assert_int_equal(atomic_load(&contender_board->called), 0);
        assert_non_null(strstr(bko_recorder_first_reason(contender_recorder), "HTTP status 503"));
        contender_run_end();
    }
    urls_free(urls, 10);
    peer_stop(remote);
}

static void credentials_do_not_reach_the_reason(void **state) {
    (void)state;
    char url[2000];
    char password[1500];
    const char *const urls[] = {url};
    memset(password, 's', sizeof password - 1);
    password[sizeof password - 1] = '\0';
    for (size_t i = 0; i < CONTENDER_MODELS; i++) {
        for (int length = 10; length < 1500; length += 1480) {
            snprintf(url, sizeof url, "http://user:%.*s@127.0.0.1:%u/0", length, password,
                     peer_closed_port());
            contender_descriptors++;
            bko_totals totals =
                contender_run(i, (bko_jobs){.urls = urls, .count = 1, .fetch = &contender_fetch});
            assert_int_equal(totals.failed, 1);
            assert_null(strstr(bko_recorder_first_reason(contender_recorder), "sss"));
            assert_non_null(strstr(bko_recorder_first_reason(contender_recorder), "***@127.0.0.1"));
            contender_run_end();
        }
    }
}

static void burn(int64_t cpu_ns) {
    int64_t until = bko__clock_thread_cpu_ns() + cpu_ns;
    while (bko__clock_thread_cpu_ns() < until) {
    }
}

/* One job, which takes no time worth mentioning: what a worker's thread does before and after the
 * work would be many times as much. */
static void no_worker_uses_more_than_the_time_of_the_work(void **state) {
    (void)state;
    enum { BURNT_NS = 20 * 1000 * 1000 };
    bko_server *server = server_start((bko_server_options){0});
    const char **urls = server_urls(server, 1);
    for (size_t i = 0; i < CONTENDER_MODELS; i++) {
        bko_recorder_options options = {.jobs = 1};
        int64_t cpu[BKO_RECORDER_WORKERS];
        void *self;
        assert_int_equal(bko_recorder_create(&contender_recorder, &options), 0);
        bko_jobs jobs = {
            .urls = urls, .count = 1, .fetch = &contender_fetch, .recorder = contender_recorder};
        const bko_contender *contender = bko_contender_find(contender_models[i].name);
        assert_int_equal(contender->setup(&jobs, contender_models[i].workers, &self), BKO_OK);
        burn(BURNT_NS);
        int64_t start_ns = bko_clock_now_ns();
        assert_int_equal(contender->work(self), BKO_OK);
        int64_t work_ns = bko_clock_now_ns() - start_ns;
        burn(BURNT_NS);
        contender->teardown(self);
        size_t count = bko_recorder_workers_cpu(contender_recorder, cpu);
        for (size_t worker = 0; worker < count; worker++) {
            assert_in_range(cpu[worker], 0, work_ns);
        }
        contender_run_end();
    }
    urls_free(urls, 1);
    bko_server_free(server);
}

static void more_workers_than_jobs_and_no_jobs_are_fine(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){0});
    const char **urls = server_urls(server, 2);
    for (size_t i = 0; i < CONTENDER_MODELS; i++) {
        for (size_t count = 0; count <= 2; count++) {
            bko_totals totals = contender_run(
                i, (bko_jobs){.urls = urls, .count = count, .fetch = &contender_fetch});
            assert_int_equal(totals.done, count);
            assert_true(totals.in_flight_peak <= count);
            contender_run_end();
        }
    }
    urls_free(urls, 2);
    bko_server_free(server);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        clean(every_job_is_done_and_the_server_agrees),
        clean(rows_tell_each_job),
        clean(all_workers_are_busy_at_once),
        clean(the_hook_is_called_once_per_job_and_closed_per_worker),
        clean(a_hook_that_fails_fails_its_job_with_its_reason),
        clean(failed_fetches_are_not_processed),
        clean(credentials_do_not_reach_the_reason),
        clean(no_worker_uses_more_than_the_time_of_the_work),
        clean(more_workers_than_jobs_and_no_jobs_are_fine),
    };
    return cmocka_run_group_tests(tests, contender_begin_all, NULL);
}

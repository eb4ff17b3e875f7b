/* Many fetches on one loop: connections, order, and the number in flight. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/fetch.h"
#include "support_loop.h"
#include "support_peer.h"
#include "support_server.h"

enum { MANY = 2000, AT_ONCE = 200 };

static void connections_are_kept_and_used_again(void **state) {
    (void)state;
    loop_notes all;
    bko_server *server = server_start((bko_server_options){0});
    const char **urls = server_urls(server, 100);
    free(loop_run_all(&all, &loop_plain, 4, urls, 100));
    bko_server_stats stats;
    bko_server_stats_read(server, &stats);
    assert_int_equal(stats.requests, 100);
    assert_in_range(stats.connections, 1, 4);
    assert_int_equal(all.connections, stats.connections);
    urls_free(urls, 100);
    bko_server_free(server);
}

static void session_per_request_connects_each_time(void **state) {
    (void)state;
    loop_notes all;
    bko_fetch_options fetch = {.proxy = "", .session_per_request = true};
    bko_server *server = server_start((bko_server_options){0});
    const char **urls = server_urls(server, 50);
    free(loop_run_all(&all, &fetch, 5, urls, 50));
    bko_server_stats stats;
    bko_server_stats_read(server, &stats);
    assert_int_equal(stats.connections, 50);
    assert_int_equal(all.connections, 50);
    urls_free(urls, 50);
    bko_server_free(server);
}

/* The gate opens only once seven requests wait at it; with fewer in flight this would never end. */
static void as_many_as_allowed_are_in_flight_and_never_more(void **state) {
    (void)state;
    loop_notes all;
    peer *remote = peer_start();
    peer_url url = peer_at(remote, "/gate/7");
    const char **urls = same_urls(url.text, 70);
    free(loop_run_all(&all, &loop_plain, 7, urls, 70));
    assert_int_equal(all.in_flight_peak, 7);
    assert_int_equal(peer_held_peak(remote), 7);
    urls_free(urls, 70);
    peer_stop(remote);
    bko_server *server = server_start((bko_server_options){.latency_s = 0.005});
    urls = server_urls(server, 100);
    free(loop_run_all(&all, &loop_plain, 7, urls, 100));
    bko_server_stats stats;
    bko_server_stats_read(server, &stats);
    assert_int_equal(all.in_flight_peak, 7);
    assert_in_range(stats.served_peak, 1, 7);
    urls_free(urls, 100);
    bko_server_free(server);
}

static void those_that_wait_start_in_order(void **state) {
    (void)state;
    loop_notes all;
    bko_server *server =
        server_start((bko_server_options){.latency_s = 0.002, .jitter_s = 0.002, .seed = 1});
    const char **urls = server_urls(server, 200);
    loop_job *jobs = loop_run_all(&all, &loop_plain, 3, urls, 200);
    for (unsigned i = 0; i < 200; i++) {
        assert_int_equal(jobs[i].started_as, i);
    }
    free(jobs);
    urls_free(urls, 200);
    bko_server_free(server);
}

static void thousands_end_exactly_once_each(void **state) {
    (void)state;
    loop_notes all;
    bko_server *server = server_start(
        (bko_server_options){.latency_s = 0.002, .jitter_s = 0.002, .size_bytes = 3000});
    const char **urls = server_urls(server, MANY);
    loop_job *jobs = loop_run_all(&all, &loop_plain, AT_ONCE, urls, MANY);
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(jobs[i].times_done, 1);
        assert_int_equal(jobs[i].error, BKO_OK);
        assert_int_equal(jobs[i].bytes, 3000);
    }
    bko_server_stats stats;
    bko_server_stats_read(server, &stats);
    assert_int_equal(stats.requests, MANY);
    assert_in_range(stats.connections, 1, AT_ONCE);
    assert_true(all.in_flight_peak <= AT_ONCE);
    free(jobs);
    urls_free(urls, MANY);
    bko_server_free(server);
}

static void a_loop_without_places_is_refused(void **state) {
    (void)state;
    bko_loop_options options = {.fetch = &loop_plain, .in_flight = 0};
    bko_loop *loop;
    assert_int_equal(bko_loop_create(&loop, &options), BKO_EINVAL);
    assert_null(loop);
    bko_loop_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connections_are_kept_and_used_again),
        cmocka_unit_test(session_per_request_connects_each_time),
        cmocka_unit_test(as_many_as_allowed_are_in_flight_and_never_more),
        cmocka_unit_test(those_that_wait_start_in_order),
        cmocka_unit_test(thousands_end_exactly_once_each),
        cmocka_unit_test(a_loop_without_places_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

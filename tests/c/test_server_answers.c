/* The fixture server as a client sees it: answers, latency, the queue, errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/clock.h"
#include "bakeoff/server.h"
#include "support_http.h"
#include "support_server.h"

static http_answer answer; /* large */

/* --- answers ---------------------------------------------------------------------------------- */

static void serves_and_counts(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){0});
    http_get(bko_server_port(server), "/", &answer);
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.length, 2048);
    http_get(bko_server_port(server), "/other?x=1", &answer);
    server_await_bytes(server, 4096);
    bko_server_stats stats = server_stats(server);
    assert_int_equal(stats.requests, 2);
    assert_int_equal(stats.connections, 2);
    assert_int_equal(stats.errors, 0);
    assert_int_equal(stats.served_peak, 1);
    bko_server_stop(server);
    assert_int_equal(server_stats(server).requests, 2);
    bko_server_free(server);
}

static void tickets_are_the_same_for_a_day(void **state) {
    (void)state;
    static http_answer first;
    bko_server *server = server_start((bko_server_options){.body = BKO_BODY_TICKETS});
    uint16_t port = bko_server_port(server);
    http_get(port, "/tickets?day=7", &first);
    assert_in_range(first.length, 15000, 18000);
    assert_non_null(strstr(first.body, "\"date\":\"2026-01-07\""));
    assert_non_null(strstr(first.body, "\"prices\":["));
    http_get(port, "/tickets?day=1031", &answer); /* in the same cache slot as day 7 */
    assert_non_null(strstr(answer.body, "\"day\":1031"));
    http_get(port, "/tickets?a=b&day=7", &answer);
    assert_string_equal(answer.body, first.body);
    http_get(port, "/tickets?day=-3", &answer);
    assert_non_null(strstr(answer.body, "\"date\":\"2025-12-28\""));
    http_get(port, "/tickets?day=99999999999999999999", &answer);
    assert_non_null(strstr(answer.body, "\"day\":1,"));
    bko_server_free(server);
}

static void page_and_sizes(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){.body = BKO_BODY_PAGE});
    http_get(bko_server_port(server), "/", &answer);
    assert_in_range(answer.length, 7000, 9500);
    assert_non_null(strstr(answer.text, "text/html"));
    assert_non_null(strstr(answer.body, "</html>"));
    bko_server_free(server);
    server = server_start((bko_server_options){.size_bytes = 17});
    http_get(bko_server_port(server), "/", &answer);
    assert_int_equal(answer.length, 17);
    bko_server_free(server);
}

static void answers_as_the_path_asks(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){0});
    uint16_t port = bko_server_port(server);
    http_get(port, "/status/404", &answer);
    assert_int_equal(answer.status, 404);
    http_get(port, "/status/204", &answer);
    assert_int_equal(answer.status, 204);
    assert_int_equal(answer.length, 0);
    http_get(port, "/status/99999", &answer);
    assert_int_equal(answer.status, 400);
    http_get(port, "/redirect?to=http%3A%2F%2Fexample.org%2Fx", &answer);
    assert_int_equal(answer.status, 302);
    assert_non_null(strstr(answer.text, "Location: http://example.org/x\r\n"));
    http_get(port, "/redirect?to=a%0D%0AX-Evil:%20b", &answer);
    assert_null(strstr(answer.text, "\r\nX-Evil"));
    http_get(port, "http://elsewhere/status/503", &answer);
    assert_int_equal(answer.status, 503);
    bko_server_free(server);
}

static void head_and_post(void **state) {
    (void)state;
    static char body[100001];
    memset(body, 'x', sizeof body - 1);
    bko_server *server = server_start((bko_server_options){.latency_s = 0.001});
    int fd = http_connect(bko_server_port(server));
    http_send(fd, "HEAD", "/", NULL);
    http_receive(fd, &answer);
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.length, 0);
    assert_non_null(strstr(answer.text, "Content-Length: 2048\r\n"));
    fd = http_connect(bko_server_port(server));
    http_send(fd, "POST", "/", body);
    http_receive(fd, &answer);
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.length, 2048);
    server_await_bytes(server, 2048);
    bko_server_free(server);
}

/* --- latency, queue, errors ------------------------------------------------------------------- */

/* Requests `path` on `count` connections at once; returns the seconds until the last answer. */
static double ask_at_once(uint16_t port, const char *path, int count) {
    int fds[64];
    for (int i = 0; i < count; i++) {
        fds[i] = http_connect(port);
    }
    int64_t from = bko_clock_now_ns();
    for (int i = 0; i < count; i++) {
        http_send(fds[i], "GET", path, NULL);
    }
    for (int i = 0; i < count; i++) {
        http_receive(fds[i], &answer);
        assert_int_equal(answer.status, 200);
    }
    return (double)(bko_clock_now_ns() - from) / 1e9;
}

static void latency_is_a_minimum(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){.latency_s = 0.05});
    double took = ask_at_once(bko_server_port(server), "/", 20);
    assert_true(took >= 0.05);
    assert_in_range(server_stats(server).served_peak, 2, 20); /* at once, not one after the other */
    bko_server_free(server);
}

static void connections_are_capped(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){.latency_s = 0.02, .connections = 3});
    double took = ask_at_once(bko_server_port(server), "/", 12);
    assert_true(took >= 4 * 0.02);
    assert_in_range(server_stats(server).served_peak, 1, 3);
    assert_int_equal(server_stats(server).requests, 12);
    bko_server_free(server);
    int fds[12];
    server = server_start((bko_server_options){.latency_s = 60, .connections = 3});
    for (int i = 0; i < 12; i++) {
        fds[i] = http_connect(bko_server_port(server));
        http_send(fds[i], "GET", "/", NULL);
    }
    server_await_requests(server, 12);
    assert_int_equal(server_stats(server).served_peak, 3);
    bko_server_free(server);
    for (int i = 0; i < 12; i++) {
        close(fds[i]);
    }
}

static void cap_without_latency_serves_all(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){.connections = 1});
    ask_at_once(bko_server_port(server), "/", 40);
    assert_int_equal(server_stats(server).served_peak, 1);
    bko_server_free(server);
}

static void rate_spreads_requests(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){.rate = 200});
    double took = ask_at_once(bko_server_port(server), "/", 11);
    assert_true(took >= 0.0499);
    bko_server_free(server);
}

/* The third request of each epoch waits, and so do those that come with it; the others don't. */
static void a_stall_comes_once_in_an_epoch(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){.stall_s = 0.05, .stall_after = 2});
    for (uint64_t epoch = 1; epoch <= 2; epoch++) {
        bko_server_set_epoch(server, epoch);
        double before = ask_at_once(bko_server_port(server), "/", 2);
        double stalled = ask_at_once(bko_server_port(server), "/", 5);
        double after = ask_at_once(bko_server_port(server), "/", 5);
        assert_true(stalled >= 0.0499);
        assert_true(before < stalled);
        assert_true(after < stalled);
    }
    bko_server_free(server);
}

/* The first and the last client wait for their answers, the three between them hang up. Returns
 * whether those three were never served. */
static bool hang_up_in_line(double latency_s) {
    enum { CLIENTS = 5 };
    int fds[CLIENTS];
    bko_server *server =
        server_start((bko_server_options){.latency_s = latency_s, .connections = 1});
    for (uint64_t i = 0; i < CLIENTS; i++) {
        fds[i] = http_connect(bko_server_port(server));
        http_send(fds[i], "GET", "/", NULL);
        server_await_requests(server, i + 1); /* now it is queued */
    }
    for (int i = 1; i < CLIENTS - 1; i++) {
        close(fds[i]);
    }
    http_receive(fds[0], &answer);
    http_receive(fds[CLIENTS - 1], &answer);
    assert_int_equal(answer.status, 200);
    bool lost =
        server_stats(server).bytes <= (uint64_t)2 * 2048; /* the last may not be counted yet */
    if (lost) {
        server_await_bytes(server, (uint64_t)2 * 2048);
    }
    bko_server_free(server);
    return lost;
}

/* On a busy machine the first client may be answered before all are queued; then the latency is
 * doubled. */
static void who_hangs_up_in_line_loses_the_place(void **state) {
    (void)state;
    double latency_s = 0.2;
    while (!hang_up_in_line(latency_s)) {
        latency_s *= 2;
        assert_true(latency_s < 10);
    }
}

/* The statuses of 64 different URLs, as bits. */
static uint64_t statuses(uint16_t port) {
    uint64_t bits = 0;
    for (int i = 0; i < 64; i++) {
        char path[16];
        snprintf(path, sizeof path, "/%d", i);
        http_get(port, path, &answer);
        assert_true(answer.status == 200 || answer.status == 500);
        bits |= (uint64_t)(answer.status == 500) << i;
    }
    return bits;
}

static void draws_repeat_by_epoch(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){.errors = 0.5, .seed = 7});
    uint16_t port = bko_server_port(server);
    uint64_t first = statuses(port);
    uint64_t second = statuses(port); /* the second request for each URL */
    assert_int_equal(server_stats(server).errors,
                     __builtin_popcountll(first) + __builtin_popcountll(second));
    bko_server_set_epoch(server, 1);
    uint64_t other = statuses(port);
    bko_server_set_epoch(server, 0);
    assert_int_equal(statuses(port), first);
    bko_server_set_epoch(server, 0); /* once more, as for the next contender of the block */
    assert_int_equal(statuses(port), first);
    assert_true(first != second && first != other && second != other);
    bko_server_free(server);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serves_and_counts),
        cmocka_unit_test(tickets_are_the_same_for_a_day),
        cmocka_unit_test(page_and_sizes),
        cmocka_unit_test(answers_as_the_path_asks),
        cmocka_unit_test(head_and_post),
        cmocka_unit_test(latency_is_a_minimum),
        cmocka_unit_test(connections_are_capped),
        cmocka_unit_test(cap_without_latency_serves_all),
        cmocka_unit_test(rate_spreads_requests),
        cmocka_unit_test(a_stall_comes_once_in_an_epoch),
        cmocka_unit_test(who_hangs_up_in_line_loses_the_place),
        cmocka_unit_test(draws_repeat_by_epoch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* One blocking transfer at a time, against a peer that answers well and badly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/fetch.h"
#include "fetch/transfer.h"
#include "support_peer.h"

enum { MEBIBYTE = 1 << 20, LARGE = 8 * MEBIBYTE };

static peer *remote; /* of the current test */

static int start_peer(void **state) {
    (void)state;
    remote = peer_start();
    return 0;
}

static int stop_peer(void **state) {
    (void)state;
    peer_stop(remote);
    return 0;
}

/* No proxy of the environment may come between, and bodies are looked at. */
static const bko_fetch_options plain = {.proxy = "", .keep_body = true};

static bko_transfer *create(const bko_fetch_options *options) {
    bko_transfer *transfer;
    assert_int_equal(bko_transfer_create(&transfer, options), 0);
    return transfer;
}

/* Fetches `path`, expects `error`, and returns the response. */
static const bko_response *fetch(bko_transfer *transfer, const char *path, int error) {
    static peer_url url; /* the response borrows it */
    const bko_response *response;
    url = peer_at(remote, path);
    int got = bko_transfer_fetch(transfer, url.text, &response);
    if (got != error) {
        fail_msg("%s: %s (%s) instead of %s", path, bko_error_name(got), response->error_text,
                 bko_error_name(error));
    }
    assert_int_equal(response->error, error);
    assert_true((response->error_text != NULL) == (error != BKO_OK));
    assert_string_equal(response->url, url.text);
    return response;
}

static void assert_body(const bko_response *response, const char *body) {
    assert_int_equal(response->body_size, strlen(body));
    assert_memory_equal(response->body, body, strlen(body));
}

/* --- what goes well ----------------------------------------------------------------------------- */

static void an_answer_arrives_whole_with_its_times_in_order(void **state) {
    (void)state;
    bko_transfer *transfer = create(&plain);
    const bko_response *response = fetch(transfer, "/ok", BKO_OK);
    assert_int_equal(response->http_status, 200);
    assert_int_equal(response->bytes, 5);
    assert_body(response, "hello");
    assert_int_equal(response->connections, 1);
    assert_true(response->started_ns > 0);
    assert_true(response->connected_ns >= response->started_ns);
    assert_true(response->first_byte_ns >= response->connected_ns);
    assert_true(response->done_ns >= response->first_byte_ns);
    assert_non_null(response->easy);
    bko_transfer_free(transfer);
    bko_transfer_free(NULL);
}

static void a_body_that_nobody_wants_is_only_counted(void **state) {
    (void)state;
    bko_fetch_options options = {.proxy = ""};
    bko_transfer *transfer = create(&options);
    const bko_response *response = fetch(transfer, "/big/100000", BKO_OK);
    assert_int_equal(response->bytes, 100000);
    assert_null(response->body);
    assert_int_equal(response->body_size, 0);
    bko_transfer_free(transfer);
}

static void the_connection_is_kept_for_the_next_fetch(void **state) {
    (void)state;
    bko_transfer *transfer = create(&plain);
    for (unsigned i = 0; i < 5; i++) {
        const bko_response *response = fetch(transfer, "/ok", BKO_OK);
        assert_int_equal(response->connections, i == 0);
        assert_int_equal(response->connected_ns != 0, i == 0);
    }
    assert_int_equal(peer_connections(remote), 1);
    assert_int_equal(peer_requests(remote), 5);
    bko_transfer_free(transfer);
}

static void session_per_request_connects_each_time(void **state) {
    (void)state;
    bko_fetch_options options = {.proxy = "", .session_per_request = true};
    bko_transfer *transfer = create(&options);
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(fetch(transfer, "/ok", BKO_OK)->connections, 1);
    }
    assert_int_equal(peer_connections(remote), 5);
    bko_transfer_free(transfer);
}

static void a_reused_connection_that_was_dropped_is_replaced_silently(void **state) {
    (void)state;
    bko_transfer *transfer = create(&plain);
    for (unsigned i = 0; i < 20; i++) {
        assert_body(fetch(transfer, "/drop", BKO_OK), "fresh");
    }
    assert_int_equal(peer_connections(remote), 20);
    assert_int_equal(peer_requests(remote), 39); /* all but the first were asked twice */
    bko_transfer_free(transfer);
}

static void a_late_first_byte_shows_in_its_time(void **state) {
    (void)state;
    bko_transfer *transfer = create(&plain);
    const bko_response *response = fetch(transfer, "/slow/50", BKO_OK);
    assert_true(response->first_byte_ns - response->connected_ns >= 49000000);
    bko_transfer_free(transfer);
}

static void a_large_body_arrives_intact_and_its_memory_is_given_back(void **state) {
    (void)state;
    bko_transfer *transfer = create(&plain);
    char path[32];
    snprintf(path, sizeof path, "/big/%d", LARGE);
    const bko_response *response = fetch(transfer, path, BKO_OK);
    const unsigned char *body = response->body;
    assert_int_equal(response->body_size, LARGE);
    for (size_t i = 0; i < LARGE; i++) {
        if (body[i] != peer_byte(i)) {
            fail_msg("byte %zu differs", i);
        }
    }
    fetch(transfer, "/ok", BKO_OK);
    assert_true(transfer->body.capacity <= MEBIBYTE);
    bko_transfer_free(transfer);
}

static void the_receive_buffer_grows_for_large_bodies_unless_chosen(void **state) {
    (void)state;
    bko_fetch_options chosen = {.proxy = "", .buffer_size = 4096};
    bko_transfer *transfer = create(&plain);
    bko_transfer *fixed = create(&chosen);
    size_t before = transfer->buffer_size;
    fetch(transfer, "/ok", BKO_OK);
    assert_int_equal(transfer->buffer_size, before);
    fetch(transfer, "/big/1000000", BKO_OK);
    assert_true(transfer->buffer_size > before);
    fetch(transfer, "/big/1000000", BKO_OK);
    fetch(fixed, "/big/1000000", BKO_OK);
    assert_int_equal(fixed->buffer_size, 4096);
    bko_transfer_free(transfer);
    bko_transfer_free(fixed);
}

static void the_method_is_the_one_asked_for(void **state) {
    (void)state;
    static const struct {
        const char *method, *body, *seen;
    } cases[] = {{NULL, NULL, "GET"},       {NULL, "x=1", "POST"},   {"GET", NULL, "GET"},
                 {"GET", "x=1", "GET"},     {"POST", "x=1", "POST"}, {"PUT", "x=1", "PUT"},
                 {"DELETE", NULL, "DELETE"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bko_fetch_options options = plain;
        options.method = cases[i].method;
        options.body = cases[i].body;
        options.body_size = cases[i].body != NULL ? strlen(cases[i].body) : 0;
        bko_transfer *transfer = create(&options);
        assert_body(fetch(transfer, "/method", BKO_OK), cases[i].seen);
        bko_transfer_free(transfer);
    }
}

static void compressed_bodies_are_decoded_only_when_asked_for(void **state) {
    (void)state;
    bko_fetch_options options = plain;
    bko_transfer *raw = create(&plain);
    assert_true(fetch(raw, "/gzip", BKO_OK)->bytes < 100);
    bko_transfer_free(raw);
    options.compressed = true;
    bko_transfer *decoding = create(&options);
    const bko_response *response = fetch(decoding, "/gzip", BKO_OK);
    assert_int_equal(response->bytes, 1033);
    assert_int_equal(response->body_size, 1033);
    bko_transfer_free(decoding);
}

/* --- redirects ---------------------------------------------------------------------------------- */

static void redirects_are_followed_unless_told_otherwise(void **state) {
    (void)state;
    bko_fetch_options options = plain;
    bko_transfer *transfer = create(&plain);
    assert_body(fetch(transfer, "/hop", BKO_OK), "hello");
    fetch(transfer, "/round", BKO_ETRANSFER);
    assert_int_equal(peer_requests(remote), 2 + 11);
    bko_transfer_free(transfer);
    options.no_follow = true;
    transfer = create(&options);
    assert_int_equal(fetch(transfer, "/hop", BKO_OK)->http_status, 302);
    bko_transfer_free(transfer);
}

static void no_redirect_leads_to_a_file_or_to_ftp(void **state) {
    (void)state;
    bko_transfer *transfer = create(&plain);
    assert_int_equal(fetch(transfer, "/file", BKO_ESCHEME)->body_size, 0);
    assert_int_equal(fetch(transfer, "/ftp", BKO_ESCHEME)->body_size, 0);
    bko_transfer_free(transfer);
}

static void only_http_is_fetched(void **state) {
    (void)state;
    static const char *const urls[] = {"file:///etc/passwd", "ftp://127.0.0.1/",
                                       "dict://127.0.0.1/"};
    bko_transfer *transfer = create(&plain);
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        const bko_response *response;
        assert_int_equal(bko_transfer_fetch(transfer, urls[i], &response), BKO_ESCHEME);
        assert_int_equal(response->bytes, 0);
    }
    bko_transfer_free(transfer);
}

/* --- what goes wrong: after each, the same transfer fetches again ----------------------------------- */

static void assert_fails_and_recovers(const bko_fetch_options *options, const char *path,
                                      int error) {
    bko_transfer *transfer = create(options);
    for (int i = 0; i < 2; i++) {
        fetch(transfer, path, error);
        assert_int_equal(fetch(transfer, "/ok", BKO_OK)->bytes, 5);
    }
    bko_transfer_free(transfer);
}

static void bodies_above_the_limit_are_cut_off(void **state) {
    (void)state;
    static const char *const paths[] = {"/endless", "/bomb", "/close/1000000", "/big/65537"};
    bko_fetch_options options = {
        .proxy = "", .max_bytes = 65536, .compressed = true, .keep_body = true};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_fails_and_recovers(&options, paths[i], BKO_ETOOLARGE);
        bko_transfer *transfer = create(&options);
        const bko_response *response = fetch(transfer, paths[i], BKO_ETOOLARGE);
        assert_true(response->body_size <= 65536);
        assert_true(transfer->body.capacity <= 2 * 65536);
        assert_non_null(strstr(response->error_text, "65536"));
        bko_transfer_free(transfer);
    }
}

static void a_body_of_just_the_limit_is_fine(void **state) {
    (void)state;
    bko_fetch_options options = {.proxy = "", .max_bytes = 65536};
    bko_transfer *transfer = create(&options);
    assert_int_equal(fetch(transfer, "/big/65536", BKO_OK)->bytes, 65536);
    assert_int_equal(fetch(transfer, "/close/65536", BKO_OK)->bytes, 65536);
    bko_transfer_free(transfer);
}

static void broken_transfers_are_told_as_such(void **state) {
    (void)state;
    assert_fails_and_recovers(&plain, "/reset", BKO_ETRANSFER);
    assert_fails_and_recovers(&plain, "/cut", BKO_ETRANSFER);
    assert_fails_and_recovers(&plain, "/nothing", BKO_ETRANSFER);
}

static void a_peer_that_never_answers_times_out(void **state) {
    (void)state;
    bko_fetch_options options = {.proxy = "", .timeout_ms = 100};
    bko_transfer *transfer = create(&options);
    const bko_response *response = fetch(transfer, "/silent", BKO_ETIMEOUT);
    assert_int_equal(response->http_status, 0);
    assert_int_equal(response->first_byte_ns, 0);
    assert_true(response->done_ns - response->started_ns >= 99000000);
    bko_transfer_free(transfer);
}

static void nobody_listening_is_no_connection(void **state) {
    (void)state;
    char url[64];
    const bko_response *response;
    bko_transfer *transfer = create(&plain);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", peer_closed_port());
    assert_int_equal(bko_transfer_fetch(transfer, url, &response), BKO_ECONNECT);
    assert_int_equal(response->http_status, 0);
    assert_int_equal(response->connected_ns, 0);
    assert_non_null(response->error_text);
    bko_transfer_free(transfer);
}

static void statuses_from_400_are_errors_with_their_body(void **state) {
    (void)state;
    bko_transfer *transfer = create(&plain);
    const bko_response *response = fetch(transfer, "/status/404", BKO_EHTTP);
    assert_string_equal(response->error_text, "HTTP status 404");
    assert_body(response, "status");
    fetch(transfer, "/status/503", BKO_EHTTP);
    assert_int_equal(fetch(transfer, "/status/399", BKO_OK)->http_status, 399);
    assert_int_equal(peer_connections(remote), 1);
    bko_transfer_free(transfer);
}

#define with_peer(test) cmocka_unit_test_setup_teardown(test, start_peer, stop_peer)

int main(void) {
    const struct CMUnitTest tests[] = {
        with_peer(an_answer_arrives_whole_with_its_times_in_order),
        with_peer(a_body_that_nobody_wants_is_only_counted),
        with_peer(the_connection_is_kept_for_the_next_fetch),
        with_peer(session_per_request_connects_each_time),
        with_peer(a_reused_connection_that_was_dropped_is_replaced_silently),
        with_peer(a_late_first_byte_shows_in_its_time),
        with_peer(a_large_body_arrives_intact_and_its_memory_is_given_back),
        with_peer(the_receive_buffer_grows_for_large_bodies_unless_chosen),
        with_peer(the_method_is_the_one_asked_for),
        with_peer(compressed_bodies_are_decoded_only_when_asked_for),
        with_peer(redirects_are_followed_unless_told_otherwise),
        with_peer(no_redirect_leads_to_a_file_or_to_ftp),
        cmocka_unit_test(only_http_is_fetched),
        with_peer(bodies_above_the_limit_are_cut_off),
        with_peer(a_body_of_just_the_limit_is_fine),
        with_peer(broken_transfers_are_told_as_such),
        with_peer(a_peer_that_never_answers_times_out),
        cmocka_unit_test(nobody_listening_is_no_connection),
        with_peer(statuses_from_400_are_errors_with_their_body),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* One blocking transfer at a time, from a peer that answers well. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/fetch.h"
#include "support_transfer.h"

enum { MEBIBYTE = 1 << 20, LARGE = 8 * MEBIBYTE };

static void an_answer_arrives_whole_with_its_times_in_order(void **state) {
    (void)state;
    bko_transfer *transfer = transfer_new(&transfer_plain);
    const bko_response *response = transfer_get(transfer, "/ok", BKO_OK);
    assert_int_equal(response->http_status, 200);
    assert_int_equal(response->bytes, 5);
    transfer_assert_body(response, "hello");
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
    bko_transfer *transfer = transfer_new(&options);
    const bko_response *response = transfer_get(transfer, "/big/100000", BKO_OK);
    assert_int_equal(response->bytes, 100000);
    assert_null(response->body);
    assert_int_equal(response->body_size, 0);
    bko_transfer_free(transfer);
}

static void the_connection_is_kept_for_the_next_fetch(void **state) {
    (void)state;
    bko_transfer *transfer = transfer_new(&transfer_plain);
    for (unsigned i = 0; i < 5; i++) {
        const bko_response *response = transfer_get(transfer, "/ok", BKO_OK);
        assert_int_equal(response->connections, i == 0);
        assert_int_equal(response->connected_ns != 0, i == 0);
    }
    assert_int_equal(peer_connections(transfer_peer), 1);
    assert_int_equal(peer_requests(transfer_peer), 5);
    bko_transfer_free(transfer);
}

static void session_per_request_connects_each_time(void **state) {
    (void)state;
    bko_fetch_options options = {.proxy = "", .session_per_request = true};
    bko_transfer *transfer = transfer_new(&options);
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(transfer_get(transfer, "/ok", BKO_OK)->connections, 1);
    }
    assert_int_equal(peer_connections(transfer_peer), 5);
    bko_transfer_free(transfer);
}

static void a_reused_connection_that_was_dropped_is_replaced_silently(void **state) {
    (void)state;
    bko_transfer *transfer = transfer_new(&transfer_plain);
    for (unsigned i = 0; i < 20; i++) {
        transfer_assert_body(transfer_get(transfer, "/drop", BKO_OK), "fresh");
    }
    assert_int_equal(peer_connections(transfer_peer), 20);
    assert_int_equal(peer_requests(transfer_peer), 39); /* all but the first were sent twice */
    bko_transfer_free(transfer);
}

static void a_late_first_byte_shows_in_its_time(void **state) {
    (void)state;
    bko_transfer *transfer = transfer_new(&transfer_plain);
    const bko_response *response = transfer_get(transfer, "/slow/50", BKO_OK);
    assert_true(response->first_byte_ns - response->connected_ns >= 49000000);
    bko_transfer_free(transfer);
}

static void a_large_body_arrives_intact_and_its_memory_is_given_back(void **state) {
    (void)state;
    bko_transfer *transfer = transfer_new(&transfer_plain);
    char path[32];
    snprintf(path, sizeof path, "/big/%d", LARGE);
    const bko_response *response = transfer_get(transfer, path, BKO_OK);
    const unsigned char *body = response->body;
    assert_int_equal(response->body_size, LARGE);
    for (size_t i = 0; i < LARGE; i++) {
        if (body[i] != peer_byte(i)) {
            fail_msg("byte %zu is wrong", i);
        }
    }
    transfer_get(transfer, "/ok", BKO_OK);
    assert_true(transfer->body.capacity <= MEBIBYTE);
    bko_transfer_free(transfer);
}

static void the_receive_buffer_grows_for_large_bodies_unless_chosen(void **state) {
    (void)state;
    bko_fetch_options chosen = {.proxy = "", .buffer_size = 4096};
    bko_transfer *transfer = transfer_new(&transfer_plain);
    bko_transfer *fixed = transfer_new(&chosen);
    size_t before = transfer->buffer_size;
    transfer_get(transfer, "/ok", BKO_OK);
    assert_int_equal(transfer->buffer_size, before);
    transfer_get(transfer, "/big/1000000", BKO_OK);
    assert_true(transfer->buffer_size > before);
    transfer_get(transfer, "/big/1000000", BKO_OK);
    transfer_get(fixed, "/big/1000000", BKO_OK);
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
        bko_fetch_options options = transfer_plain;
        options.method = cases[i].method;
        options.body = cases[i].body;
        options.body_size = cases[i].body != NULL ? strlen(cases[i].body) : 0;
        bko_transfer *transfer = transfer_new(&options);
        transfer_assert_body(transfer_get(transfer, "/method", BKO_OK), cases[i].seen);
        bko_transfer_free(transfer);
    }
}

static void compressed_bodies_are_decoded_only_when_asked_for(void **state) {
    (void)state;
    bko_fetch_options options = transfer_plain;
    bko_transfer *raw = transfer_new(&transfer_plain);
    assert_true(transfer_get(raw, "/gzip", BKO_OK)->bytes < 100);
    bko_transfer_free(raw);
    options.compressed = true;
    bko_transfer *decoding = transfer_new(&options);
    const bko_response *response = transfer_get(decoding, "/gzip", BKO_OK);
    assert_int_equal(response->bytes, 1033);
    assert_int_equal(response->body_size, 1033);
    assert_int_equal(transfer_get(decoding, "/gzipcut/0", BKO_OK)->bytes, 2 * 1033);
    static const char *const plain[] = {"/deflate", "/bare", "/identity", "/ok"};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        transfer_assert_body(transfer_get(decoding, plain[i], BKO_OK), "hello");
    }
    assert_int_equal(transfer_get(decoding, "/empty", BKO_OK)->bytes, 0);
    bko_transfer_free(decoding);
}

/* The server closes the kept connection each time, which libcurl notices only once it has sent. */
static void requests_that_were_sent_again_are_counted(void **state) {
    (void)state;
    bko_transfer *transfer = transfer_new(&transfer_plain);
    assert_int_equal(transfer_get(transfer, "/drop", BKO_OK)->retries, 0);
    assert_int_equal(transfer_get(transfer, "/drop", BKO_OK)->retries, 1);
    assert_int_equal(transfer_get(transfer, "/hop", BKO_OK)->retries, 0); /* a redirect is none */
    assert_int_equal(transfer_get(transfer, "/nothing", BKO_ETRANSFER)->retries, 1);
    assert_int_equal(peer_requests(transfer_peer), 1 + 2 + 2 + 2);
    bko_transfer_free(transfer);
}

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
        with_peer(requests_that_were_sent_again_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

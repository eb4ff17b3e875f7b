/* Where redirects lead a blocking transfer, and what goes wrong with it. */
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

/* --- redirects -------------------------------------------------------------------------------- */

static void redirects_are_followed_unless_told_otherwise(void **state) {
    (void)state;
    bko_fetch_options options = transfer_plain;
    bko_transfer *transfer = transfer_new(&transfer_plain);
    transfer_assert_body(transfer_get(transfer, "/hop", BKO_OK), "hello");
    transfer_get(transfer, "/round", BKO_ETRANSFER);
    assert_int_equal(peer_requests(transfer_peer), 2 + 11);
    bko_transfer_free(transfer);
    options.no_follow = true;
    transfer = transfer_new(&options);
    assert_int_equal(transfer_get(transfer, "/hop", BKO_OK)->http_status, 302);
    bko_transfer_free(transfer);
}

static void no_redirect_leads_to_another_scheme(void **state) {
    (void)state;
    bko_transfer *transfer = transfer_new(&transfer_plain);
    static const char *const paths[] = {"/file", "/ftp", "/unheard"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        const bko_response *response = transfer_get(transfer, paths[i], BKO_ESCHEME);
        assert_int_equal(response->body_size, 0);
        assert_string_equal(response->error_text,
                            "redirected to another scheme: only http and https URLs are fetched");
    }
    bko_transfer_free(transfer);
}

static void only_http_is_fetched(void **state) {
    (void)state;
    static const char *const urls[] = {"file:///etc/passwd", "ftp://127.0.0.1/",
                                       "dict://127.0.0.1/"};
    bko_transfer *transfer = transfer_new(&transfer_plain);
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        const bko_response *response;
        assert_int_equal(bko_transfer_fetch(transfer, urls[i], &response), BKO_ESCHEME);
        assert_int_equal(response->bytes, 0);
        assert_string_equal(response->error_text, "only http and https URLs are fetched");
    }
    bko_transfer_free(transfer);
}

/* --- failures: after each, the same transfer fetches again ------------------------------------ */

static void assert_fails_and_recovers(const bko_fetch_options *options, const char *path,
                                      int error) {
    bko_transfer *transfer = transfer_new(options);
    for (int i = 0; i < 2; i++) {
        transfer_get(transfer, path, error);
        assert_int_equal(transfer_get(transfer, "/ok", BKO_OK)->bytes, 5);
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
        bko_transfer *transfer = transfer_new(&options);
        const bko_response *response = transfer_get(transfer, paths[i], BKO_ETOOLARGE);
        assert_true(response->body_size <= 65536);
        assert_true(transfer->body.capacity <= 2 * 65536);
        assert_non_null(strstr(response->error_text, "65536"));
        bko_transfer_free(transfer);
    }
}

static void a_body_of_just_the_limit_is_fine(void **state) {
    (void)state;
    bko_fetch_options options = {.proxy = "", .max_bytes = 65536};
    bko_transfer *transfer = transfer_new(&options);
    assert_int_equal(transfer_get(transfer, "/big/65536", BKO_OK)->bytes, 65536);
    assert_int_equal(transfer_get(transfer, "/close/65536", BKO_OK)->bytes, 65536);
    bko_transfer_free(transfer);
}

static void broken_transfers_are_told_as_such(void **state) {
    (void)state;
    assert_fails_and_recovers(&transfer_plain, "/reset", BKO_ETRANSFER);
    assert_fails_and_recovers(&transfer_plain, "/cut", BKO_ETRANSFER);
    assert_fails_and_recovers(&transfer_plain, "/nothing", BKO_ETRANSFER);
}

static void an_answer_that_is_not_http_is_called_so(void **state) {
    (void)state;
    static const char *const paths[] = {"/banner", "/onward"};
    bko_transfer *transfer = transfer_new(&transfer_plain);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_fails_and_recovers(&transfer_plain, paths[i], BKO_EPROTOCOL);
        assert_string_equal(transfer_get(transfer, paths[i], BKO_EPROTOCOL)->error_text,
                            "the server's answer is not HTTP");
    }
    bko_transfer_free(transfer);
}

static void an_unknown_version_of_http_is_named(void **state) {
    (void)state;
    bko_transfer *transfer = transfer_new(&transfer_plain);
    const bko_response *response = transfer_get(transfer, "/version", BKO_EPROTOCOL);
    assert_non_null(strstr(response->error_text, "HTTP version"));
    assert_null(strstr(response->error_text, "redirected"));
    bko_transfer_free(transfer);
}

static void what_is_not_valid_http_is_told_as_such(void **state) {
    (void)state;
    static const struct {
        const char *path;
        const char *words; /* in the error's text */
    } cases[] = {{"/negative", "Content-Length"},         {"/badline", "HTTP"},
                 {"/badchunk", "chunked-encoding"},       {"/hugechunk", "chunk"},
                 {"/longline/2000", "too long"},          {"/headers/300", "longer than 256 KiB"},
                 {"/badgzip", "body is damaged"},         {"/gzipcut/1", "body is cut off"},
                 {"/gzipcut/20", "body is cut off"},      {"/gzipcut/25", "body is cut off"},
                 {"/compress", "encoding is unknown"},    {"/lengths", "two different lengths"},
                 {"/lengthlist", "two different lengths"}};
    bko_fetch_options options = {.proxy = "", .compressed = true, .keep_body = true};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_fails_and_recovers(&options, cases[i].path, BKO_EPROTOCOL);
        bko_transfer *transfer = transfer_new(&options);
        const bko_response *response = transfer_get(transfer, cases[i].path, BKO_EPROTOCOL);
        if (strstr(response->error_text, cases[i].words) == NULL) {
            fail_msg("%s: %s", cases[i].path, response->error_text);
        }
        bko_transfer_free(transfer);
    }
}

static void a_length_may_be_told_twice(void **state) {
    (void)state;
    bko_transfer *transfer = transfer_new(&transfer_plain);
    assert_int_equal(transfer_get(transfer, "/samelengths", BKO_OK)->bytes, 5);
    bko_transfer_free(transfer);
}

static void a_peer_that_never_answers_times_out(void **state) {
    (void)state;
    bko_fetch_options options = {.proxy = "", .timeout_ms = 100};
    bko_transfer *transfer = transfer_new(&options);
    const bko_response *response = transfer_get(transfer, "/silent", BKO_ETIMEOUT);
    assert_int_equal(response->http_status, 0);
    assert_int_equal(response->first_byte_ns, 0);
    assert_true(response->done_ns - response->started_ns >= 99000000);
    bko_transfer_free(transfer);
}

static void nobody_listening_is_no_connection(void **state) {
    (void)state;
    char url[64];
    const bko_response *response;
    bko_transfer *transfer = transfer_new(&transfer_plain);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", peer_closed_port());
    assert_int_equal(bko_transfer_fetch(transfer, url, &response), BKO_ECONNECT);
    assert_int_equal(response->http_status, 0);
    assert_int_equal(response->connected_ns, 0);
    assert_non_null(response->error_text);
    bko_transfer_free(transfer);
}

static void statuses_from_400_are_errors_with_their_body(void **state) {
    (void)state;
    bko_transfer *transfer = transfer_new(&transfer_plain);
    const bko_response *response = transfer_get(transfer, "/status/404", BKO_EHTTP);
    assert_string_equal(response->error_text, "HTTP status 404");
    transfer_assert_body(response, "status");
    transfer_get(transfer, "/status/503", BKO_EHTTP);
    transfer_get(transfer, "/status/400", BKO_EHTTP);
    assert_int_equal(transfer_get(transfer, "/status/399", BKO_OK)->http_status, 399);
    assert_int_equal(peer_connections(transfer_peer), 1);
    bko_transfer_free(transfer);
}

static void what_is_expected_succeeds_and_nothing_else(void **state) {
    (void)state;
    bko_fetch_options options = transfer_plain;
    options.expect[0] = (bko_status_range){404, 404};
    options.expect_count = 1;
    bko_transfer *transfer = transfer_new(&options);
    transfer_assert_body(transfer_get(transfer, "/status/404", BKO_OK), "status");
    transfer_get(transfer, "/status/503", BKO_EHTTP);
    const bko_response *response = transfer_get(transfer, "/status/201", BKO_EHTTP);
    assert_string_equal(response->error_text, "HTTP status 201, which is not expected");
    bko_transfer_free(transfer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        with_peer(redirects_are_followed_unless_told_otherwise),
        with_peer(no_redirect_leads_to_another_scheme),
        cmocka_unit_test(only_http_is_fetched),
        with_peer(bodies_above_the_limit_are_cut_off),
        with_peer(a_body_of_just_the_limit_is_fine),
        with_peer(broken_transfers_are_told_as_such),
        with_peer(an_answer_that_is_not_http_is_called_so),
        with_peer(an_unknown_version_of_http_is_named),
        with_peer(what_is_not_valid_http_is_told_as_such),
        with_peer(a_length_may_be_told_twice),
        with_peer(a_peer_that_never_answers_times_out),
        cmocka_unit_test(nobody_listening_is_no_connection),
        with_peer(statuses_from_400_are_errors_with_their_body),
        with_peer(what_is_expected_succeeds_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

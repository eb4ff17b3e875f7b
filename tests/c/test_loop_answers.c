/* Fetches on a loop from a peer that misbehaves on purpose: each fetch ends with the right error,
 * and bodies are whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/fetch.h"
#include "net/transfer.h"
#include "support_loop.h"
#include "support_peer.h"
#include "support_server.h"

enum { LARGE = 8 << 20, SMALL = 20000, PATIENCE_MS = 60000 };

static int error_of(const peer *remote, const bko_fetch_options *fetch, const char *path) {
    loop_notes all;
    peer_url url = peer_at(remote, path);
    const char *const urls[] = {url.text};
    loop_job *jobs = loop_run_all(&all, fetch, 1, urls, 1);
    int error = jobs[0].error;
    free(jobs);
    return error;
}

static void every_end_has_its_type(void **state) {
    (void)state;
    static const struct {
        const char *path;
        int error;
    } cases[] = {{"/ok", BKO_OK},
                 {"/hop", BKO_OK},
                 {"/file", BKO_ESCHEME},
                 {"/ftp", BKO_ESCHEME},
                 {"/round", BKO_ETRANSFER},
                 {"/endless", BKO_ETOOLARGE},
                 {"/bomb", BKO_ETOOLARGE},
                 {"/close/100000", BKO_ETOOLARGE},
                 {"/gzip", BKO_OK},
                 {"/close/65536", BKO_OK},
                 {"/reset", BKO_ETRANSFER},
                 {"/cut", BKO_ETRANSFER},
                 {"/slow/30", BKO_OK},
                 {"/nothing", BKO_ETRANSFER},
                 {"/status/500", BKO_EHTTP},
                 {"/banner", BKO_EPROTOCOL},
                 {"/onward", BKO_EPROTOCOL},
                 {"/banner", BKO_EPROTOCOL},
                 {"/unheard", BKO_ESCHEME},
                 {"/gzipcut/9", BKO_EPROTOCOL},
                 {"/negative", BKO_EPROTOCOL},
                 {"/longline/200", BKO_EPROTOCOL}};
    enum { COUNT = sizeof cases / sizeof cases[0] };
    bko_fetch_options fetch = {
        .proxy = "", .max_bytes = 65536, .compressed = true, .keep_body = true};
    peer *remote = peer_start();
    peer_url texts[COUNT];
    const char *urls[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        texts[i] = peer_at(remote, cases[i].path);
        urls[i] = texts[i].text;
    }
    for (unsigned in_flight = 1; in_flight <= 8; in_flight *= 2) { /* alone and side by side */
        loop_notes all;
        loop_job *jobs = loop_run_all(&all, &fetch, in_flight, urls, COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            if (jobs[i].error != cases[i].error) {
                fail_msg("%s: %s", cases[i].path, bko_error_name(jobs[i].error));
            }
        }
        free(jobs);
    }
    peer_stop(remote);
}

static void silence_times_out_and_nobody_is_no_connection(void **state) {
    (void)state;
    bko_fetch_options fetch = {.proxy = "", .timeout_ms = 100};
    peer *remote = peer_start();
    assert_int_equal(error_of(remote, &fetch, "/silent"), BKO_ETIMEOUT);
    peer_stop(remote);
    char url[64];
    const char *const urls[] = {url, url, url};
    loop_notes all;
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", peer_closed_port());
    loop_job *jobs = loop_run_all(&all, &loop_plain, 2, urls, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(jobs[i].error, BKO_ECONNECT);
    }
    free(jobs);
}

/* Each answer needs a connection of its own. Fetches at once cause each other drops, of which
 * libcurl bears five. */
static void are_replaced_silently(const char *path) {
    for (unsigned in_flight = 1; in_flight <= 10; in_flight += 9) {
        loop_notes all;
        peer *remote = peer_start();
        peer_url url = peer_at(remote, path);
        const char **urls = same_urls(url.text, 20);
        loop_job *jobs = loop_run_all(&all, &loop_plain, in_flight, urls, 20);
        for (size_t i = 0; i < 20; i++) {
            assert_int_equal(jobs[i].error, BKO_OK);
        }
        assert_int_equal(peer_connections(remote), 20);
        free(jobs);
        urls_free(urls, 20);
        peer_stop(remote);
    }
}

static void dropped_connections_are_replaced_silently(void **state) {
    (void)state;
    are_replaced_silently("/drop");
}

/* A reset reaches the loop as an error of its watcher; libcurl must see it in order to retry. */
static void reset_connections_are_replaced_silently(void **state) {
    (void)state;
    are_replaced_silently("/hangup");
}

/* The loop reads what arrived before the reset. */
static void an_answer_before_a_reset_counts(void **state) {
    (void)state;
    loop_notes all;
    char body[SMALL];
    bko_fetch_options fetch = {.proxy = "", .body = body, .body_size = sizeof body};
    memset(body, 'x', sizeof body);
    peer *remote = peer_start();
    peer_url url = peer_at(remote, "/early");
    const char **urls = same_urls(url.text, 10);
    for (unsigned in_flight = 1; in_flight <= 5; in_flight += 4) {
        loop_job *jobs = loop_run_all(&all, &fetch, in_flight, urls, 10);
        for (size_t i = 0; i < 10; i++) {
            assert_int_equal(jobs[i].http_status, 413);
            assert_int_equal(jobs[i].error, BKO_EHTTP);
        }
        free(jobs);
    }
    urls_free(urls, 10);
    peer_stop(remote);
}

static void keep_response(void *user, const bko_response *response) {
    *(bko_response *)user = *response;
}

/* libcurl begins only once the loop runs. Its own times count from there. */
static void times_count_from_our_start(void **state) {
    (void)state;
    enum { BEFORE_US = 30000, SERVER_MS = 20 };
    bko_response response = {0};
    peer *remote = peer_start();
    peer_url url = peer_at(remote, "/slow/20");
    bko_loop *loop = loop_create(&loop_plain, 1, NULL);
    assert_int_equal(bko_loop_fetch(loop, url.text, NULL, keep_response, &response), BKO_OK);
    usleep(BEFORE_US);
    assert_int_equal(bko_loop_run(loop), BKO_OK);
    assert_int_equal(response.error, BKO_OK);
    int64_t least_ns = response.started_ns + (int64_t)BEFORE_US * 1000;
    assert_true(response.connected_ns >= least_ns);
    assert_true(response.first_byte_ns >= least_ns + (int64_t)SERVER_MS * 1000000);
    assert_true(response.connected_ns <= response.first_byte_ns - (int64_t)SERVER_MS * 1000000);
    assert_true(response.first_byte_ns <= response.done_ns);
    bko_loop_free(loop);
    peer_stop(remote);
}

/* libcurl's resolver has descriptors of its own: it closes them silently and their numbers are
 * reused. */
static void hosts_are_found_by_name(void **state) {
    (void)state;
    peer *remote = peer_start();
    bko_fetch_options fetch = {.proxy = "", .timeout_ms = PATIENCE_MS, .session_per_request = true};
    char url[64];
    loop_notes all;
    snprintf(url, sizeof url, "http://peer.test:%u/ok", peer_port(remote));
    const char **urls = same_urls(url, 50);
    for (unsigned in_flight = 1; in_flight <= 16; in_flight *= 4) {
        loop_job *jobs = loop_run_all(&all, &fetch, in_flight, urls, 50);
        for (size_t i = 0; i < 50; i++) {
            assert_int_equal(jobs[i].error, BKO_OK);
        }
        free(jobs);
    }
    urls_free(urls, 50);
    peer_stop(remote);
}

static void hosts_that_do_not_exist_fail_one_after_the_other(void **state) {
    (void)state;
    enum { COUNT = 12 };
    bko_fetch_options fetch = {.proxy = "", .timeout_ms = PATIENCE_MS / 6};
    char texts[COUNT][64];
    const char *urls[COUNT];
    for (int i = 0; i < COUNT; i++) {
        snprintf(texts[i], sizeof texts[i], "http://missing-%d.test/", i);
        urls[i] = texts[i];
    }
    for (unsigned in_flight = 1; in_flight <= 4; in_flight *= 2) {
        loop_notes all;
        loop_job *jobs = loop_run_all(&all, &fetch, in_flight, urls, COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            assert_int_equal(jobs[i].error, BKO_ECONNECT);
        }
        free(jobs);
    }
}

typedef struct pattern {
    size_t wrong, size, buffer;
} pattern;

static void check_pattern(void *user, const bko_response *response) {
    pattern *seen = user;
    const unsigned char *body = response->body;
    bko_transfer *transfer = NULL;
    *seen = (pattern){.size = response->body_size};
    for (size_t i = 0; i < response->body_size; i++) {
        seen->wrong += body[i] != peer_byte(i);
    }
    curl_easy_getinfo(response->easy, CURLINFO_PRIVATE, (char **)&transfer);
    seen->buffer = transfer->buffer_size;
}

static pattern fetch_pattern(bko_loop *loop, const peer *remote, size_t size) {
    char path[32];
    pattern seen;
    snprintf(path, sizeof path, "/big/%zu", size);
    peer_url url = peer_at(remote, path);
    assert_int_equal(bko_loop_fetch(loop, url.text, NULL, check_pattern, &seen), 0);
    assert_int_equal(bko_loop_run(loop), 0);
    assert_int_equal(seen.size, size);
    assert_int_equal(seen.wrong, 0);
    return seen;
}

static void large_bodies_arrive_intact_and_buffers_adapt(void **state) {
    (void)state;
    peer *remote = peer_start();
    for (unsigned in_flight = 1; in_flight <= 256; in_flight *= 256) {
        bko_loop *loop = loop_create(&loop_plain, in_flight, NULL);
        size_t before = fetch_pattern(loop, remote, 100).buffer;
        assert_true(fetch_pattern(loop, remote, LARGE).buffer > before);
        fetch_pattern(loop, remote, LARGE); /* now with the larger buffer */
        bko_loop_free(loop);
    }
    peer_stop(remote);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_end_has_its_type),
        cmocka_unit_test(silence_times_out_and_nobody_is_no_connection),
        cmocka_unit_test(dropped_connections_are_replaced_silently),
        cmocka_unit_test(reset_connections_are_replaced_silently),
        cmocka_unit_test(an_answer_before_a_reset_counts),
        cmocka_unit_test(times_count_from_our_start),
        cmocka_unit_test(hosts_are_found_by_name),
        cmocka_unit_test(hosts_that_do_not_exist_fail_one_after_the_other),
        cmocka_unit_test(large_bodies_arrive_intact_and_buffers_adapt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

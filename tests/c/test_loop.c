/* Many transfers on one loop: against the peer where it must be odd, the fixture where it must be fast. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/fetch.h"
#include "fetch/transfer.h"
#include "support_peer.h"
#include "support_process.h"
#include "support_server.h"

enum { MANY = 2000, AT_ONCE = 200, LARGE = 8 << 20, PATIENCE_MS = 60000 };

static const bko_fetch_options plain = {.proxy = "", .keep_body = true};

/* What became of the fetches of one test. */
typedef struct notes {
    bko_loop *loop;
    unsigned in_flight, in_flight_peak;
    unsigned started, done;
    unsigned connections;
    unsigned slots; /* of the loop */
} notes;

typedef struct job {
    notes *all;
    unsigned number, times_done;
    unsigned started_as; /* how many had started before */
    int error;
    int http_status;
    uint64_t bytes;
} job;

static void on_started(void *user, unsigned slot) {
    job *self = user;
    assert_true(slot < self->all->slots);
    self->started_as = self->all->started++;
    if (++self->all->in_flight > self->all->in_flight_peak) {
        self->all->in_flight_peak = self->all->in_flight;
    }
}

static void on_done(void *user, const bko_response *response) {
    job *self = user;
    self->times_done++;
    self->error = response->error;
    self->http_status = response->http_status;
    self->bytes = response->bytes;
    self->all->in_flight--;
    self->all->done++;
    self->all->connections += response->connections;
}

static bko_loop *create(const bko_fetch_options *fetch, unsigned in_flight, void *uv) {
    bko_loop_options options = {.fetch = fetch, .in_flight = in_flight, .uv = uv};
    bko_loop *loop;
    assert_int_equal(bko_loop_create(&loop, &options), 0);
    return loop;
}

/* Runs all URLs on a loop of its own. The jobs are returned owned. */
static job *run_all(notes *all, const bko_fetch_options *fetch, unsigned in_flight,
                    const char *const *urls, unsigned count) {
    job *jobs = calloc(count, sizeof *jobs);
    *all = (notes){.loop = create(fetch, in_flight, NULL), .slots = in_flight};
    for (unsigned i = 0; i < count; i++) {
        jobs[i] = (job){.all = all, .number = i};
        assert_int_equal(bko_loop_fetch(all->loop, urls[i], on_started, on_done, &jobs[i]), 0);
    }
    assert_int_equal(bko_loop_run(all->loop), 0);
    bko_loop_free(all->loop);
    assert_int_equal(all->done, count);
    assert_int_equal(all->in_flight, 0);
    return jobs;
}

static int error_of(const peer *remote, const bko_fetch_options *fetch, const char *path) {
    notes all;
    peer_url url = peer_at(remote, path);
    const char *const urls[] = {url.text};
    job *jobs = run_all(&all, fetch, 1, urls, 1);
    int error = jobs[0].error;
    free(jobs);
    return error;
}

/* --- answers and errors ------------------------------------------------------------------------- */

static void every_end_has_its_type(void **state) {
    (void)state;
    static const struct {
        const char *path;
        int error;
    } cases[] = {{"/ok", BKO_OK},           {"/hop", BKO_OK},
                 {"/file", BKO_ESCHEME},    {"/ftp", BKO_ESCHEME},
                 {"/round", BKO_ETRANSFER}, {"/endless", BKO_ETOOLARGE},
                 {"/bomb", BKO_ETOOLARGE},  {"/close/100000", BKO_ETOOLARGE},
                 {"/gzip", BKO_OK},         {"/close/65536", BKO_OK},
                 {"/reset", BKO_ETRANSFER}, {"/cut", BKO_ETRANSFER},
                 {"/slow/30", BKO_OK},      {"/nothing", BKO_ETRANSFER},
                 {"/status/500", BKO_EHTTP}};
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
        notes all;
        job *jobs = run_all(&all, &fetch, in_flight, urls, COUNT);
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
    notes all;
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", peer_closed_port());
    job *jobs = run_all(&all, &plain, 2, urls, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(jobs[i].error, BKO_ECONNECT);
    }
    free(jobs);
}

/* One at a time: libcurl gives up after five drops, which several at once can cause each other. */
static void dropped_connections_are_replaced_silently(void **state) {
    (void)state;
    notes all;
    peer *remote = peer_start();
    peer_url url = peer_at(remote, "/drop");
    const char **urls = same_urls(url.text, 20);
    job *jobs = run_all(&all, &plain, 1, urls, 20);
    for (size_t i = 0; i < 20; i++) {
        assert_int_equal(jobs[i].error, BKO_OK);
    }
    assert_int_equal(peer_connections(remote), 20);
    free(jobs);
    urls_free(urls, 20);
    peer_stop(remote);
}

/* libcurl's resolver has descriptors of its own, closed without a word and their numbers used again. */
static void hosts_are_found_by_name(void **state) {
    (void)state;
    peer *remote = peer_start();
    bko_fetch_options fetch = {.proxy = "", .timeout_ms = PATIENCE_MS, .session_per_request = true};
    char url[64];
    notes all;
    snprintf(url, sizeof url, "http://peer.test:%u/ok", peer_port(remote));
    const char **urls = same_urls(url, 50);
    for (unsigned in_flight = 1; in_flight <= 16; in_flight *= 4) {
        job *jobs = run_all(&all, &fetch, in_flight, urls, 50);
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
        notes all;
        job *jobs = run_all(&all, &fetch, in_flight, urls, COUNT);
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
        bko_loop *loop = create(&plain, in_flight, NULL);
        size_t before = fetch_pattern(loop, remote, 100).buffer;
        assert_true(fetch_pattern(loop, remote, LARGE).buffer > before);
        fetch_pattern(loop, remote, LARGE); /* and with the larger buffer */
        bko_loop_free(loop);
    }
    peer_stop(remote);
}

/* --- connections, order, limits --------------------------------------------------------------------- */

static void connections_are_kept_and_used_again(void **state) {
    (void)state;
    notes all;
    bko_server *server = server_start((bko_server_options){0});
    const char **urls = server_urls(server, 100);
    free(run_all(&all, &plain, 4, urls, 100));
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
    notes all;
    bko_fetch_options fetch = {.proxy = "", .session_per_request = true};
    bko_server *server = server_start((bko_server_options){0});
    const char **urls = server_urls(server, 50);
    free(run_all(&all, &fetch, 5, urls, 50));
    bko_server_stats stats;
    bko_server_stats_read(server, &stats);
    assert_int_equal(stats.connections, 50);
    assert_int_equal(all.connections, 50);
    urls_free(urls, 50);
    bko_server_free(server);
}

/* The gate opens for seven together only: with fewer in flight this would never end. */
static void as_many_as_allowed_are_in_flight_and_never_more(void **state) {
    (void)state;
    notes all;
    peer *remote = peer_start();
    peer_url url = peer_at(remote, "/gate/7");
    const char **urls = same_urls(url.text, 70);
    free(run_all(&all, &plain, 7, urls, 70));
    assert_int_equal(all.in_flight_peak, 7);
    assert_int_equal(peer_held_peak(remote), 7);
    urls_free(urls, 70);
    peer_stop(remote);
    bko_server *server = server_start((bko_server_options){.latency_s = 0.005});
    urls = server_urls(server, 100);
    free(run_all(&all, &plain, 7, urls, 100));
    bko_server_stats stats;
    bko_server_stats_read(server, &stats);
    assert_int_equal(all.in_flight_peak, 7);
    assert_in_range(stats.served_peak, 1, 7);
    urls_free(urls, 100);
    bko_server_free(server);
}

static void those_that_wait_start_in_order(void **state) {
    (void)state;
    notes all;
    bko_server *server =
        server_start((bko_server_options){.latency_s = 0.002, .jitter_s = 0.002, .seed = 1});
    const char **urls = server_urls(server, 200);
    job *jobs = run_all(&all, &plain, 3, urls, 200);
    for (unsigned i = 0; i < 200; i++) {
        assert_int_equal(jobs[i].started_as, i);
    }
    free(jobs);
    urls_free(urls, 200);
    bko_server_free(server);
}

static void thousands_end_exactly_once_each(void **state) {
    (void)state;
    notes all;
    bko_server *server = server_start(
        (bko_server_options){.latency_s = 0.002, .jitter_s = 0.002, .size_bytes = 3000});
    const char **urls = server_urls(server, MANY);
    job *jobs = run_all(&all, &plain, AT_ONCE, urls, MANY);
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
    bko_loop_options options = {.fetch = &plain, .in_flight = 0};
    bko_loop *loop;
    assert_int_equal(bko_loop_create(&loop, &options), BKO_EINVAL);
    assert_null(loop);
    bko_loop_free(NULL);
}

/* --- life ----------------------------------------------------------------------------------------- */

typedef struct chain {
    bko_loop *loop;
    const char *url;
    unsigned left, done;
} chain;

static void fetch_two_more(void *user, const bko_response *response) {
    chain *self = user;
    assert_int_equal(response->error, BKO_OK);
    self->done++;
    for (int i = 0; i < 2 && self->left > 0; i++) {
        self->left--;
        assert_int_equal(bko_loop_fetch(self->loop, self->url, NULL, fetch_two_more, self), 0);
    }
}

static void a_callback_may_start_further_fetches(void **state) {
    (void)state;
    peer *remote = peer_start();
    peer_url url = peer_at(remote, "/ok");
    for (unsigned in_flight = 1; in_flight <= 16; in_flight *= 4) {
        chain self = {.loop = create(&plain, in_flight, NULL), .url = url.text, .left = 100};
        assert_int_equal(bko_loop_fetch(self.loop, url.text, NULL, fetch_two_more, &self), 0);
        assert_int_equal(bko_loop_run(self.loop), 0);
        assert_int_equal(self.done, 101);
        bko_loop_free(self.loop);
    }
    peer_stop(remote);
}

static void a_loop_can_run_again_and_again_and_with_nothing(void **state) {
    (void)state;
    peer *remote = peer_start();
    peer_url url = peer_at(remote, "/ok");
    notes all = {.slots = 2};
    bko_loop *loop = create(&plain, 2, NULL);
    assert_int_equal(bko_loop_run(loop), 0);
    for (unsigned i = 1; i <= 5; i++) {
        job one = {.all = &all};
        assert_int_equal(bko_loop_fetch(loop, url.text, on_started, on_done, &one), 0);
        assert_int_equal(bko_loop_run(loop), 0);
        assert_int_equal(all.done, i);
    }
    assert_int_equal(peer_connections(remote), 1);
    bko_loop_free(loop);
    peer_stop(remote);
}

static void stop_loop(void *user, const bko_response *response) {
    notes *all = user;
    (void)response;
    all->done++;
    bko_loop_stop(all->loop);
}

static void count(void *user, const bko_response *response) {
    notes *all = user;
    (void)response;
    all->done++;
}

static void freeing_ends_running_and_waiting_transfers_without_callback(void **state) {
    (void)state;
    int before = process_descriptors();
    peer *remote = peer_start();
    peer_url silent = peer_at(remote, "/silent");
    peer_url ok = peer_at(remote, "/slow/20");
    notes all = {.loop = create(&plain, 5, NULL)};
    assert_int_equal(bko_loop_fetch(all.loop, ok.text, NULL, stop_loop, &all), 0);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(bko_loop_fetch(all.loop, silent.text, NULL, count, &all), 0);
    }
    assert_int_equal(bko_loop_run(all.loop), 0);
    assert_int_equal(all.done, 1);
    bko_loop_free(all.loop);
    assert_int_equal(all.done, 1);
    notes fresh = {.loop = create(&plain, 5, NULL)}; /* not even run */
    assert_int_equal(bko_loop_fetch(fresh.loop, ok.text, NULL, count, &fresh), 0);
    bko_loop_free(fresh.loop);
    assert_int_equal(fresh.done, 0);
    peer_stop(remote);
    assert_int_equal(process_descriptors(), before);
}

/* --- on somebody else's loop ---------------------------------------------------------------------- */

typedef struct owner {
    uv_loop_t uv;
    uv_timer_t tick;
    notes all;
    unsigned ticks, ticks_after_free;
} owner;

static void on_tick(uv_timer_t *timer) {
    owner *self = timer->data;
    self->ticks++;
    if (self->all.loop != NULL && self->all.done >= 8) {
        bko_loop_free(self->all.loop); /* while two are still waiting for their answers */
        self->all.loop = NULL;
    } else if (self->all.loop == NULL && ++self->ticks_after_free == 3) {
        uv_close((uv_handle_t *)timer, NULL);
    }
}

static void a_borrowed_loop_goes_on_when_ours_is_freed(void **state) {
    (void)state;
    int before = process_descriptors();
    owner self = {0};
    peer *remote = peer_start();
    peer_url ok = peer_at(remote, "/ok");
    peer_url silent = peer_at(remote, "/silent");
    assert_int_equal(uv_loop_init(&self.uv), 0);
    uv_timer_init(&self.uv, &self.tick);
    self.tick.data = &self;
    uv_timer_start(&self.tick, on_tick, 1, 1);
    self.all.loop = create(&plain, 4, &self.uv);
    for (int i = 0; i < 10; i++) {
        const char *url = i < 2 ? silent.text : ok.text;
        assert_int_equal(bko_loop_fetch(self.all.loop, url, NULL, count, &self.all), 0);
    }
    assert_int_equal(uv_run(&self.uv, UV_RUN_DEFAULT), 0);
    assert_int_equal(self.all.done, 8);
    assert_int_equal(self.ticks_after_free, 3);
    assert_int_equal(uv_loop_close(&self.uv), 0); /* nothing of ours is left on it */
    peer_stop(remote);
    assert_int_equal(process_descriptors(), before);
}

static void run_on_a_borrowed_loop_returns_when_ours_is_done(void **state) {
    (void)state;
    owner self = {0};
    peer *remote = peer_start();
    peer_url ok = peer_at(remote, "/ok");
    assert_int_equal(uv_loop_init(&self.uv), 0);
    uv_timer_init(&self.uv, &self.tick);
    self.tick.data = &self;
    uv_timer_start(&self.tick, on_tick, PATIENCE_MS, 0); /* the owner's own, not waited for */
    self.all.loop = create(&plain, 2, &self.uv);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(bko_loop_fetch(self.all.loop, ok.text, NULL, count, &self.all), 0);
    }
    assert_int_equal(bko_loop_run(self.all.loop), 0);
    assert_int_equal(self.all.done, 4);
    assert_int_equal(self.ticks, 0);
    bko_loop_free(self.all.loop);
    uv_close((uv_handle_t *)&self.tick, NULL);
    uv_run(&self.uv, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&self.uv), 0);
    peer_stop(remote);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_end_has_its_type),
        cmocka_unit_test(silence_times_out_and_nobody_is_no_connection),
        cmocka_unit_test(dropped_connections_are_replaced_silently),
        cmocka_unit_test(hosts_are_found_by_name),
        cmocka_unit_test(hosts_that_do_not_exist_fail_one_after_the_other),
        cmocka_unit_test(large_bodies_arrive_intact_and_buffers_adapt),
        cmocka_unit_test(connections_are_kept_and_used_again),
        cmocka_unit_test(session_per_request_connects_each_time),
        cmocka_unit_test(as_many_as_allowed_are_in_flight_and_never_more),
        cmocka_unit_test(those_that_wait_start_in_order),
        cmocka_unit_test(thousands_end_exactly_once_each),
        cmocka_unit_test(a_loop_without_places_is_refused),
        cmocka_unit_test(a_callback_may_start_further_fetches),
        cmocka_unit_test(a_loop_can_run_again_and_again_and_with_nothing),
        cmocka_unit_test(freeing_ends_running_and_waiting_transfers_without_callback),
        cmocka_unit_test(a_borrowed_loop_goes_on_when_ours_is_freed),
        cmocka_unit_test(run_on_a_borrowed_loop_returns_when_ours_is_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

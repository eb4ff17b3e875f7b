/* Fetches on a loop with options of their own, and dropped fetches. */
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "bakeoff/loop.h"
#include "loop/turns.h"
#include "support_loop.h"
#include "support_peer.h"

enum { MS = 1000000 };

typedef struct fetched {
    int error, status;
    unsigned times;
    char body[64];
} fetched;

static void on_fetched(void *user, const bko_response *response) {
    fetched *self = user;
    size_t size =
        response->body_size < sizeof self->body - 1 ? response->body_size : sizeof self->body - 1;
    self->times++;
    self->error = response->error;
    self->status = response->http_status;
    memcpy(self->body, response->body != NULL ? response->body : "", size);
    self->body[size] = '\0';
}

static fetched fetch_with(bko_loop *loop, const char *url, const bko_fetch_options *options) {
    fetched self = {0};
    bko_request request = {.url = url, .options = options, .done = on_fetched, .user = &self};
    assert_int_equal(bko_loop_request(loop, &request, NULL), 0);
    assert_int_equal(bko_loop_run(loop), 0);
    assert_int_equal(self.times, 1);
    return self;
}

/* One slot: each fetch gets the handle that the fetch before has used. */
static void options_of_one_fetch_are_not_the_next_ones(void **state) {
    (void)state;
    static const bko_fetch_options remove = {.proxy = "", .keep_body = true, .method = "DELETE"};
    static const bko_fetch_options post = {
        .proxy = "", .keep_body = true, .body = "data", .body_size = 4};
    static const bko_fetch_options small = {.proxy = "", .max_bytes = 10, .buffer_size = 2048};
    static const bko_fetch_options hasty = {.proxy = "", .timeout_ms = 50};
    peer *remote = peer_start();
    bko_loop *loop = loop_create_lazy(1, NULL);
    peer_url method = peer_at(remote, "/method");
    peer_url big = peer_at(remote, "/big/100");
    peer_url silent = peer_at(remote, "/silent");
    for (int i = 0; i < 3; i++) {
        assert_string_equal(fetch_with(loop, method.text, NULL).body, "GET");
        assert_string_equal(fetch_with(loop, method.text, &remove).body, "DELETE");
        assert_string_equal(fetch_with(loop, method.text, &post).body, "POST");
        assert_int_equal(fetch_with(loop, big.text, &small).error, BKO_ETOOLARGE);
        assert_int_equal(fetch_with(loop, big.text, NULL).error, BKO_OK);
    }
    assert_int_equal(fetch_with(loop, silent.text, &hasty).error, BKO_ETIMEOUT);
    assert_string_equal(fetch_with(loop, method.text, NULL).body, "GET");
    bko_loop_free(loop);
    peer_stop(remote);
}

/* Two slots: drops fetches that are queued and that are in flight, the first, the middle and the
 * last. */
static void dropped_fetches_end_without_callback_and_make_room(void **state) {
    (void)state;
    enum { COUNT = 12 };
    peer *remote = peer_start();
    bko_loop *loop = loop_create_lazy(2, NULL);
    peer_url silent = peer_at(remote, "/silent");
    peer_url ok = peer_at(remote, "/ok");
    fetched seen[COUNT] = {0};
    uint64_t tickets[COUNT];
    for (int i = 0; i < COUNT; i++) {
        bko_request request = {
            .url = i % 3 == 2 ? ok.text : silent.text, .done = on_fetched, .user = &seen[i]};
        assert_int_equal(bko_loop_request(loop, &request, &tickets[i]), 0);
    }
    for (int i = COUNT; i-- > 0;) {
        if (i % 3 != 2) {
            bko_loop_drop(loop, tickets[i]);
            bko_loop_drop(loop, tickets[i]); /* harmless */
        }
    }
    assert_int_equal(bko_loop_run(loop), 0);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(seen[i].times, i % 3 == 2);
        bko_loop_drop(loop, tickets[i]); /* it has ended: no effect */
    }
    assert_string_equal(fetch_with(loop, ok.text, NULL).body, "hello");
    bko_loop_free(loop);
    peer_stop(remote);
}

typedef struct blocked {
    bko_loop *loop;
    bko_timer timer;
    fetched seen;
    char url[64];
    uint64_t ticket;
    int file;
} blocked;

/* Makes a server whose backlog is full, so that the next connection attempt waits. */
static int full_listener(uint16_t *port, int *clients, size_t count) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listener, 0), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    for (size_t i = 0; i < count; i++) {
        clients[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        connect(clients[i], (struct sockaddr *)&address, size);
    }
    *port = ntohs(address.sin_port);
    return listener;
}

static void drop_and_open_file(bko_timer *timer) {
    blocked *self = (blocked *)((char *)timer - offsetof(blocked, timer));
    bko_loop_drop(self->loop, self->ticket);
    self->file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
}

/* Makes the timer due before libuv polls again, and so before libuv sees the fetch's new watcher.
 * */
static void fetch_blocked(void *user) {
    blocked *self = user;
    bko_request request = {.url = self->url, .done = on_fetched, .user = &self->seen};
    assert_int_equal(bko_loop_request(self->loop, &request, &self->ticket), 0);
    bko_loop_timer_start(self->loop, &self->timer, 0);
    for (int64_t end = bko_clock_now_ns() + 3 * (int64_t)MS; bko_clock_now_ns() < end;) {
    }
}

/* libcurl 7.88 silently closes a socket that was still connecting. Its number is reused at once by
 * a file, which cannot be watched: libuv would abort. */
static void a_dropped_connection_attempt_is_not_watched_any_more(void **state) {
    (void)state;
    enum { CLIENTS = 4 };
    int clients[CLIENTS];
    uint16_t port;
    int listener = full_listener(&port, clients, CLIENTS);
    blocked self = {.loop = loop_create_lazy(1, NULL), .timer.fire = drop_and_open_file};
    snprintf(self.url, sizeof self.url, "http://127.0.0.1:%u/", port);
    bko__loop_on_turn(self.loop, fetch_blocked, &self);
    for (int i = 0; i < 3; i++) {
        bko__loop_wake(self.loop);
        assert_int_equal(bko_loop_run(self.loop), 0);
        assert_true(self.file >= 0);
        close(self.file);
    }
    assert_int_equal(self.seen.times, 0);
    bko_loop_free(self.loop);
    for (size_t i = 0; i < CLIENTS; i++) {
        close(clients[i]);
    }
    close(listener);
}

/* The second socket gets the number of the one that was given up and must be watched all the same.
 * Unwatched, libcurl looks at it only after 200 ms, which is always too late. A busy machine is
 * late now and then, so there are many tries. */
static void a_connection_follows_one_that_was_given_up(void **state) {
    (void)state;
    enum { CLIENTS = 4, TRIES = 100 };
    static const bko_fetch_options hasty = {.proxy = "", .timeout_ms = 50};
    static const bko_fetch_options soon = {.proxy = "", .timeout_ms = 150};
    int clients[CLIENTS];
    uint16_t port;
    char url[64];
    peer *remote = peer_start();
    peer_url ok = peer_at(remote, "/ok");
    int listener = full_listener(&port, clients, CLIENTS);
    bko_loop *loop = loop_create_lazy(1, NULL);
    fetched first = {0};
    fetched second = {.error = BKO_ETIMEOUT};
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", port);
    bko_request requests[] = {
        {.url = url, .options = &hasty, .done = on_fetched, .user = &first},
        {.url = ok.text, .options = &soon, .done = on_fetched, .user = &second}};
    for (int i = 0; i < TRIES && second.error != BKO_OK; i++) {
        assert_int_equal(bko_loop_request(loop, &requests[0], NULL), 0);
        assert_int_equal(bko_loop_request(loop, &requests[1], NULL), 0);
        assert_int_equal(bko_loop_run(loop), 0);
        assert_int_equal(first.error, BKO_ETIMEOUT);
    }
    assert_int_equal(second.error, BKO_OK);
    bko_loop_free(loop);
    for (size_t i = 0; i < CLIENTS; i++) {
        close(clients[i]);
    }
    close(listener);
    peer_stop(remote);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_of_one_fetch_are_not_the_next_ones),
        cmocka_unit_test(dropped_fetches_end_without_callback_and_make_room),
        cmocka_unit_test(a_connection_follows_one_that_was_given_up),
        cmocka_unit_test(a_dropped_connection_attempt_is_not_watched_any_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

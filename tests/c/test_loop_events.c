/* What a loop waits for beside transfers (bakeoff/loop.h), and fetches with options of their own. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include <cmocka.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "bakeoff/loop.h"
#include "support_peer.h"
#include "support_process.h"

enum { TIMERS = 1000, MS = 1000000 };

static const bko_fetch_options plain = {.proxy = "", .keep_body = true};

static bko_loop *create(unsigned in_flight, void *uv) {
    bko_loop_options options = {.fetch = &plain, .in_flight = in_flight, .uv = uv, .lazy = true};
    bko_loop *loop;
    assert_int_equal(bko_loop_create(&loop, &options), 0);
    return loop;
}

/* --- timers ------------------------------------------------------------------------------------- */

typedef struct clock_test {
    bko_loop *loop;
    unsigned fired;
    int64_t last_due;
    uint64_t last_order;
} clock_test;

typedef struct ticker {
    bko_timer timer;
    clock_test *all;
    unsigned times;
} ticker;

static void check_order(bko_timer *timer) {
    ticker *self = (ticker *)timer;
    clock_test *all = self->all;
    assert_true(bko_clock_now_ns() >= timer->due_ns);
    assert_true(timer->due_ns > all->last_due ||
                (timer->due_ns == all->last_due && timer->order > all->last_order));
    assert_int_equal(timer->place, 0);
    all->last_due = timer->due_ns;
    all->last_order = timer->order;
    all->fired++;
    self->times++;
}

/* Every third is stopped again, every fifth set anew. */
static void timers_fire_in_order_and_never_early(void **state) {
    (void)state;
    clock_test all = {.loop = create(1, NULL)};
    ticker *tickers = calloc(TIMERS, sizeof *tickers);
    int64_t now = bko_clock_now_ns();
    unsigned draw = 12345;
    for (unsigned i = 0; i < TIMERS; i++) {
        tickers[i] = (ticker){.timer.fire = check_order, .all = &all};
        draw = draw * 1103515245 + 12345;
        int64_t due = now + (draw >> 16) % 30 * MS; /* many share a time */
        assert_int_equal(bko_loop_timer_start(all.loop, &tickers[i].timer, due), 0);
    }
    for (unsigned i = 0; i < TIMERS; i++) {
        if (i % 3 == 0) {
            bko_loop_timer_stop(all.loop, &tickers[i].timer);
            bko_loop_timer_stop(all.loop, &tickers[i].timer); /* harmless */
        } else if (i % 5 == 0) {
            bko_loop_timer_start(all.loop, &tickers[i].timer, now + i % 7 * MS);
        }
    }
    assert_int_equal(bko_loop_run(all.loop), 0);
    for (unsigned i = 0; i < TIMERS; i++) {
        assert_int_equal(tickers[i].times, i % 3 != 0);
    }
    bko_loop_free(all.loop);
    free(tickers);
}

static void start_again(bko_timer *timer) {
    ticker *self = (ticker *)timer;
    if (++self->times < 5) {
        bko_loop_timer_start(self->all->loop, timer, 0);
    }
}

static void a_timer_may_start_itself_again_and_free_stops_all(void **state) {
    (void)state;
    clock_test all = {.loop = create(1, NULL)};
    ticker one = {.timer.fire = start_again, .all = &all};
    ticker far = {.timer.fire = start_again, .all = &all};
    bko_loop_timer_start(all.loop, &one.timer, 0);
    assert_int_equal(bko_loop_run(all.loop), 0);
    assert_int_equal(one.times, 5);
    bko_loop_timer_start(all.loop, &far.timer, INT64_MAX);
    bko_loop_free(all.loop);
    assert_int_equal(far.timer.place, 0);
    assert_int_equal(far.times, 0);
}

/* --- files ---------------------------------------------------------------------------------------- */

typedef struct reading {
    bko_loop *loop;
    int error, system_error;
    size_t size, wrong;
    unsigned times;
} reading;

static unsigned char byte_at(size_t i) {
    return (unsigned char)(i * 7 + i / 256);
}

static void on_file(void *user, const bko_file *file) {
    reading *self = user;
    const unsigned char *data = file->data;
    self->times++;
    self->error = file->error;
    self->system_error = file->system_error;
    self->size = file->size;
    for (size_t i = 0; file->error == 0 && i < file->size; i++) {
        self->wrong += data[i] != byte_at(i);
    }
}

static reading read_one(const char *path, size_t max_bytes) {
    reading self = {.loop = create(1, NULL)};
    assert_int_equal(bko_loop_read(self.loop, path, max_bytes, on_file, &self, NULL), 0);
    assert_int_equal(bko_loop_run(self.loop), 0);
    assert_int_equal(self.times, 1);
    bko_loop_free(self.loop);
    return self;
}

static void write_pattern(const char *path, size_t size) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (size_t i = 0; i < size; i++) {
        fputc(byte_at(i), file);
    }
    assert_int_equal(fclose(file), 0);
}

static void files_arrive_whole_up_to_the_limit(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 3000000};
    char path[] = "/tmp/bakeoff-read-XXXXXX";
    int before = process_descriptors();
    close(mkstemp(path));
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        write_pattern(path, sizes[i]);
        reading seen = read_one(path, sizes[i]);
        assert_int_equal(seen.error, BKO_OK);
        assert_int_equal(seen.size, sizes[i]);
        assert_int_equal(seen.wrong, 0);
        if (sizes[i] > 1) {
            assert_int_equal(read_one(path, sizes[i] - 1).error, BKO_ETOOLARGE);
        }
    }
    unlink(path);
    assert_int_equal(process_descriptors(), before);
}

static void what_is_no_file_has_its_reason(void **state) {
    (void)state;
    reading missing = read_one("/nonexistent/file", 0);
    assert_int_equal(missing.error, BKO_ESYS);
    assert_int_equal(missing.system_error, ENOENT);
    assert_int_equal(read_one("/tmp", 0).system_error, EISDIR);
    assert_int_equal(read_one("/dev/zero", 0).error, BKO_EINVAL);
    assert_int_equal(read_one("/proc/self/maps", 10).error, BKO_ETOOLARGE); /* fstat says 0 */
    char pipe_path[] = "/tmp/bakeoff-pipe-XXXXXX";
    close(mkstemp(pipe_path));
    unlink(pipe_path);
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    assert_int_equal(read_one(pipe_path, 0).error, BKO_EINVAL); /* and nobody waits for a writer */
    unlink(pipe_path);
}

static void dropped_reads_are_silent_and_close_their_files(void **state) {
    (void)state;
    int before = process_descriptors();
    reading self = {.loop = create(1, NULL)};
    for (int i = 0; i < 50; i++) {
        bko_read *read;
        assert_int_equal(
            bko_loop_read(self.loop, "/proc/self/maps", 0, on_file, &self, i % 2 ? &read : NULL),
            0);
        if (i % 2) {
            bko_read_drop(read);
        }
    }
    bko_loop_free(self.loop); /* the others: dropped by it */
    assert_int_equal(self.times, 0);
    assert_int_equal(process_descriptors(), before);
}

/* --- descriptors ------------------------------------------------------------------------------------ */

typedef struct watching {
    bko_loop *loop;
    bko_watch *watch;
    bko_timer timer;
    int ends[2];
    unsigned times;
} watching;

static void write_byte(bko_timer *timer) {
    watching *self = (watching *)((char *)timer - offsetof(watching, timer));
    assert_int_equal(write(self->ends[1], "x", 1), 1);
}

static void read_byte(void *user) {
    watching *self = user;
    char byte;
    assert_int_equal(read(self->ends[0], &byte, 1), 1);
    if (++self->times < 3) {
        bko_loop_timer_start(self->loop, &self->timer, 0);
    } else {
        bko_watch_free(self->watch); /* from within; nothing keeps the loop alive then */
    }
}

static void a_watched_descriptor_calls_until_it_is_not_watched(void **state) {
    (void)state;
    int before = process_descriptors();
    watching self = {.loop = create(1, NULL), .timer.fire = write_byte};
    assert_int_equal(pipe(self.ends), 0);
    assert_int_equal(bko_loop_watch(self.loop, self.ends[0], read_byte, &self, &self.watch), 0);
    bko_loop_timer_start(self.loop, &self.timer, 0);
    assert_int_equal(bko_loop_run(self.loop), 0);
    assert_int_equal(self.times, 3);
    bko_loop_free(self.loop);
    close(self.ends[0]);
    close(self.ends[1]);
    assert_int_equal(process_descriptors(), before);
}

static void what_cannot_be_watched_is_refused(void **state) {
    (void)state;
    bko_loop *loop = create(1, NULL);
    bko_watch *watch;
    assert_int_equal(bko_loop_watch(loop, -1, read_byte, NULL, &watch), BKO_ESYS);
    assert_int_equal(errno, EBADF);
    int file = open("/proc/self/maps", O_RDONLY);
    assert_int_equal(bko_loop_watch(loop, file, read_byte, NULL, &watch), BKO_ESYS);
    assert_null(watch);
    close(file);
    bko_watch_free(NULL);
    bko_loop_free(loop);
}

/* --- turns -------------------------------------------------------------------------------------------- */

typedef struct turning {
    bko_loop *loop;
    unsigned turns;
} turning;

static void on_turn(void *user) {
    turning *self = user;
    if (++self->turns < 10) {
        bko_loop_wake(self->loop);
        bko_loop_wake(self->loop); /* several are one */
    }
}

static void a_wake_up_is_one_turn_and_keeps_the_loop_alive(void **state) {
    (void)state;
    turning self = {.loop = create(1, NULL)};
    bko_loop_on_turn(self.loop, on_turn, &self);
    bko_loop_wake(self.loop);
    assert_int_equal(bko_loop_run(self.loop), 0);
    assert_int_equal(self.turns, 10);
    bko_loop_free(self.loop);
}

typedef struct owner {
    turning mine;
    uv_timer_t tick;
} owner;

static void release(uv_timer_t *timer) {
    owner *self = timer->data;
    bko_loop_release(self->mine.loop);
}

/* Without a hold, run would return at once; without the release, never: the owner's timer repeats. */
static void a_hold_waits_for_the_owner_of_a_borrowed_loop(void **state) {
    (void)state;
    uv_loop_t uv;
    owner self = {0};
    assert_int_equal(uv_loop_init(&uv), 0);
    uv_timer_init(&uv, &self.tick);
    self.tick.data = &self;
    uv_timer_start(&self.tick, release, 5, 1000000);
    self.mine.loop = create(1, &uv);
    bko_loop_hold(self.mine.loop);
    assert_int_equal(bko_loop_run(self.mine.loop), 0);
    bko_loop_free(self.mine.loop);
    uv_close((uv_handle_t *)&self.tick, NULL);
    uv_run(&uv, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&uv), 0);
}

static void a_hold_alone_does_not_hang(void **state) {
    (void)state;
    bko_loop *loop = create(1, NULL);
    bko_loop_hold(loop);
    assert_int_equal(bko_loop_run(loop), 0);
    bko_loop_free(loop);
}

static unsigned waits_begun, waits_ended;

static void wait_begins(void) {
    waits_begun++;
}

static void wait_ends(void) {
    waits_ended++;
}

static void waits_can_be_framed(void **state) {
    (void)state;
    bko_loop_options options = {
        .fetch = &plain, .in_flight = 1, .wait_begins = wait_begins, .wait_ends = wait_ends};
    clock_test all = {0};
    ticker one = {.timer.fire = check_order, .all = &all};
    reading file = {0};
    assert_int_equal(bko_loop_create(&all.loop, &options), 0);
    bko_loop_timer_start(all.loop, &one.timer, bko_clock_now_ns() + 5 * MS);
    bko_loop_read(all.loop, "/nonexistent", 0, on_file, &file, NULL);
    assert_int_equal(bko_loop_run(all.loop), 0);
    assert_int_equal(one.times, 1);
    assert_int_equal(file.times, 1);
    assert_true(waits_begun > 0);
    assert_int_equal(waits_begun, waits_ended);
    bko_loop_free(all.loop);
}

/* --- fetches with options of their own, and dropped ones ---------------------------------------------- */

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

/* One place: each fetch finds the handle as the one before left it. */
static void options_of_one_fetch_are_not_the_next_ones(void **state) {
    (void)state;
    static const bko_fetch_options remove = {.proxy = "", .keep_body = true, .method = "DELETE"};
    static const bko_fetch_options post = {
        .proxy = "", .keep_body = true, .body = "data", .body_size = 4};
    static const bko_fetch_options small = {.proxy = "", .max_bytes = 10, .buffer_size = 2048};
    static const bko_fetch_options hasty = {.proxy = "", .timeout_ms = 50};
    peer *remote = peer_start();
    bko_loop *loop = create(1, NULL);
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

/* Two places: those that wait in line and those in flight are dropped, first, middle and last. */
static void dropped_fetches_end_without_callback_and_make_room(void **state) {
    (void)state;
    enum { COUNT = 12 };
    peer *remote = peer_start();
    bko_loop *loop = create(2, NULL);
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
        bko_loop_drop(loop, tickets[i]); /* ended: left alone */
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

/* A server whose line of connections is full: the next one waits to be made. */
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

/* The timer is due before libuv polls again, and with it looks at what the fetch wants to be watched. */
static void fetch_blocked(void *user) {
    blocked *self = user;
    bko_request request = {.url = self->url, .done = on_fetched, .user = &self->seen};
    assert_int_equal(bko_loop_request(self->loop, &request, &self->ticket), 0);
    bko_loop_timer_start(self->loop, &self->timer, 0);
    for (int64_t end = bko_clock_now_ns() + 3 * (int64_t)MS; bko_clock_now_ns() < end;) {
    }
}

/* libcurl closes a socket that was still connecting without a word (7.88), and its number is used again at
 * once, by a file that cannot be watched: libuv would abort. */
static void a_dropped_connection_attempt_is_not_watched_any_more(void **state) {
    (void)state;
    enum { CLIENTS = 4 };
    int clients[CLIENTS];
    uint16_t port;
    int listener = full_listener(&port, clients, CLIENTS);
    blocked self = {.loop = create(1, NULL), .timer.fire = drop_and_open_file};
    snprintf(self.url, sizeof self.url, "http://127.0.0.1:%u/", port);
    bko_loop_on_turn(self.loop, fetch_blocked, &self);
    for (int i = 0; i < 3; i++) {
        bko_loop_wake(self.loop);
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

/* The next one's socket has the number of the one that was given up, and is watched all the same: libcurl
 * looks at it by itself after 200 ms only. The limit is short for that; a busy machine gets three tries. */
static void a_connection_follows_one_that_was_given_up(void **state) {
    (void)state;
    enum { CLIENTS = 4 };
    static const bko_fetch_options hasty = {.proxy = "", .timeout_ms = 50};
    static const bko_fetch_options soon = {.proxy = "", .timeout_ms = 150};
    int clients[CLIENTS];
    uint16_t port;
    char url[64];
    peer *remote = peer_start();
    peer_url ok = peer_at(remote, "/ok");
    int listener = full_listener(&port, clients, CLIENTS);
    bko_loop *loop = create(1, NULL);
    fetched first = {0};
    fetched second = {.error = BKO_ETIMEOUT};
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", port);
    bko_request requests[] = {
        {.url = url, .options = &hasty, .done = on_fetched, .user = &first},
        {.url = ok.text, .options = &soon, .done = on_fetched, .user = &second}};
    for (int i = 0; i < 3 && second.error != BKO_OK; i++) {
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
        cmocka_unit_test(timers_fire_in_order_and_never_early),
        cmocka_unit_test(a_timer_may_start_itself_again_and_free_stops_all),
        cmocka_unit_test(files_arrive_whole_up_to_the_limit),
        cmocka_unit_test(what_is_no_file_has_its_reason),
        cmocka_unit_test(dropped_reads_are_silent_and_close_their_files),
        cmocka_unit_test(a_watched_descriptor_calls_until_it_is_not_watched),
        cmocka_unit_test(what_cannot_be_watched_is_refused),
        cmocka_unit_test(a_wake_up_is_one_turn_and_keeps_the_loop_alive),
        cmocka_unit_test(a_hold_waits_for_the_owner_of_a_borrowed_loop),
        cmocka_unit_test(a_hold_alone_does_not_hang),
        cmocka_unit_test(waits_can_be_framed),
        cmocka_unit_test(options_of_one_fetch_are_not_the_next_ones),
        cmocka_unit_test(dropped_fetches_end_without_callback_and_make_room),
        cmocka_unit_test(a_connection_follows_one_that_was_given_up),
        cmocka_unit_test(a_dropped_connection_attempt_is_not_watched_any_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

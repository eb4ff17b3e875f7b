/* Each fault of the fixture server, as bytes on a socket; and which requests get one. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/server.h"
#include "support_http.h"
#include "support_server.h"

enum { SIZE = 64, QUIET_MS = 20, LARGE = 300000 };

#define OK       "HTTP/1.1 200 OK\r\n"
#define CHUNKED  OK "Transfer-Encoding: chunked\r\n\r\n"
#define CONTINUE "HTTP/1.1 100 Continue\r\n\r\n"
#define FOUND    "HTTP/1.1 302 Found\r\nLocation: "

typedef enum { CLOSED, RESET, OPEN, ANY } ending;

/* What a client of a server with a body of SIZE bytes sees. */
static const struct {
    const char *begins; /* the first bytes of the answer */
    long length;        /* of the whole answer; negative: so many or more */
    ending ending;
} cases[BKO_FAULT_COUNT] = {
    [BKO_FAULT_RESET_BEFORE] = {"", 0, RESET},
    [BKO_FAULT_RESET_MID] = {OK "Content-Length: 64\r\n\r\n", 39 + SIZE / 2, RESET},
    [BKO_FAULT_CLOSE_BEFORE] = {"", 0, CLOSED},
    [BKO_FAULT_CLOSE_IDLE] = {OK "Content-Length: 64\r\n\r\n", 39 + SIZE, CLOSED},
    [BKO_FAULT_STALL_BEFORE] = {"", 0, OPEN},
    [BKO_FAULT_STALL_HEAD] = {OK "Content-Len", 28, OPEN},
    [BKO_FAULT_STALL_BODY] = {OK "Content-Length: 64\r\n\r\n", 39 + SIZE / 2, OPEN},
    [BKO_FAULT_DRIP] = {OK "Content-Length: 64\r\n\r\n", -(39 + 2), ANY},
    [BKO_FAULT_LENGTH_LONG] = {OK "Content-Length: 128\r\n\r\n", 40 + SIZE, CLOSED},
    [BKO_FAULT_LENGTH_SHORT] = {OK "Content-Length: 32\r\n\r\n", 39 + SIZE, CLOSED},
    [BKO_FAULT_LENGTH_NEGATIVE] = {OK "Content-Length: -1\r\n\r\n", 39 + SIZE, CLOSED},
    [BKO_FAULT_LENGTH_TWICE] = {OK "Content-Length: 1\r\nContent-Length: 64\r\n\r\n", 58 + SIZE,
                                CLOSED},
    [BKO_FAULT_CHUNK_CUT] = {CHUNKED "7fffffff\r\n", 57 + SIZE / 2, CLOSED},
    [BKO_FAULT_CHUNK_BAD] = {CHUNKED "size\r\n", 53 + SIZE, CLOSED},
    [BKO_FAULT_CHUNK_HUGE] = {CHUNKED "ffffffffffffffff0\r\n", 66 + SIZE, CLOSED},
    [BKO_FAULT_GZIP_BAD] = {OK "Content-Encoding: gzip\r\nContent-Length: 64\r\n\r\n", 63 + SIZE,
                            CLOSED},
    [BKO_FAULT_GZIP_CUT] = {OK "Content-Encoding: gzip\r\nContent-Length: ", -80, CLOSED},
    [BKO_FAULT_GZIP_BOMB] = {OK "Content-Encoding: gzip\r\nContent-Length: ", -200000, CLOSED},
    [BKO_FAULT_GARBAGE] = {"SSH-2.0-", -8, CLOSED},
    [BKO_FAULT_ENDLESS] = {OK "Connection: close\r\n\r\n", -1000000, ANY},
    [BKO_FAULT_HEADER_FLOOD] = {OK "X-Flood: ", 17 + 1000000, CLOSED},
    [BKO_FAULT_HEADER_HUGE] = {OK "X-Huge: ", 25 + 10000000, CLOSED},
    [BKO_FAULT_REDIRECT_LOOP] = {"HTTP/1.1 302 Found\r\nLocation: /fault/redirect_loop\r\n", -50,
                                 CLOSED},
    [BKO_FAULT_REDIRECT_FILE] = {"HTTP/1.1 302 Found\r\nLocation: file:///", -50, CLOSED},
    [BKO_FAULT_REDIRECT_FTP] = {"HTTP/1.1 302 Found\r\nLocation: ftp://", -50, CLOSED},
    [BKO_FAULT_REDIRECT_GOPHER] = {"HTTP/1.1 302 Found\r\nLocation: gopher://", -50, CLOSED},
    [BKO_FAULT_STATUS_404] = {"HTTP/1.1 404 ", -50, CLOSED},
    [BKO_FAULT_STATUS_429] = {"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\n", -50, CLOSED},
    [BKO_FAULT_STATUS_503] = {"HTTP/1.1 503 ", -50, CLOSED},
    [BKO_FAULT_STATUS_999] = {"HTTP/1.1 999 ", -50, CLOSED},
    [BKO_FAULT_EARLY_413] = {"HTTP/1.1 413 ", -50, CLOSED},
    [BKO_FAULT_CONTINUE_SLOW] = {"HT", -2, ANY},
    [BKO_FAULT_CONTINUE_FLOOD] = {CONTINUE CONTINUE, -1000000, ANY},
    [BKO_FAULT_TLS_WRONG_HOST] = {FOUND "https://127.0.0.1:", -50, CLOSED},
    [BKO_FAULT_TLS_EXPIRED] = {FOUND "https://127.0.0.1:", -50, CLOSED},
    [BKO_FAULT_TLS_PLAINTEXT] = {FOUND "https://127.0.0.1:", -50, CLOSED},
    [BKO_FAULT_TLS_UNASKED] = {FOUND "http://127.0.0.1:", -50, CLOSED},
    [BKO_FAULT_REFUSED] = {FOUND "http://127.0.0.1:", -50, CLOSED},
    [BKO_FAULT_UNRESOLVABLE] = {FOUND "http://no-such-host", -50, CLOSED},
    [BKO_FAULT_BACKLOG_FULL] = {FOUND "http://127.0.0.1:", -50, CLOSED},
};

typedef struct {
    char begins[256];
    long length;
    ending ending;
} seen;

static bool is_quiet(int fd) {
    struct pollfd one = {.fd = fd, .events = POLLIN};
    return poll(&one, 1, QUIET_MS) == 0;
}

static void keep_begin(seen *all, const char *bytes, size_t got) {
    size_t room = sizeof all->begins - 1;
    size_t have = (size_t)all->length < room ? (size_t)all->length : room;
    size_t part = got < room - have ? got : room - have;
    memcpy(all->begins + have, bytes, part);
    all->begins[have + part] = '\0';
}

/* Reads up to the end, or as much as is `wanted` of an answer without one. */
static void receive(int fd, long wanted, ending expected, seen *all) {
    static char bytes[65536];
    *all = (seen){.ending = OPEN};
    while (all->length < wanted || expected == CLOSED || expected == RESET) {
        ssize_t got = recv(fd, bytes, sizeof bytes, 0);
        if (got <= 0) {
            all->ending = got == 0 ? CLOSED : RESET;
            return;
        }
        keep_begin(all, bytes, (size_t)got);
        all->length += got;
    }
    all->ending = expected == OPEN && is_quiet(fd) ? OPEN : ANY;
}

static void assert_seen(int fault, const seen *all) {
    const char *name = bko_server_fault_name(fault);
    if (strncmp(all->begins, cases[fault].begins, strlen(cases[fault].begins)) != 0) {
        fail_msg("%s begins with: %s", name, all->begins);
    }
    long wanted = cases[fault].length;
    if (wanted < 0 ? all->length < -wanted : all->length != wanted) {
        fail_msg("%s has %ld bytes, not %ld", name, all->length, wanted);
    }
    if (all->ending != cases[fault].ending) {
        fail_msg("%s ends as %d", name, (int)all->ending);
    }
}

static void path_of(int fault, char *path, size_t size) {
    snprintf(path, size, "/fault/%s/1?x=2", bko_server_fault_name(fault));
}

static void each_fault_is_what_its_name_says(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){.size_bytes = SIZE});
    for (int fault = BKO_FAULT_NONE + 1; fault < BKO_FAULT_COUNT; fault++) {
        char path[64];
        seen all;
        assert_non_null(cases[fault].begins);
        path_of(fault, path, sizeof path);
        int fd = http_connect(bko_server_port(server));
        http_send(fd, "GET", path, NULL);
        receive(fd, labs(cases[fault].length), cases[fault].ending, &all);
        assert_seen(fault, &all);
        close(fd);
    }
    assert_int_equal(server_stats(server).faults, BKO_FAULT_COUNT - 1);
    assert_int_equal(server_stats(server).requests, BKO_FAULT_COUNT - 1);
    bko_server_free(server); /* some of them may still be silent */
}

static void head_gets_no_body(void **state) {
    (void)state;
    static http_answer answer;
    bko_server *server = server_start((bko_server_options){.size_bytes = SIZE});
    int fd = http_connect(bko_server_port(server));
    http_send(fd, "HEAD", "/fault/close_idle", NULL);
    http_receive(fd, &answer);
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.length, 0);
    http_get(bko_server_port(server), "/fault/none_such", &answer);
    assert_int_equal(answer.status, 400);
    bko_server_free(server);
}

/* The answer comes before the body is read, and the client can still send all of it. */
static void an_early_answer_reads_no_body(void **state) {
    (void)state;
    static http_answer answer;
    static char body[LARGE + 1];
    memset(body, 'x', LARGE);
    bko_server *server = server_start((bko_server_options){.latency_s = 60});
    int fd = http_connect(bko_server_port(server));
    http_send(fd, "POST", "/fault/early_413", body);
    http_receive(fd, &answer);
    assert_int_equal(answer.status, 413);
    bko_server_free(server);
}

/* A client that is served at last shows that those who left a silent server gave their slots back. */
static void a_stalled_request_leaves_with_its_client(void **state) {
    (void)state;
    static http_answer answer;
    bko_server *server = server_start((bko_server_options){.connections = 1});
    int fd = http_connect(bko_server_port(server));
    http_send(fd, "GET", "/fault/stall_before", NULL);
    server_await_requests(server, 1);
    close(fd);
    http_get(bko_server_port(server), "/", &answer);
    assert_int_equal(answer.status, 200);
    bko_server_free(server);
}

/* The statuses of 64 different URLs, as letters: 'f' for a fault. */
static void statuses(uint16_t port, char *out) {
    static http_answer answer;
    for (int i = 0; i < 64; i++) {
        char path[16];
        snprintf(path, sizeof path, "/%d", i);
        http_get(port, path, &answer);
        out[i] = answer.status == 200 ? 'o' : answer.status == 500 ? 'e' : 'f';
    }
    out[64] = '\0';
}

static void faults_repeat_by_epoch_and_change_nothing_else(void **state) {
    (void)state;
    char plain[65];
    char first[65];
    char again[65];
    bko_server_options options = {.errors = 0.5, .seed = 7};
    bko_server *server = server_start(options);
    statuses(bko_server_port(server), plain);
    bko_server_free(server);
    options.faults[BKO_FAULT_STATUS_404] = 0.25;
    options.faults[BKO_FAULT_CLOSE_BEFORE] = 0.25;
    server = server_start(options);
    statuses(bko_server_port(server), first);
    uint64_t faults = 0;
    for (int i = 0; i < 64; i++) {
        faults += first[i] == 'f';
        assert_true(first[i] == 'f' || first[i] == plain[i]);
    }
    assert_int_equal(server_stats(server).faults, faults);
    assert_in_range(faults, 16, 48); /* 32 are expected, and four deviations are allowed */
    bko_server_set_epoch(server, 0);
    statuses(bko_server_port(server), again);
    assert_string_equal(again, first);
    bko_server_free(server);
}

static void shares_are_checked(void **state) {
    (void)state;
    bko_server *server;
    char message[128];
    bko_server_options options = {.faults[BKO_FAULT_DRIP] = 0.6, .faults[BKO_FAULT_ENDLESS] = 0.6};
    assert_int_equal(bko_server_start(&server, &options, message, sizeof message), BKO_EINVAL);
    assert_string_equal(message, "faults: together they must be at most 1");
    options.faults[BKO_FAULT_DRIP] = -0.1;
    assert_int_equal(bko_server_start(&server, &options, message, sizeof message), BKO_EINVAL);
    assert_string_equal(message, "faults: each must be a fraction from 0 to 1");
    assert_null(bko_server_fault_name(BKO_FAULT_NONE));
    assert_null(bko_server_fault_text(BKO_FAULT_COUNT));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_is_what_its_name_says),
        cmocka_unit_test(head_gets_no_body),
        cmocka_unit_test(an_early_answer_reads_no_body),
        cmocka_unit_test(a_stalled_request_leaves_with_its_client),
        cmocka_unit_test(faults_repeat_by_epoch_and_change_nothing_else),
        cmocka_unit_test(shares_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The fixture server as a client and its owner meet it. */
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "bakeoff/server.h"
#include "support_http.h"

enum { PATIENCE_MS = 20000 };

static http_answer answer; /* large */

static bko_server *start(bko_server_options options) {
    bko_server *server;
    char message[256];
    int err = bko_server_start(&server, &options, message, sizeof message);
    if (err != BKO_OK) {
        fail_msg("%s: %s", bko_error_name(err), message);
    }
    return server;
}

static bko_server_stats stats_of(const bko_server *server) {
    bko_server_stats stats;
    bko_server_stats_read(server, &stats);
    return stats;
}

/* The server counts an answer when it has handed it over, which the client may see earlier. */
static void await_bytes(const bko_server *server, uint64_t bytes) {
    for (int i = 0; i < PATIENCE_MS && stats_of(server).bytes < bytes; i++) {
        usleep(1000);
    }
    assert_int_equal(stats_of(server).bytes, bytes);
}

static void await_requests(const bko_server *server, uint64_t requests) {
    for (int i = 0; i < PATIENCE_MS && stats_of(server).requests < requests; i++) {
        usleep(1000);
    }
    assert_int_equal(stats_of(server).requests, requests);
}

static int open_descriptors(void) {
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (readdir(folder) != NULL) {
        count++;
    }
    closedir(folder);
    return count;
}

static int pid_fd_of(pid_t pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

static void assert_ends(int pid_fd) {
    struct pollfd wait = {.fd = pid_fd, .events = POLLIN};
    assert_int_equal(poll(&wait, 1, PATIENCE_MS), 1);
    close(pid_fd);
}

/* --- answers ---------------------------------------------------------------------------------- */

static void serves_and_counts(void **state) {
    (void)state;
    bko_server *server = start((bko_server_options){0});
    http_get(bko_server_port(server), "/", &answer);
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.length, 2048);
    http_get(bko_server_port(server), "/other?x=1", &answer);
    await_bytes(server, 4096);
    bko_server_stats stats = stats_of(server);
    assert_int_equal(stats.requests, 2);
    assert_int_equal(stats.connections, 2);
    assert_int_equal(stats.errors, 0);
    assert_int_equal(stats.served_peak, 1);
    bko_server_stop(server);
    assert_int_equal(stats_of(server).requests, 2);
    bko_server_free(server);
}

static void tickets_are_the_same_for_a_day(void **state) {
    (void)state;
    static http_answer first;
    bko_server *server = start((bko_server_options){.body = BKO_BODY_TICKETS});
    uint16_t port = bko_server_port(server);
    http_get(port, "/tickets?day=7", &first);
    assert_in_range(first.length, 15000, 18000);
    assert_non_null(strstr(first.body, "\"date\":\"2026-01-07\""));
    assert_non_null(strstr(first.body, "\"prices\":["));
    http_get(port, "/tickets?day=1031", &answer); /* shares the cache's place with day 7 */
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
    bko_server *server = start((bko_server_options){.body = BKO_BODY_PAGE});
    http_get(bko_server_port(server), "/", &answer);
    assert_in_range(answer.length, 7000, 9500);
    assert_non_null(strstr(answer.text, "text/html"));
    assert_non_null(strstr(answer.body, "</html>"));
    bko_server_free(server);
    server = start((bko_server_options){.size_bytes = 17});
    http_get(bko_server_port(server), "/", &answer);
    assert_int_equal(answer.length, 17);
    bko_server_free(server);
}

static void answers_as_the_path_asks(void **state) {
    (void)state;
    bko_server *server = start((bko_server_options){0});
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
    bko_server *server = start((bko_server_options){.latency_s = 0.001});
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
    await_bytes(server, 2048);
    bko_server_free(server);
}

/* --- latency, line, errors -------------------------------------------------------------------- */

/* Asks for `path` on `count` connections at once; returns the seconds until the last answer. */
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
    bko_server *server = start((bko_server_options){.latency_s = 0.05});
    double took = ask_at_once(bko_server_port(server), "/", 20);
    assert_true(took >= 0.05);
    assert_in_range(stats_of(server).served_peak, 2, 20); /* side by side, not in turn */
    bko_server_free(server);
}

static void connections_are_capped(void **state) {
    (void)state;
    bko_server *server = start((bko_server_options){.latency_s = 0.02, .connections = 3});
    double took = ask_at_once(bko_server_port(server), "/", 12);
    assert_true(took >= 4 * 0.02);
    assert_int_equal(stats_of(server).served_peak, 3);
    assert_int_equal(stats_of(server).requests, 12);
    bko_server_free(server);
}

static void cap_without_latency_serves_all(void **state) {
    (void)state;
    bko_server *server = start((bko_server_options){.connections = 1});
    ask_at_once(bko_server_port(server), "/", 40);
    assert_int_equal(stats_of(server).served_peak, 1);
    bko_server_free(server);
}

static void rate_spreads_requests(void **state) {
    (void)state;
    bko_server *server = start((bko_server_options){.rate = 200});
    double took = ask_at_once(bko_server_port(server), "/", 11);
    assert_true(took >= 0.0499);
    bko_server_free(server);
}

static void who_hangs_up_in_line_loses_the_place(void **state) {
    (void)state;
    enum { CLIENTS = 5 };
    int fds[CLIENTS];
    bko_server *server = start((bko_server_options){.latency_s = 0.2, .connections = 1});
    for (uint64_t i = 0; i < CLIENTS; i++) {
        fds[i] = http_connect(bko_server_port(server));
        http_send(fds[i], "GET", "/", NULL);
        await_requests(server, i + 1); /* now it stands in line */
    }
    for (int i = 1; i < CLIENTS - 1; i++) {
        close(fds[i]);
    }
    http_receive(fds[0], &answer);
    http_receive(fds[CLIENTS - 1], &answer);
    assert_int_equal(answer.status, 200);
    await_bytes(server, (uint64_t)2 * 2048); /* the three others were never served */
    bko_server_free(server);
}

/* Statuses of 64 different URLs, as bits. */
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
    bko_server *server = start((bko_server_options){.errors = 0.5, .seed = 7});
    uint16_t port = bko_server_port(server);
    uint64_t first = statuses(port);
    uint64_t second = statuses(port); /* the second request for each URL */
    assert_int_equal(stats_of(server).errors,
                     __builtin_popcountll(first) + __builtin_popcountll(second));
    bko_server_set_epoch(server, 1);
    uint64_t other = statuses(port);
    bko_server_set_epoch(server, 0);
    assert_int_equal(statuses(port), first);
    bko_server_set_epoch(server, 0); /* the same again: the next contender of the block */
    assert_int_equal(statuses(port), first);
    assert_true(first != second && first != other && second != other);
    bko_server_free(server);
}

/* --- life and death --------------------------------------------------------------------------- */

static void stop_is_harmless_twice(void **state) {
    (void)state;
    int before = open_descriptors();
    bko_server *server = start((bko_server_options){.latency_s = 60});
    int pid_fd = pid_fd_of(bko_server_pid(server));
    int fds[2];
    for (int i = 0; i < 2; i++) { /* stopping does not wait for what is under way */
        fds[i] = http_connect(bko_server_port(server));
        http_send(fds[i], "GET", "/", NULL);
    }
    await_requests(server, 2);
    bko_server_stop(server);
    assert_ends(pid_fd);
    http_receive(fds[0], &answer);
    assert_int_equal(answer.status, 0);
    close(fds[1]);
    bko_server_stop(server);
    assert_int_equal(bko_server_pid(server), 0);
    bko_server_free(server);
    bko_server_free(NULL);
    assert_int_equal(open_descriptors(), before);
}

static void wrong_options_are_refused(void **state) {
    (void)state;
    const bko_server_options wrong[] = {
        {.latency_s = -1},
        {.latency_s = 1e9},
        {.jitter_s = -0.1},
        {.rate = -1},
        {.errors = 1.5},
        {.size_bytes = UINT64_C(1) << 40},
        {.errors = NAN},
        {.jitter_s = 1, .distribution = BKO_DISTRIBUTION_FIXED},
        {.jitter_s = 1, .distribution = BKO_DISTRIBUTION_LOGNORMAL}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        bko_server *server;
        char message[256];
        assert_int_equal(bko_server_start(&server, &wrong[i], message, sizeof message), BKO_EINVAL);
        assert_null(server);
        assert_true(strlen(message) > 10);
    }
}

static void port_in_use_is_said(void **state) {
    (void)state;
    int before = open_descriptors();
    bko_server *first = start((bko_server_options){0});
    bko_server *second;
    char message[256];
    char expected[64];
    bko_server_options options = {.port = bko_server_port(first)};
    assert_int_equal(bko_server_start(&second, &options, message, sizeof message), BKO_EBUSY);
    assert_null(second);
    snprintf(expected, sizeof expected, "port %d is in use on 127.0.0.1", options.port);
    assert_string_equal(message, expected);
    bko_server_free(first);
    second = start(options); /* free again, at once */
    bko_server_free(second);
    assert_int_equal(open_descriptors(), before);
}

static void stop_in_a_forked_child_only_forgets(void **state) {
    (void)state;
    bko_server *server = start((bko_server_options){0});
    pid_t child = fork();
    if (child == 0) {
        bko_server_free(server);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    http_get(bko_server_port(server), "/", &answer);
    assert_int_equal(answer.status, 200);
    bko_server_free(server);
}

static void *start_in_thread(void *out) {
    bko_server_options options = {0};
    bko_server_start(out, &options, NULL, 0);
    return NULL;
}

typedef struct {
    int server;
    int heir;
    int port;
} family;

/* The owner of the next tests: starts a server and has a child, an heir that outlives it. */
static void be_owner(int report, int in_thread) {
    bko_server *server = NULL;
    pthread_t thread;
    if (!in_thread) {
        start_in_thread(&server);
    } else if (pthread_create(&thread, NULL, start_in_thread, &server) == 0) {
        pthread_join(thread, NULL); /* the server must outlive the thread that started it */
    }
    if (server == NULL) {
        _exit(1);
    }
    family told = {.server = bko_server_pid(server), .port = bko_server_port(server)};
    told.heir = fork();
    if (told.heir == 0) { /* holds copies of all descriptors, until it forgets them */
        bko_server_forget(server);
        pause();
        _exit(0);
    }
    if (write(report, &told, sizeof told) == sizeof told) {
        pause();
    }
    _exit(0);
}

static void dies_with_owner(int in_thread) {
    int from_owner[2];
    family told;
    assert_int_equal(pipe(from_owner), 0);
    pid_t owner = fork();
    if (owner == 0) {
        be_owner(from_owner[1], in_thread);
    }
    close(from_owner[1]);
    assert_int_equal(read(from_owner[0], &told, sizeof told), sizeof told);
    int server_fd = pid_fd_of(told.server);
    assert_true(server_fd >= 0);
    http_get((uint16_t)told.port, "/", &answer);
    assert_int_equal(answer.status, 200);
    kill(owner, SIGKILL);
    waitpid(owner, NULL, 0);
    assert_ends(server_fd);
    kill(told.heir, SIGKILL);
    close(from_owner[0]);
}

static void dies_with_its_owner(void **state) {
    (void)state;
    dies_with_owner(0);
}

static void dies_with_its_owner_but_not_with_a_thread(void **state) {
    (void)state;
    dies_with_owner(1);
}

/* --- waiting ---------------------------------------------------------------------------------- */

static int raise_sigterm(void *user) {
    (void)user;
    return raise(SIGTERM);
}

static int kill_server(void *server) {
    return kill(bko_server_pid(server), SIGKILL);
}

static int refuse(void *user) {
    (void)user;
    return 1;
}

static void wait_ends_by_signal_or_death(void **state) {
    (void)state;
    int number = -1;
    sigset_t before;
    sigset_t after;
    sigemptyset(&before);
    sigemptyset(&after);
    pthread_sigmask(SIG_BLOCK, NULL, &before);
    bko_server *server = start((bko_server_options){0});
    assert_int_equal(bko_server_wait(server, raise_sigterm, NULL, &number), BKO_OK);
    assert_int_equal(number, SIGTERM);
    assert_int_equal(bko_server_wait(server, refuse, NULL, &number), BKO_OK);
    assert_int_equal(number, 0);
    number = -1;
    assert_int_equal(bko_server_wait(server, kill_server, server, &number), BKO_OK);
    assert_int_equal(number, 0);
    pthread_sigmask(SIG_BLOCK, NULL, &after);
    assert_int_equal(sigismember(&before, SIGTERM), sigismember(&after, SIGTERM));
    bko_server_stop(server);
    assert_int_equal(bko_server_wait(server, NULL, NULL, &number), BKO_ECLOSED);
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
        cmocka_unit_test(who_hangs_up_in_line_loses_the_place),
        cmocka_unit_test(draws_repeat_by_epoch),
        cmocka_unit_test(stop_is_harmless_twice),
        cmocka_unit_test(wrong_options_are_refused),
        cmocka_unit_test(port_in_use_is_said),
        cmocka_unit_test(stop_in_a_forked_child_only_forgets),
        cmocka_unit_test(dies_with_its_owner),
        cmocka_unit_test(dies_with_its_owner_but_not_with_a_thread),
        cmocka_unit_test(wait_ends_by_signal_or_death),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

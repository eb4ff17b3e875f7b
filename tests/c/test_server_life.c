/* The fixture server as its owner sees it: start, stop, death, waiting. */
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/server.h"
#include "server/wait.h"
#include "support_http.h"
#include "support_process.h"
#include "support_server.h"

enum { PATIENCE_MS = 20000 };

static http_answer answer; /* large */

static int pid_fd_of(pid_t pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

static void assert_ends(int pid_fd) {
    struct pollfd wait = {.fd = pid_fd, .events = POLLIN};
    assert_int_equal(poll(&wait, 1, PATIENCE_MS), 1);
    close(pid_fd);
}

/* --- life and death --------------------------------------------------------------------------- */

static void stop_is_harmless_twice(void **state) {
    (void)state;
    int before = process_descriptors();
    bko_server *server = server_start((bko_server_options){.latency_s = 60});
    int pid_fd = pid_fd_of(bko_server_pid(server));
    int fds[2];
    for (int i = 0; i < 2; i++) { /* stopping does not wait for requests under way */
        fds[i] = http_connect(bko_server_port(server));
        http_send(fds[i], "GET", "/", NULL);
    }
    server_await_requests(server, 2);
    bko_server_stop(server);
    assert_ends(pid_fd);
    http_receive(fds[0], &answer);
    assert_int_equal(answer.status, 0);
    close(fds[1]);
    bko_server_stop(server);
    assert_int_equal(bko_server_pid(server), 0);
    bko_server_free(server);
    bko_server_free(NULL);
    assert_int_equal(process_descriptors(), before);
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
    int before = process_descriptors();
    bko_server *first = server_start((bko_server_options){0});
    bko_server *second;
    char message[256];
    char expected[64];
    bko_server_options options = {.port = bko_server_port(first)};
    assert_int_equal(bko_server_start(&second, &options, message, sizeof message), BKO_EBUSY);
    assert_null(second);
    snprintf(expected, sizeof expected, "port %d is in use on 127.0.0.1", options.port);
    assert_string_equal(message, expected);
    bko_server_free(first);
    second = server_start(options); /* its port is free again at once */
    bko_server_free(second);
    assert_int_equal(process_descriptors(), before);
}

static void stop_in_a_forked_child_only_forgets(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){0});
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

/* The owner in the next tests: it starts a server, and a child (the heir) that outlives it. */
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
    if (told.heir == 0) { /* holds copies of the server's descriptors until it forgets it */
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
    bko_server *server = server_start((bko_server_options){0});
    assert_int_equal(bko__server_wait(server, raise_sigterm, NULL, &number), BKO_OK);
    assert_int_equal(number, SIGTERM);
    assert_int_equal(bko__server_wait(server, refuse, NULL, &number), BKO_OK);
    assert_int_equal(number, 0);
    number = -1;
    assert_int_equal(bko__server_wait(server, kill_server, server, &number), BKO_OK);
    assert_int_equal(number, 0);
    pthread_sigmask(SIG_BLOCK, NULL, &after);
    assert_int_equal(sigismember(&before, SIGTERM), sigismember(&after, SIGTERM));
    bko_server_stop(server);
    assert_int_equal(bko__server_wait(server, NULL, NULL, &number), BKO_ECLOSED);
    bko_server_free(server);
}

int main(void) {
    const struct CMUnitTest tests[] = {
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

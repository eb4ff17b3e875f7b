/*
 * Requests to the fixture server (src/programs/fixture): any bytes on a connection, in this process. Whatever
 * they are, the server goes on; what it sends begins like an answer, unless a fault was asked for; and once the
 * client has gone, its place in the gate is free again.
 */
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bakeoff/server.h"
#include "programs/fixture/listen.h"
#include "programs/fixture/requests.h"

enum { TURNS_MOST = 200, CONNECTIONS = 3, LEFT_MS = 2 };

static bko__requests requests;
static bko__server_page page;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "fuzz: broken: %s\n", what);
        abort();
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    page.settings.connections = CONNECTIONS;
    page.settings.body = BKO_BODY_TICKETS;
    page.settings.errors = 0.01; /* so that URLs are hashed and counted */
    int fd = bko__listening_socket(0, BKO__BACKLOG);
    expect(fd >= 0, "a port");
    bko__page_set(&page.port, bko__port_of(fd));
    expect(bko__requests_open(&requests, &page, fd) == NULL, "a server");
    return 0;
}

static unsigned connections(void) {
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(requests.daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
    return info != NULL ? info->num_connections : 0;
}

/* What the server has sent so far: the first bytes are kept. 0: it has closed. */
static int read_answer(int fd, char *start, size_t *kept, size_t size) {
    char bytes[4096];
    ssize_t got;
    while ((got = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0) {
        for (ssize_t i = 0; i < got && *kept < size; i++) {
            start[(*kept)++] = bytes[i];
        }
    }
    return got != 0;
}

/* Turns until nothing is due, or the server has closed. */
static void talk(int fd, char *start, size_t *kept, size_t size) {
    int more = 1;
    for (int i = 0; i < TURNS_MOST && more; i++) {
        int64_t next_ns = bko__requests_turn(&requests);
        more = read_answer(fd, start, kept, size) && (next_ns == 0 || i < 4);
    }
}

static int is_fault(const uint8_t *data, size_t size) {
    return memmem(data, size, "/fault/", strlen("/fault/")) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char expected[] = "HTTP/1.";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char start[sizeof expected - 1];
    size_t kept = 0;
    int fds[2];
    expect(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) == 0, "sockets");
    ssize_t sent = send(fds[0], data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    shutdown(fds[0], SHUT_WR);
    expect(sent >= 0, "bytes in the socket");
    if (MHD_add_connection(requests.daemon, fds[1], (struct sockaddr *)&address, sizeof address) ==
        MHD_YES) {
        talk(fds[0], start, &kept, sizeof start);
    }
    close(fds[0]);
    if (kept == sizeof start && !is_fault(data, size)) {
        expect(memcmp(start, expected, sizeof start) == 0, "an answer begins like one");
    }
    /* What stalls looks after its client again in some milliseconds. */
    for (int i = 0; i < TURNS_MOST && connections() > 0; i++) {
        if (bko__requests_turn(&requests) != 0) {
            poll(NULL, 0, i > 4 ? LEFT_MS : 0);
        }
    }
    expect(connections() == 0, "a connection without a client ends");
    expect(requests.gate.inside == 0, "the gate is empty");
    return 0;
}

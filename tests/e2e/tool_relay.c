/*
 * tool_relay NAME PORT [BACKLOG]: passes connections to the Unix socket NAME ("@name": an abstract one) on
 * to 127.0.0.1:PORT, so that the test server can be reached through one. With a backlog, it is slow
 * to accept, so that the kernel's queue is full most of the time. Says "ready", and ends with its
 * standard input.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PIECE = 64 << 10, BACKLOG = 1024, SLOW_US = 2000 };

static uint16_t port;

static int pass(int from, int to) {
    char piece[PIECE];
    ssize_t size = read(from, piece, sizeof piece);
    for (ssize_t sent = 0; sent < size;) {
        ssize_t more = write(to, piece + sent, (size_t)(size - sent));
        if (more <= 0) {
            return 0;
        }
        sent += more;
    }
    return size > 0;
}

static void *relay(void *argument) {
    int inside = (int)(ptrdiff_t)argument;
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int outside = socket(AF_INET, SOCK_STREAM, 0);
    struct pollfd both[] = {{.fd = inside, .events = POLLIN}, {.fd = outside, .events = POLLIN}};
    int is_open = connect(outside, (struct sockaddr *)&address, sizeof address) == 0;
    while (is_open && poll(both, 2, -1) > 0) {
        is_open = (both[0].revents == 0 || pass(inside, outside)) &&
                  (both[1].revents == 0 || pass(outside, inside));
    }
    close(inside);
    close(outside);
    return NULL;
}

static int listen_at(const char *name, int backlog) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    if (length >= sizeof address.sun_path) {
        return -1;
    }
    memcpy(address.sun_path, name, length);
    if (name[0] == '@') {
        address.sun_path[0] = '\0'; /* the rest is the name, without a zero at its end */
    }
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    return fd >= 0 && bind(fd, (struct sockaddr *)&address, size) == 0 && listen(fd, backlog) == 0
               ? fd
               : -1;
}

static void *accept_all(void *argument) {
    int listener = (int)(ptrdiff_t)argument & 0xffff;
    int is_slow = (int)(ptrdiff_t)argument >> 16;
    for (;;) {
        pthread_t thread;
        int fd = accept(listener, NULL, NULL);
        if (fd >= 0 && pthread_create(&thread, NULL, relay, (void *)(ptrdiff_t)fd) == 0) {
            pthread_detach(thread);
        }
        if (is_slow) {
            usleep(SLOW_US);
        }
    }
    return NULL;
}

int main(int argc, char **argv) {
    char byte;
    pthread_t acceptor;
    int backlog = argc > 3 ? atoi(argv[3]) : BACKLOG;
    int listener = argc > 2 ? listen_at(argv[1], backlog) : -1;
    if (listener < 0) {
        perror("tool_relay");
        return 1;
    }
    port = (uint16_t)atoi(argv[2]);
    ptrdiff_t given = listener | (ptrdiff_t)(argc > 3) << 16;
    if (pthread_create(&acceptor, NULL, accept_all, (void *)given) != 0) {
        return 1;
    }
    puts("ready");
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
    return 0;
}

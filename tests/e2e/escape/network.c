/* Ways out through sockets. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "escape.h"

enum { MULTIPATH = 262, STREAM_CONTROL = 132, TCP_LAYER = 31 };

static long connect_to(char **a) {
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)strtol(a[1], NULL, 10))};
    inet_pton(AF_INET, a[0], &to.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? -1 : connect(fd, (struct sockaddr *)&to, sizeof to);
}

static long send_fast(char **a) {
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)strtol(a[1], NULL, 10))};
    inet_pton(AF_INET, a[0], &to.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0
               ? -1
               : sendto(fd, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, (struct sockaddr *)&to, sizeof to);
}

static long ask_name(char **a) {
    (void)a;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)};
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? -1 : sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to);
}

static long raw_socket(char **a) {
    (void)a;
    return socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
}

static long netlink(char **a) {
    (void)a;
    return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
}

static long unix_to(const char *path, size_t length) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    memcpy(to.sun_path, path, length);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? -1
                  : connect(fd, (struct sockaddr *)&to, (socklen_t)(sizeof to.sun_family + length));
}

static long unix_socket(char **a) {
    return unix_to(a[0], strlen(a[0]) + 1);
}

static long abstract_socket(char **a) {
    char name[100] = {0};
    snprintf(name + 1, sizeof name - 1, "%s", a[0]);
    return unix_to(name, strlen(a[0]) + 1);
}

/* A datagram pair could be sent to any named socket. */
static long datagram_pair(char **a) {
    (void)a;
    int ends[2];
    return socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends);
}

/* A stream that isn't TCP: parts of the kernel that few look at. */
static long other_protocol(char **a) {
    (void)a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, MULTIPATH);
    return fd >= 0 ? fd : socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, STREAM_CONTROL);
}

/* A program for the kernel's own interpreter. */
static long socket_filter(char **a) {
    (void)a;
    struct sock_filter all[] = {BPF_STMT(BPF_RET | BPF_K, 0xffff)};
    struct sock_fprog program = {.len = 1, .filter = all};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

/* Loads a part of the kernel by its name. */
static long upper_layer(char **a) {
    (void)a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return setsockopt(fd, IPPROTO_TCP, TCP_LAYER, "espintcp", sizeof "espintcp");
}

/* The address of an allowed host, instead of the keeper: to read what other processes of the run send there. */
static long take_address(char **a) {
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)strtol(a[1], NULL, 10))};
    int yes = 1;
    inet_pton(AF_INET, a[0], &at.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0) {
        return -1;
    }
    return listen(fd, 1);
}

/* Opens as many connections to an allowed host as it can, and says how many; sleeps meanwhile. */
static long connect_often(char **a) {
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)strtol(a[1], NULL, 10))};
    long most = strtol(a[2], NULL, 10);
    long count = 0;
    inet_pton(AF_INET, a[0], &to.sin_addr);
    for (; count < most; count++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0 ||
            (connect(fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS)) {
            break;
        }
    }
    printf("%ld connections\n", count);
    fflush(stdout);
    sleep(2);
    errno = EAGAIN;
    return count > 0 ? -1 : 0; /* the test looks at the keeper */
}

const attempt escape_network[] = {{"connect", connect_to},
                                  {"fastopen", send_fast},
                                  {"udp", ask_name},
                                  {"raw", raw_socket},
                                  {"netlink", netlink},
                                  {"unix", unix_socket},
                                  {"abstract", abstract_socket},
                                  {"datagram_pair", datagram_pair},
                                  {"other_protocol", other_protocol},
                                  {"socket_filter", socket_filter},
                                  {"upper_layer", upper_layer},
                                  {"take_address", take_address},
                                  {"connect_often", connect_often},
                                  {NULL, NULL}};

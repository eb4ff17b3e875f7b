#include "support_peer_acts.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- receiving -------------------------------------------------------------------------------- */

/* Reads a request's body, of which `have` bytes came with the head. */
static void skip_body(const connection *c, size_t have) {
    const char *field = strcasestr(c->head, "\r\nContent-Length:");
    size_t wanted = field != NULL ? strtoul(field + 17, NULL, 10) : 0;
    char byte;
    while (have < wanted && recv(c->fd, &byte, 1, 0) == 1) {
        have++;
    }
}

static int hear_request(connection *c) {
    size_t length = 0;
    char *end = NULL;
    while (end == NULL) {
        ssize_t got = recv(c->fd, c->head + length, sizeof c->head - 1 - length, 0);
        if (got <= 0) {
            return 0;
        }
        length += (size_t)got;
        c->head[length] = '\0';
        end = strstr(c->head, "\r\n\r\n");
    }
    if (strstr(c->head, " /early ") == NULL) {
        skip_body(c, length - (size_t)(end + 4 - c->head));
    }
    return 1;
}

static void *serve(void *argument) {
    connection *c = argument;
    int open = 1;
    while (open && hear_request(c)) {
        atomic_fetch_add(&c->owner->shared->requests, 1);
        open = peer_answer(c);
        c->served++;
    }
    pthread_mutex_lock(&c->owner->lock);
    int fd = c->fd;
    c->fd = -1;
    pthread_mutex_unlock(&c->owner->lock);
    close(fd);
    return NULL;
}

static void *accept_all(void *argument) {
    peer *self = argument;
    while (self->count < CONNECTIONS_MAX) {
        int fd = accept4(self->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0) {
            break;
        }
        int at_once = 1; /* head and body go out in two sends */
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
        connection *c = calloc(1, sizeof *c);
        c->owner = self;
        c->fd = fd;
        atomic_fetch_add(&self->shared->connections, 1);
        if (pthread_create(&c->thread, NULL, serve, c) != 0) {
            abort();
        }
        self->connections[self->count++] = c;
    }
    return NULL;
}

/* --- life ------------------------------------------------------------------------------------- */

static int bound_socket(uint16_t *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        abort();
    }
    *port = ntohs(address.sin_port);
    return fd;
}

uint16_t peer_closed_port(void) {
    uint16_t port;
    bound_socket(&port); /* bound, never listening */
    return port;
}

static peer *make(void) {
    peer *self = calloc(1, sizeof *self);
    void *shared =
        mmap(NULL, sizeof(counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (self == NULL || shared == MAP_FAILED) {
        abort();
    }
    self->shared = shared;
    self->listener = bound_socket(&self->port);
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->gate, NULL);
    if (listen(self->listener, 1024) != 0) {
        abort();
    }
    return self;
}

peer *peer_start(void) {
    peer *self = make();
    if (pthread_create(&self->acceptor, NULL, accept_all, self) != 0) {
        abort();
    }
    return self;
}

peer *peer_fork(void) {
    peer *self = make();
    self->pid = fork();
    if (self->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        accept_all(self);
        _exit(1);
    }
    close(self->listener);
    return self;
}

static void stop_threads(peer *self) {
    shutdown(self->listener, SHUT_RDWR);
    pthread_join(self->acceptor, NULL);
    close(self->listener);
    pthread_mutex_lock(&self->lock);
    self->stopping = 1;
    pthread_cond_broadcast(&self->gate);
    for (unsigned i = 0; i < self->count; i++) {
        if (self->connections[i]->fd >= 0) {
            shutdown(self->connections[i]->fd, SHUT_RDWR);
        }
    }
    pthread_mutex_unlock(&self->lock);
    for (unsigned i = 0; i < self->count; i++) {
        pthread_join(self->connections[i]->thread, NULL);
        free(self->connections[i]);
    }
}

void peer_stop(peer *self) {
    if (self->pid > 0) {
        kill(self->pid, SIGKILL);
        waitpid(self->pid, NULL, 0);
    } else {
        stop_threads(self);
    }
    munmap(self->shared, sizeof(counts));
    pthread_cond_destroy(&self->gate);
    pthread_mutex_destroy(&self->lock);
    free(self);
}

peer_url peer_at(const peer *self, const char *path) {
    peer_url url;
    snprintf(url.text, sizeof url.text, "http://127.0.0.1:%u%s", self->port, path);
    return url;
}

uint16_t peer_port(const peer *self) {
    return self->port;
}

unsigned peer_connections(const peer *self) {
    return atomic_load(&self->shared->connections);
}

unsigned peer_requests(const peer *self) {
    return atomic_load(&self->shared->requests);
}

unsigned peer_held_peak(const peer *self) {
    return atomic_load(&self->shared->held_peak);
}

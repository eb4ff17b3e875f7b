/*
 * Connections to allowed hosts. The listening socket stands in the confined network, where it has
 * the host's own address; what it accepts is connected to the real host from here, outside. The confined
 * program can choose neither address nor port.
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/fd.h"
#include "programs/confine/keeper.h"

enum { BUFFER = 65536, SMALL_STACK = 256 * 1024, CONNECT_LIMIT_S = 30 };

enum { LEAST_PASSAGES = 16, DESCRIPTORS_KEPT = 64 };

/* For so many passages. Each costs the machine two threads and two descriptors, which no limit of the run's
 * processes counts. */
static sem_t room_for;

typedef struct {
    int listener; /* owned */
    struct sockaddr_in address;
} gate;

/* Freed by the second of its two threads. */
typedef struct {
    int inside; /* owned */
    int outside;
    atomic_int users;
    struct sockaddr_in address;
} passage;

static void passage_leave(passage *self) {
    if (atomic_fetch_sub(&self->users, 1) == 1) {
        close(self->inside);
        close(self->outside);
        free(self);
        sem_post(&room_for);
    }
}

static int start_thread(void *(*body)(void *), void *user) {
    pthread_t thread;
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) {
        return -1;
    }
    pthread_attr_setstacksize(&attributes, SMALL_STACK);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int err = pthread_create(&thread, &attributes, body, user);
    pthread_attr_destroy(&attributes);
    return err == 0 ? 0 : -1;
}

static void pump(int from, int to) {
    char buffer[BUFFER];
    for (;;) {
        ssize_t got = read(from, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0 || bko__fd_write_all(to, buffer, (size_t)got) != 0) {
            break;
        }
    }
    shutdown(to, SHUT_WR);
    shutdown(from, SHUT_RD);
}

static void *pump_in(void *user) {
    passage *self = user;
    pump(self->outside, self->inside);
    passage_leave(self);
    return NULL;
}

/* A failed connection shows inside as one that was reset. */
static void *pass(void *user) {
    passage *self = user;
    const struct linger reset = {.l_onoff = 1};
    const struct timeval limit = {.tv_sec = CONNECT_LIMIT_S};
    setsockopt(self->outside, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(self->outside, (const struct sockaddr *)&self->address, sizeof self->address) !=
        0) {
        setsockopt(self->inside, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        passage_leave(self);
        return NULL;
    }
    atomic_fetch_add(&self->users, 1);
    if (start_thread(pump_in, self) == 0) {
        pump(self->inside, self->outside);
    } else {
        atomic_fetch_sub(&self->users, 1);
    }
    passage_leave(self);
    return NULL;
}

static void open_passage(int inside, const struct sockaddr_in *address) {
    passage *self = malloc(sizeof *self);
    int outside = self != NULL ? socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;
    if (outside < 0) {
        close(inside);
        free(self);
        sem_post(&room_for);
        return;
    }
    *self = (passage){.inside = inside, .outside = outside, .address = *address};
    atomic_init(&self->users, 1);
    if (start_thread(pass, self) != 0) {
        passage_leave(self);
    }
}

static void *guard(void *user) {
    gate *self = user;
    const struct timespec moment = {.tv_nsec = 10000000};
    for (;;) {
        while (sem_wait(&room_for) != 0) {
        }
        int inside = accept4(self->listener, NULL, NULL, SOCK_CLOEXEC);
        if (inside >= 0) {
            open_passage(inside, &self->address);
            continue;
        }
        sem_post(&room_for);
        if (errno == EMFILE || errno == ENFILE) {
            nanosleep(&moment, NULL);
        } else if (errno != EINTR && errno != ECONNABORTED) {
            break;
        }
    }
    close(self->listener);
    free(self);
    return NULL;
}

static int open_gate(int listener, const bko__confine_host *host) {
    gate *self = malloc(sizeof *self);
    if (self == NULL) {
        return -1;
    }
    *self = (gate){listener, host->address};
    if (start_thread(guard, self) != 0) {
        free(self);
        return -1;
    }
    return 0;
}

/* A passage takes two descriptors. */
static unsigned count_passages(uint64_t most) {
    struct rlimit limit;
    uint64_t pairs = LEAST_PASSAGES;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
        pairs = limit.rlim_max > DESCRIPTORS_KEPT ? (limit.rlim_max - DESCRIPTORS_KEPT) / 2 : 1;
    }
    return (unsigned)(pairs < most ? pairs : most);
}

int forward_start(const int *listeners, const bko__confine_plan *plan) {
    if (plan->host_count == 0) {
        return 0;
    }
    int err = sem_init(&room_for, 0, count_passages(plan->limits.connections));
    for (size_t i = 0; err == 0 && i < plan->host_count; i++) {
        err = open_gate(listeners[i], &plan->hosts[i]);
    }
    return err;
}

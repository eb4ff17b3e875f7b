/* The peer's parts: support_peer.c (life, receiving) and support_peer_acts.c and
 * support_peer_broken.c (what it answers). */
#ifndef SUPPORT_PEER_ACTS_H
#define SUPPORT_PEER_ACTS_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "support_peer.h"

enum { CONNECTIONS_MAX = 4096, HEAD_MAX = 4096 };

/* Shared by both sides of a fork. */
typedef struct counts {
    _Atomic unsigned connections, requests, held_peak;
} counts;

typedef struct connection {
    peer *owner;
    pthread_t thread;
    int fd;          /* -1 once closed; guarded by the owner's lock */
    unsigned served; /* requests before this one */
    char head[HEAD_MAX];
} connection;

struct peer {
    counts *shared;
    pid_t pid; /* 0: it runs on threads of this process */
    uint16_t port;
    int listener;
    pthread_t acceptor;
    pthread_mutex_t lock;
    pthread_cond_t gate;
    connection *connections[CONNECTIONS_MAX]; /* the acceptor's, until it is joined */
    unsigned count;
    unsigned held, opened; /* guarded by lock: waiting at the gate; how often it has opened */
    int stopping;          /* guarded by lock */
};

/* Answers the request in c->head; returns whether the connection stays open. */
int peer_answer(connection *c);

/* Sends an answer that is not HTTP as it should be; returns 0 if there is none of that name. */
int peer_answer_broken(const connection *c, const char *name, unsigned long n);

/* Returns 0 once the client is gone. */
int peer_say(const connection *c, const void *data, size_t size);

#endif

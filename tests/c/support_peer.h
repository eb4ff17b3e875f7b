/*
 * A server that a fetch may meet, over plain sockets. The path of the request says how it behaves,
 * also in ways that no HTTP library would allow. It runs one thread per connection, on a free port
 * of 127.0.0.1.
 *
 *   /ok            "hello", connection kept           /status/N     status N, body "status"
 *   /method        the request's method               /hop          redirect to /ok
 *   /round         redirect to itself                 /file, /ftp   redirect to file: or ftp:
 *   /endless       a body that never ends             /close/N      N bytes, ended by closing
 *   /big/N         N bytes of peer_byte               /gzip, /bomb  1,033 bytes, 2 MB of zeros
 *   /reset         connection reset within the body   /cut          closed within the body
 *   /silent        never answers                      /nothing      closed without an answer
 *   /drop          closed without an answer on a connection that has served a request before
 *   /hangup        like /drop, but the connection is reset
 *   /early         413 while the body (text, below 32 KB) is unread; then reset
 *   /banner        a line of SSH, then closed         /onward        redirect to /banner
 *   /version       a status line of HTTP/4.2          /unheard       redirect to a scheme nobody knows
 *   /slow/N        first byte N ms after the request  /gate/N       answered once N requests wait
 */
#ifndef SUPPORT_PEER_H
#define SUPPORT_PEER_H

#include <stddef.h>
#include <stdint.h>

typedef struct peer peer;

typedef struct peer_url {
    char text[128];
} peer_url;

/* Runs on threads of this process. */
peer *peer_start(void);
/* Runs in a process of its own, so that this one stays single-threaded. */
peer *peer_fork(void);
void peer_stop(peer *self);

peer_url peer_at(const peer *self, const char *path);
uint16_t peer_port(const peer *self);
unsigned peer_connections(const peer *self);
unsigned peer_requests(const peer *self);
/* The largest number of /gate/N requests that waited at the same time. */
unsigned peer_held_peak(const peer *self);

/* Byte `at` of a body of /big/N. */
unsigned char peer_byte(size_t at);

/* A port of 127.0.0.1 on which nothing listens (reserved until the program ends). */
uint16_t peer_closed_port(void);

#endif

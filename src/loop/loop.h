/*
 * The loop's parts: loop.c (life), alive.c (how long it runs), fetches.c (slots, the queue for them, the one way into libcurl),
 * sockets.c (libcurl's sockets as libuv poll watchers), curl_timeout.c (libcurl's timeout), turns.c;
 * and what bakeoff/loop.h offers: timers.c, files.c, watches.c, lag.c.
 *
 * One rule keeps it safe: libcurl is entered only through bko__loop_enter_curl, never from inside one of its
 * own callbacks. The callbacks note what is wanted; bko__loop_enter_curl does it and repeats until libcurl
 * wants nothing more at once.
 *
 * Threads: all of it belongs to the loop's thread.
 */
#ifndef BAKEOFF_LOOP_LOOP_H
#define BAKEOFF_LOOP_LOOP_H

#include <curl/curl.h>
#include <stdbool.h>
#include <uv.h>

#include "bakeoff/histogram.h"
#include "bakeoff/loop.h"
#include "core/heap.h"
#include "net/transfer.h"

typedef struct bko__waiting {
    bko_request request; /* `done` is NULL in one that was dropped */
    uint64_t ticket;     /* of neighbours in the queue: neighbouring numbers */
} bko__waiting;

/* A watched descriptor. libcurl drops a socket when its transfer ends and names it again when the next
 * one starts; `idle` delays the unwatching until libcurl has had its say, which saves two system calls
 * per request on a kept-alive connection. Only for connections: a socket that is not `connected` yet, or
 * the resolver's, may be closed without a word and its number used again. */
typedef struct bko__socket {
    uv_poll_t poll;
    bko_loop *loop;
    curl_socket_t fd;
    int events;
    bool opened;    /* by on_open: for a connection */
    bool connected; /* libcurl wanted to read from it: it will tell us when it closes it */
    bool idle;
    struct bko__socket *next_idle;
} bko__socket;

/* See lag.c. */
typedef struct bko__lag {
    bko_histogram *histogram; /* borrowed; NULL: nobody watches */
    uv_prepare_t prepare;
    int64_t awake_ns; /* since when the loop works; 0: it waits */
    int64_t due_ns;   /* the next imagined thing */
} bko__lag;

struct bko_loop {
    uv_loop_t own_uv;
    uv_loop_t *uv; /* own_uv, or borrowed */
    CURLM *multi;
    bko__transfer_common common; /* of all its transfers */
    bko_transfer *free_transfers;
    bko_transfer **transfers; /* owned, `slots` of them */
    unsigned slots;
    unsigned opened; /* the first so many of `transfers` exist */
    unsigned in_flight;
    uint64_t tickets;               /* given so far */
    const bko_fetch_options *fetch; /* borrowed */
    unsigned started;               /* in this turn of the loop */
    bool in_curl;                   /* inside bko__loop_enter_curl */
    bool running;                   /* inside bko_loop_run */
    bool stopped;
    int error;   /* libcurl has given up: nothing runs any more */
    int closing; /* handles on a borrowed loop that are not closed yet */
    /* what waits for a slot: a ring */
    bko__waiting *queue;
    size_t queue_size, queue_head, queue_count;
    /* sockets by descriptor */
    bko__socket **sockets;
    size_t socket_count;
    bko__socket *idle_sockets;
    /* libcurl's timeout */
    uv_timer_t timer;
    uv_idle_t spin;   /* keeps poll from blocking while a zero timeout is due */
    uv_check_t check; /* acts on it after poll */
    bool timeout_due;
    bool curl_wanted; /* of `check`: libcurl */
    /* turns */
    bool turn_wanted; /* of `check`: `turn` */
    void (*turn)(void *user);
    void *turn_user;
    bko__heap timers;                /* those that run */
    uv_timer_t alarm;                /* for the first of them */
    bko_read *reads;                 /* those under way */
    unsigned watches, holds;         /* how many there are */
    void (*wait_begins)(void *user); /* see bko_loop_options; may be NULL */
    void (*wait_ends)(void *user);
    void *wait_user;
    bko__lag lag;
};

/* Is there anything to wait for? See bakeoff/loop.h. */
bool bko__loop_is_alive(const bko_loop *loop);

/* Lets bko_loop_run return when the loop is no longer alive: to be called where that may have changed. */
void bko__loop_leave_if_idle(bko_loop *loop);

/* Tells libcurl about `fd` (or CURL_SOCKET_TIMEOUT), collects what ended, starts what waits. */
void bko__loop_enter_curl(bko_loop *loop, curl_socket_t fd, int events);

/* Acts on a zero timeout after libuv has polled once. */
void bko__loop_enter_curl_later(bko_loop *loop);

/* Before transfers are opened: their sockets are opened and closed by us. */
void bko__loop_open_sockets(bko_loop *loop);
void bko__loop_unwatch_idle(bko_loop *loop);
void bko__loop_close_sockets(bko_loop *loop);

/* Opens the first `count` slots for transfers. BKO_ENOMEM. */
int bko__loop_open_transfers(bko_loop *loop, unsigned count);
void bko__loop_free_transfers(bko_loop *loop);

/* libcurl's timeout. Closing closes one handle; `closed` (may be NULL) is called for it, with the loop as its
 * data. */
void bko__loop_open_timeout(bko_loop *loop);
void bko__loop_close_timeout(bko_loop *loop, uv_close_cb closed);

void bko__loop_open_turns(bko_loop *loop);
/* Closes two handles, as above. */
void bko__loop_close_turns(bko_loop *loop, uv_close_cb closed);

/* Drops what is being read. */
void bko__loop_close_reads(bko_loop *loop);

void bko__loop_open_alarm(bko_loop *loop);
/* Stops all timers; closes one handle, as above. */
void bko__loop_close_alarm(bko_loop *loop, uv_close_cb closed);

void bko__loop_open_lag(bko_loop *loop);
/* Closes one handle, as above. */
void bko__loop_close_lag(bko_loop *loop, uv_close_cb closed);

/* The loop works from now on, or is about to wait: to be told by every callback of libuv's, and before a wait
 * that isn't libuv's. */
void bko__loop_begin_lag(bko_loop *loop); /* with bko_loop_run */
void bko__loop_awake_now(bko_loop *loop);
void bko__loop_asleep(bko_loop *loop);

static inline void bko__loop_awake(bko_loop *loop) {
    if (loop->lag.histogram != NULL && loop->lag.awake_ns == 0) {
        bko__loop_awake_now(loop);
    }
}

#endif

/*
 * The loop's parts: loop.c (create, run, free), alive.c (how long it runs), fetches.c (slots, the
 * queue for them, the only way into libcurl), sockets.c (libcurl's sockets as libuv poll watchers),
 * curl_timeout.c (libcurl's timeout), turns.c; and the features of bakeoff/loop.h: timers.c,
 * files.c, watches.c, lag.c.
 *
 * One rule keeps this safe: libcurl is entered only through bko__loop_enter_curl, never from inside
 * its own callbacks. The callbacks only record what libcurl wants; bko__loop_enter_curl acts on it
 * and repeats until libcurl wants nothing more at once.
 *
 * Threads: everything belongs to the loop's thread.
 */
#ifndef BAKEOFF_LOOP_LOOP_H
#define BAKEOFF_LOOP_LOOP_H

#include <curl/curl.h>
#include <stdbool.h>
#include <uv.h>

#include "bakeoff/histogram.h"
#include "bakeoff/loop.h"
#include "core/timer_heap.h"
#include "net/transfer.h"

typedef struct bko__waiting {
    bko_request request; /* `done` is NULL if it was dropped */
    uint64_t ticket;     /* consecutive for neighbours in the queue */
} bko__waiting;

/* A watched descriptor. libcurl drops a socket when its transfer ends and names it again when the
 * next one starts. `idle` delays the unwatching until libcurl's call has returned, which saves two
 * system calls per request on a kept-alive connection. This works only for connections: libcurl may
 * silently close a resolver's socket, or one that is not `connected` yet, and the number may be
 * reused. */
typedef struct bko__socket {
    uv_poll_t poll;
    bko_loop *loop;
    curl_socket_t fd;
    int events;
    bool opened;    /* by on_open: belongs to a connection */
    bool connected; /* libcurl wanted to read from it, so it will tell us when it closes it */
    bool idle;
    struct bko__socket *next_idle;
} bko__socket;

/* See lag.c. */
typedef struct bko__lag {
    bko_histogram *histogram; /* borrowed; NULL: lag is not measured */
    uv_prepare_t prepare;
    int64_t awake_ns; /* when the loop began to work; 0: it waits */
    int64_t due_ns;   /* when the next imagined event is due */
} bko__lag;

struct bko_loop {
    uv_loop_t own_uv;
    uv_loop_t *uv; /* own_uv, or borrowed */
    CURLM *multi;
    bko__transfer_common common; /* shared by all its transfers */
    bko_transfer *free_transfers;
    bko_transfer **transfers; /* owned, `slots` of them */
    unsigned slots;
    unsigned opened; /* how many of `transfers` exist */
    unsigned in_flight;
    uint64_t tickets;               /* issued so far */
    const bko_fetch_options *fetch; /* borrowed */
    unsigned started;               /* in this turn of the loop */
    bool in_curl;                   /* inside bko__loop_enter_curl */
    bool running;                   /* inside bko_loop_run */
    bool stopped;
    int error;   /* libcurl has given up: nothing runs any more */
    int closing; /* handles on a borrowed loop that still have to close */
    /* requests queued for a slot: a ring buffer */
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
    bool curl_wanted; /* `check` should enter libcurl */
    /* turns */
    bool turn_wanted; /* `check` should call `turn` */
    void (*turn)(void *user);
    void *turn_user;
    bko__timer_heap timers;          /* running timers */
    uv_timer_t alarm;                /* set for the first of them */
    bko_read *reads;                 /* reads in progress */
    unsigned watches, holds;         /* counts */
    void (*wait_begins)(void *user); /* see bko_loop_options; may be NULL */
    void (*wait_ends)(void *user);
    void *wait_user;
    bko__lag lag;
};

/* Is there anything to wait for? See bakeoff/loop.h. */
bool bko__loop_is_alive(const bko_loop *loop);

/* Lets bko_loop_run return if the loop is no longer alive. Call it wherever that may have
 * changed. */
void bko__loop_leave_if_idle(bko_loop *loop);

/* Tells libcurl about `fd` (or CURL_SOCKET_TIMEOUT), collects ended transfers and starts queued
 * ones. */
void bko__loop_enter_curl(bko_loop *loop, curl_socket_t fd, int events);

/* Enters libcurl after libuv has polled once. */
void bko__loop_enter_curl_later(bko_loop *loop);

/* Puts a request behind those that wait for a slot. BKO_ENOMEM. */
int bko__loop_enqueue(bko_loop *loop, const bko__waiting *what);

/* The first of those that wait; there must be one. `done` is NULL if it was dropped. */
bko__waiting bko__loop_take_first(bko_loop *loop);

/* Returns false if no request with this ticket waits. */
bool bko__loop_drop_waiting(bko_loop *loop, uint64_t ticket);

/* Call it before transfers are opened: it makes us open and close their sockets. */
void bko__loop_open_sockets(bko_loop *loop);
void bko__loop_unwatch_idle(bko_loop *loop);
void bko__loop_close_sockets(bko_loop *loop);

/* Opens the first `count` slots for transfers. BKO_ENOMEM. */
int bko__loop_open_transfers(bko_loop *loop, unsigned count);
void bko__loop_free_transfers(bko_loop *loop);

/* libcurl's timeout. Closing closes one handle; `closed` (may be NULL) is called for it, with the
 * loop as the handle's data. */
void bko__loop_open_timeout(bko_loop *loop);
void bko__loop_close_timeout(bko_loop *loop, uv_close_cb closed);

void bko__loop_open_turns(bko_loop *loop);
/* Closes two handles, as above. */
void bko__loop_close_turns(bko_loop *loop, uv_close_cb closed);

/* Drops all reads in progress. */
void bko__loop_close_reads(bko_loop *loop);

void bko__loop_open_alarm(bko_loop *loop);
/* Stops all timers; closes one handle, as above. */
void bko__loop_close_alarm(bko_loop *loop, uv_close_cb closed);

void bko__loop_open_lag(bko_loop *loop);
/* Closes one handle, as above. */
void bko__loop_close_lag(bko_loop *loop, uv_close_cb closed);

/* The loop is working from now on, or is about to wait. Every libuv callback must report this, and
 * so must every wait that isn't libuv's. */
void bko__loop_begin_lag(bko_loop *loop); /* with bko_loop_run */
void bko__loop_awake_now(bko_loop *loop);
void bko__loop_asleep(bko_loop *loop);

static inline void bko__loop_awake(bko_loop *loop) {
    if (loop->lag.histogram != NULL && loop->lag.awake_ns == 0) {
        bko__loop_awake_now(loop);
    }
}

#endif

/* See loop/loop.h: creates, runs and frees a loop. */
#include "loop/loop.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "bakeoff/error.h"
#include "core/fd.h"

enum {
    CONNECTIONS_KEPT_MIN = 8, /* one slot may meet several hosts */
    HANDLES = 5,              /* libuv handles inside the struct */
    UV_DESCRIPTORS = 6        /* of a loop and its signals; without them, libuv ends the process */
};

static int open_multi(bko_loop *loop) {
    int err = bko__curl_init();
    loop->multi = err == BKO_OK ? curl_multi_init() : NULL;
    if (loop->multi == NULL) {
        return BKO_ENOMEM;
    }
    long kept = loop->slots > CONNECTIONS_KEPT_MIN ? (long)loop->slots : CONNECTIONS_KEPT_MIN;
    curl_multi_setopt(loop->multi, CURLMOPT_MAXCONNECTS, kept);
    return BKO_OK;
}

static int open_uv(bko_loop *loop, void *borrowed) {
    if (borrowed != NULL) {
        loop->uv = borrowed;
        return BKO_OK;
    }
    if (!bko__fd_has_room(UV_DESCRIPTORS)) {
        return BKO_ESYS;
    }
    int err = uv_loop_init(&loop->own_uv);
    if (err != 0) {
        errno = -err;
        return BKO_ESYS;
    }
    loop->uv = &loop->own_uv;
    return BKO_OK;
}

static int open_slots(bko_loop *loop, const bko_loop_options *options) {
    loop->fetch = options->fetch;
    loop->transfers = calloc(loop->slots, sizeof(bko_transfer *));
    if (loop->transfers == NULL ||
        bko__transfer_common_open(&loop->common, options->fetch) != BKO_OK ||
        bko__transfer_common_share(&loop->common) != BKO_OK) {
        return BKO_ENOMEM;
    }
    bko__loop_open_sockets(loop);
    return bko__loop_open_transfers(loop, options->lazy ? 0 : loop->slots);
}

int bko_loop_create(bko_loop **out, const bko_loop_options *options) {
    *out = NULL;
    if (options->in_flight < 1) {
        return BKO_EINVAL;
    }
    bko_loop *loop = calloc(1, sizeof *loop);
    if (loop == NULL) {
        return BKO_ENOMEM;
    }
    loop->slots = options->in_flight;
    loop->wait_begins = options->wait_begins;
    loop->wait_ends = options->wait_ends;
    loop->wait_user = options->wait_user;
    int err = open_uv(loop, options->uv);
    if (err == BKO_OK) {
        err = open_multi(loop);
    }
    if (err == BKO_OK) {
        err = open_slots(loop, options);
    }
    if (err != BKO_OK) {
        bko_loop_free(loop);
        return err;
    }
    bko__loop_open_timeout(loop);
    bko__loop_open_turns(loop);
    bko__loop_open_alarm(loop);
    bko__loop_open_lag(loop);
    *out = loop;
    return BKO_OK;
}

static void on_borrowed_closed(uv_handle_t *handle) {
    bko_loop *loop = handle->data;
    if (--loop->closing == 0) {
        free(loop);
    }
}

/* The struct contains uv handles, so on a borrowed loop it lives until libuv has closed them. */
static void close_uv(bko_loop *loop) {
    bool opened = loop->timer.data != NULL;
    bko__loop_close_sockets(loop);
    if (loop->uv != &loop->own_uv) {
        loop->closing = HANDLES;
        if (opened) {
            bko__loop_close_timeout(loop, on_borrowed_closed);
            bko__loop_close_turns(loop, on_borrowed_closed);
            bko__loop_close_alarm(loop, on_borrowed_closed);
            bko__loop_close_lag(loop, on_borrowed_closed);
        } else {
            free(loop);
        }
        return;
    }
    if (opened) {
        bko__loop_close_timeout(loop, NULL);
        bko__loop_close_turns(loop, NULL);
        bko__loop_close_alarm(loop, NULL);
        bko__loop_close_lag(loop, NULL);
    }
    uv_run(loop->uv, UV_RUN_DEFAULT);
    uv_loop_close(loop->uv);
    free(loop);
}

void bko_loop_free(bko_loop *loop) {
    if (loop == NULL) {
        return;
    }
    loop->in_curl = true; /* callbacks during clean-up only set flags */
    bko__loop_free_transfers(loop);
    if (loop->multi != NULL) {
        curl_multi_cleanup(loop->multi);
    }
    free(loop->queue);
    bko__loop_close_reads(loop);
    close_uv(loop);
}

/* libuv runs callbacks inside its wait. To release a lock only while waiting, we poll its
 * descriptor ourselves. */
static bool run_once(bko_loop *loop) {
    struct pollfd events = {.fd = uv_backend_fd(loop->uv), .events = POLLIN};
    uv_update_time(loop->uv);
    int timeout = uv_backend_timeout(loop->uv);
    if (timeout != 0) {
        bko__loop_asleep(loop);
        loop->wait_begins(loop->wait_user);
        poll(&events, 1, timeout);
        loop->wait_ends(loop->wait_user);
    }
    return uv_run(loop->uv, UV_RUN_NOWAIT) != 0;
}

/* uv_run returns 0 when no event can come any more, which is also so when only a hold is left. */
int bko_loop_run(bko_loop *loop) {
    bool more = true;
    loop->stopped = loop->error != BKO_OK;
    loop->running = true;
    bko__loop_begin_lag(loop);
    while (more && !loop->stopped && bko__loop_is_alive(loop)) {
        more = loop->wait_begins != NULL ? run_once(loop) : uv_run(loop->uv, UV_RUN_DEFAULT) != 0;
    }
    bko__loop_asleep(loop);
    loop->running = false;
    return loop->error;
}

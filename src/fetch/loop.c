/* See fetch/loop.h: slots, the waiting line, and the one way into libcurl. */
#include "fetch/loop.h"

#include <stdlib.h>

#include "bakeoff/error.h"

enum {
    BUFFER_SMALL = 1 << 10, /* receive buffer when very many are in flight */
    MANY_IN_FLIGHT = 256,   /* from here on memory per transfer decides, until bodies prove large */
    CONNECTIONS_KEPT_MIN = 8, /* a slot may meet several hosts */
    ACTS_AT_ONCE = 64,        /* zero timeouts served in a row before libuv gets its turn */
    STARTS_AT_ONCE = 64       /* transfers started per turn: a burst of a thousand connections would
                                 overflow a server's backlog, and hold what connecting needs a thousand
                                 times */
};

static int open_transfers(bko_loop *loop, const bko_fetch_options *fetch) {
    loop->transfers = calloc(loop->slots, sizeof(bko_transfer *));
    if (loop->transfers == NULL || bko__transfer_common_open(&loop->common, fetch) != BKO_OK) {
        return BKO_ENOMEM;
    }
    for (unsigned i = loop->slots; i-- > 0;) {
        int err = bko__transfer_open(&loop->transfers[i], fetch, &loop->common);
        if (err != BKO_OK) {
            return err;
        }
        bko_transfer *transfer = loop->transfers[i];
        if (loop->slots >= MANY_IN_FLIGHT && fetch->buffer_size == 0) {
            bko__transfer_set_buffer(transfer, BUFFER_SMALL);
        }
        transfer->slot = i;
        transfer->next_free = loop->free_transfers;
        loop->free_transfers = transfer;
    }
    return BKO_OK;
}

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
    if (uv_loop_init(&loop->own_uv) != 0) {
        return BKO_ESYS;
    }
    loop->uv = &loop->own_uv;
    return BKO_OK;
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
    int err = open_uv(loop, options->uv);
    if (err == BKO_OK) {
        err = open_multi(loop);
    }
    if (err == BKO_OK) {
        err = open_transfers(loop, options->fetch);
    }
    if (err != BKO_OK) {
        bko_loop_free(loop);
        return err;
    }
    bko__loop_open_timer(loop);
    bko__loop_open_sockets(loop);
    *out = loop;
    return BKO_OK;
}

static void free_transfers(bko_loop *loop) {
    for (unsigned i = 0; loop->transfers != NULL && i < loop->slots; i++) {
        bko_transfer *transfer = loop->transfers[i];
        if (transfer != NULL && transfer->done != NULL) {
            curl_multi_remove_handle(loop->multi, transfer->easy);
        }
        bko_transfer_free(transfer);
    }
    free(loop->transfers);
    bko__transfer_common_close(&loop->common);
}

static void on_borrowed_closed(uv_handle_t *handle) {
    bko_loop *loop = handle->data;
    if (--loop->closing == 0) {
        free(loop);
    }
}

/* The struct holds uv handles: on a borrowed loop it lives until libuv has closed them. */
static void close_uv(bko_loop *loop) {
    bool opened = loop->timer.data != NULL;
    bko__loop_close_sockets(loop);
    if (loop->uv != &loop->own_uv) {
        loop->closing = 3;
        if (opened) {
            bko__loop_close_timer(loop, on_borrowed_closed);
        } else {
            free(loop);
        }
        return;
    }
    if (opened) {
        bko__loop_close_timer(loop, NULL);
    }
    uv_run(loop->uv, UV_RUN_DEFAULT);
    uv_loop_close(loop->uv);
    free(loop);
}

void bko_loop_free(bko_loop *loop) {
    if (loop == NULL) {
        return;
    }
    loop->acting = true; /* callbacks of the clean-up only take notes */
    free_transfers(loop);
    if (loop->multi != NULL) {
        curl_multi_cleanup(loop->multi);
    }
    free(loop->line);
    close_uv(loop);
}

static void give_back(bko_loop *loop, bko_transfer *transfer) {
    transfer->done = NULL;
    transfer->next_free = loop->free_transfers;
    loop->free_transfers = transfer;
    loop->in_flight--;
}

static int start(bko_loop *loop, const bko__waiting *what) {
    bko_transfer *transfer = loop->free_transfers;
    loop->free_transfers = transfer->next_free;
    loop->in_flight++;
    loop->started++;
    transfer->done = what->done;
    transfer->user = what->user;
    if (what->started != NULL) {
        what->started(what->user, transfer->slot);
    }
    int err = bko__transfer_prepare(transfer, what->url);
    if (err == BKO_OK && curl_multi_add_handle(loop->multi, transfer->easy) != CURLM_OK) {
        err = BKO_ENOMEM;
    }
    if (err != BKO_OK) {
        give_back(loop, transfer);
    }
    return err;
}

static int grow_line(bko_loop *loop) {
    size_t size = loop->line_size > 0 ? 2 * loop->line_size : 64;
    bko__waiting *line = malloc(size * sizeof *line);
    if (line == NULL) {
        return BKO_ENOMEM;
    }
    for (size_t i = 0; i < loop->line_count; i++) {
        line[i] = loop->line[(loop->line_head + i) % loop->line_size];
    }
    free(loop->line);
    loop->line = line;
    loop->line_size = size;
    loop->line_head = 0;
    return BKO_OK;
}

static int wait_in_line(bko_loop *loop, const bko__waiting *what) {
    if (loop->line_count == loop->line_size && grow_line(loop) != BKO_OK) {
        return BKO_ENOMEM;
    }
    loop->line[(loop->line_head + loop->line_count++) % loop->line_size] = *what;
    return BKO_OK;
}

static bool may_start(const bko_loop *loop) {
    return loop->free_transfers != NULL && loop->started < STARTS_AT_ONCE;
}

int bko_loop_fetch(bko_loop *loop, const char *url, bko_fetch_started *started,
                   bko_fetch_done *done, void *user) {
    bko__waiting what = {url, started, done, user};
    if (may_start(loop) && loop->line_count == 0) {
        return start(loop, &what);
    }
    if (!loop->acting && loop->free_transfers != NULL) {
        bko__loop_act_later(loop); /* it waits for the next turn only: no other event need come */
    }
    return wait_in_line(loop, &what);
}

/* A start that fails (out of memory) ends that job; the others go on. */
static void start_waiting(bko_loop *loop) {
    while (loop->line_count > 0 && may_start(loop)) {
        bko__waiting what = loop->line[loop->line_head];
        loop->line_head = (loop->line_head + 1) % loop->line_size;
        loop->line_count--;
        int err = start(loop, &what);
        if (err != BKO_OK) {
            bko_response failed = {
                .url = what.url, .error = err, .error_text = bko_error_text(err)};
            what.done(what.user, &failed);
        }
    }
}

static void finish(bko_loop *loop, CURL *easy, CURLcode code) {
    bko_transfer *transfer = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&transfer);
    curl_multi_remove_handle(loop->multi, easy);
    bko__transfer_finish(transfer, code);
    bko_fetch_done *done = transfer->done;
    void *user = transfer->user;
    done(user, &transfer->response);
    give_back(loop, transfer);
}

/* libcurl's words on a failure are certain only where one transfer ended: the buffer is shared. */
static void collect(bko_loop *loop) {
    CURLMsg *message;
    int left;
    bool alone = true;
    while ((message = curl_multi_info_read(loop->multi, &left)) != NULL) {
        alone = alone && left == 0;
        if (!alone) {
            loop->common.error_text[0] = '\0';
        }
        if (message->msg == CURLMSG_DONE) {
            finish(loop, message->easy_handle, message->data.result);
        }
    }
    start_waiting(loop);
}

static void act_once(bko_loop *loop, curl_socket_t fd, int events) {
    int running;
    loop->timeout_due = false;
    loop->common.error_text[0] = '\0';
    CURLMcode code = curl_multi_socket_action(loop->multi, fd, events, &running);
    if (code == CURLM_OUT_OF_MEMORY || code == CURLM_ABORTED_BY_CALLBACK) {
        loop->error = BKO_ENOMEM; /* libcurl gives up on all transfers */
        bko_loop_stop(loop);
    }
    collect(loop);
}

void bko__loop_act(bko_loop *loop, curl_socket_t fd, int events) {
    loop->acting = true;
    act_once(loop, fd, events);
    for (int i = 0; loop->timeout_due && i < ACTS_AT_ONCE; i++) {
        act_once(loop, CURL_SOCKET_TIMEOUT, 0);
    }
    loop->acting = false;
    bko__loop_unwatch_idle(loop);
    if (loop->timeout_due || (loop->line_count > 0 && loop->free_transfers != NULL)) {
        bko__loop_act_later(loop);
    }
    if (loop->running && loop->in_flight == 0 && loop->line_count == 0) {
        uv_stop(loop->uv);
    }
}

int bko_loop_run(bko_loop *loop) {
    loop->stopped = loop->error != BKO_OK;
    loop->running = true;
    while (!loop->stopped && (loop->in_flight > 0 || loop->line_count > 0)) {
        uv_run(loop->uv, UV_RUN_DEFAULT);
    }
    loop->running = false;
    return loop->error;
}

void bko_loop_stop(bko_loop *loop) {
    loop->stopped = true;
    uv_stop(loop->uv);
}

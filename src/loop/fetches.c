/* See loop/loop.h: slots, what starts in them, and the only way into libcurl. */
#include <stddef.h>
#include <stdlib.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "loop/loop.h"
#include "net/retry.h"

enum {
    BUFFER_SMALL = 1 << 10, /* receive buffer when very many are in flight */
    MANY_IN_FLIGHT = 256,   /* from here on buffers start small and grow when bodies prove large */
    /* zero timeouts served in a row before libuv gets its turn */
    ENTRIES_AT_ONCE = 64,
    /* The turn limit: transfers started per turn. A burst of a thousand connections would overflow a server's
     * backlog and hold the memory for connecting a thousand times. */
    TURN_LIMIT_STARTS = 64
};

/* --- slots ---------------------------------------------------------------------------------------- */

static int open_slot(bko_loop *loop, unsigned slot) {
    int err = bko__transfer_open(&loop->transfers[slot], loop->fetch, &loop->common);
    if (err != BKO_OK) {
        return err;
    }
    bko_transfer *transfer = loop->transfers[slot];
    if (loop->slots >= MANY_IN_FLIGHT && loop->fetch->buffer_size == 0) {
        bko__transfer_set_buffer(transfer, BUFFER_SMALL);
    }
    transfer->slot = slot;
    loop->opened++;
    return BKO_OK;
}

int bko__loop_open_transfers(bko_loop *loop, unsigned count) {
    unsigned first = loop->opened;
    while (loop->opened < count) {
        int err = open_slot(loop, loop->opened);
        if (err != BKO_OK) {
            return err;
        }
    }
    for (unsigned i = count; i-- > first;) { /* so that the lowest slot is used first */
        loop->transfers[i]->next_free = loop->free_transfers;
        loop->free_transfers = loop->transfers[i];
    }
    return BKO_OK;
}

void bko__loop_free_transfers(bko_loop *loop) {
    for (unsigned i = 0; i < loop->opened; i++) {
        bko_transfer *transfer = loop->transfers[i];
        if (transfer->done != NULL) {
            curl_multi_remove_handle(loop->multi, transfer->easy);
        }
        bko_transfer_free(transfer);
    }
    free(loop->transfers);
    bko__transfer_common_close(&loop->common);
}

/* --- starting --------------------------------------------------------------------------------------- */

static void give_back(bko_loop *loop, bko_transfer *transfer) {
    transfer->done = NULL;
    transfer->next_free = loop->free_transfers;
    loop->free_transfers = transfer;
    loop->in_flight--;
}

/* The next slot to use; NULL: out of memory. */
static bko_transfer *take_slot(bko_loop *loop) {
    if (loop->free_transfers == NULL) {
        bko__loop_open_transfers(loop, loop->opened + 1);
    }
    bko_transfer *transfer = loop->free_transfers;
    if (transfer != NULL) {
        loop->free_transfers = transfer->next_free;
        loop->in_flight++;
        loop->started++;
    }
    return transfer;
}

static int start(bko_loop *loop, const bko__waiting *what) {
    const bko_request *request = &what->request;
    bko_transfer *transfer = take_slot(loop);
    if (transfer == NULL) {
        return BKO_ENOMEM;
    }
    transfer->done = request->done;
    transfer->user = request->user;
    transfer->ticket = what->ticket;
    if (request->started != NULL) {
        request->started(request->user, transfer->slot);
    }
    int err = bko__transfer_use(transfer, request->options);
    if (err == BKO_OK) {
        err = bko__transfer_prepare(transfer, request->url);
    }
    if (err == BKO_OK && curl_multi_add_handle(loop->multi, transfer->easy) != CURLM_OK) {
        err = BKO_ENOMEM;
    }
    if (err != BKO_OK) {
        give_back(loop, transfer);
    }
    return err;
}

static bool has_slot(const bko_loop *loop) {
    return loop->free_transfers != NULL || loop->opened < loop->slots;
}

static bool may_start(const bko_loop *loop) {
    return loop->started < TURN_LIMIT_STARTS && has_slot(loop);
}

int bko_loop_request(bko_loop *loop, const bko_request *request, uint64_t *ticket) {
    bko__waiting what = {*request, loop->tickets};
    if (ticket != NULL) {
        *ticket = what.ticket;
    }
    if (may_start(loop) && loop->queue_count == 0) {
        loop->tickets++;
        return start(loop, &what);
    }
    int err = bko__loop_enqueue(loop, &what);
    if (err == BKO_OK) {
        loop->tickets++; /* no number may be missing in the queue: see bko__loop_drop_waiting */
        if (!loop->in_curl && has_slot(loop)) {
            bko__loop_enter_curl_later(loop); /* only the next turn starts it; no event may come */
        }
    }
    return err;
}

int bko_loop_fetch(bko_loop *loop, const char *url, bko_fetch_started *started,
                   bko_fetch_done *done, void *user) {
    bko_request request = {.url = url, .started = started, .done = done, .user = user};
    return bko_loop_request(loop, &request, NULL);
}

/* If a start fails (out of memory), that job ends; the others continue. */
static void start_waiting(bko_loop *loop) {
    while (loop->queue_count > 0 && may_start(loop)) {
        bko__waiting what = bko__loop_take_first(loop);
        int err = what.request.done != NULL ? start(loop, &what) : BKO_OK;
        if (err != BKO_OK) {
            bko_response failed = {
                .url = what.request.url, .error = err, .error_text = bko_error_text(err)};
            what.request.done(what.request.user, &failed);
        }
    }
}

static void drop_started(bko_loop *loop, bko_transfer *transfer) {
    bko_loop_timer_stop(loop, &transfer->pause);
    curl_multi_remove_handle(loop->multi, transfer->easy);
    bko__transfer_forget(transfer);
    give_back(loop, transfer);
    if (!loop->in_curl) {
        bko__loop_unwatch_idle(loop);
    }
    if (loop->queue_count > 0 && !loop->in_curl) {
        bko__loop_enter_curl_later(loop); /* there is a free slot now */
    }
}

void bko_loop_drop(bko_loop *loop, uint64_t ticket) {
    if (!bko__loop_drop_waiting(loop, ticket)) {
        for (unsigned i = 0; i < loop->opened; i++) {
            bko_transfer *transfer = loop->transfers[i];
            if (transfer->done != NULL && transfer->ticket == ticket) {
                drop_started(loop, transfer);
                break;
            }
        }
    }
    bko__loop_leave_if_idle(loop);
}

static void end(bko_loop *loop, bko_transfer *transfer, const bko_response *response) {
    bko_fetch_done *done = transfer->done;
    transfer->done = NULL; /* from here on the fetch can't be dropped */
    done(transfer->user, response);
    bko__transfer_forget(transfer);
    give_back(loop, transfer);
}

/* The pause before a retry is over. */
static void repeat(bko_timer *pause) {
    bko_transfer *transfer =
        (bko_transfer *)(void *)((char *)pause - offsetof(bko_transfer, pause));
    bko_loop *loop = (bko_loop *)(void *)((char *)transfer->common - offsetof(bko_loop, common));
    int err = bko__transfer_prepare_again(transfer);
    if (err == BKO_OK && curl_multi_add_handle(loop->multi, transfer->easy) != CURLM_OK) {
        err = BKO_ENOMEM;
    }
    if (err != BKO_OK) {
        bko_response failed = {
            .url = transfer->url, .error = err, .error_text = bko_error_text(err)};
        end(loop, transfer, &failed);
        bko__loop_enter_curl_later(loop); /* the slot is free for the next in the queue */
    }
}

/* Keeps the slot: a job that waits for its retry is in flight. Out of memory for a timer: it ends as it
 * is. */
static bool will_repeat(bko_loop *loop, bko_transfer *transfer, const bko_response *response) {
    int64_t pause_ns = bko__retry_pause_ns(transfer, response);
    transfer->pause.fire = repeat;
    return pause_ns >= 0 &&
           bko_loop_timer_start(loop, &transfer->pause, bko_clock_now_ns() + pause_ns) == BKO_OK;
}

static void finish(bko_loop *loop, CURL *easy, CURLcode code) {
    bko_transfer *transfer = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&transfer);
    curl_multi_remove_handle(loop->multi, easy);
    if (bko__transfer_try_again(transfer, code) &&
        curl_multi_add_handle(loop->multi, easy) == CURLM_OK) {
        return;
    }
    bko_response response;
    bko__transfer_finish(transfer, code, &response);
    if (!will_repeat(loop, transfer, &response)) {
        end(loop, transfer, &response);
    }
}

static void collect(bko_loop *loop) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(loop->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            finish(loop, message->easy_handle, message->data.result);
        }
    }
    start_waiting(loop);
}

static void enter_once(bko_loop *loop, curl_socket_t fd, int events) {
    int running;
    loop->timeout_due = false;
    CURLMcode code = curl_multi_socket_action(loop->multi, fd, events, &running);
    if (code == CURLM_OUT_OF_MEMORY || code == CURLM_ABORTED_BY_CALLBACK) {
        loop->error = BKO_ENOMEM; /* libcurl gives up all transfers */
        bko_loop_stop(loop);
    }
    collect(loop);
}

void bko__loop_enter_curl(bko_loop *loop, curl_socket_t fd, int events) {
    loop->in_curl = true;
    enter_once(loop, fd, events);
    for (int i = 0; loop->timeout_due && i < ENTRIES_AT_ONCE; i++) {
        enter_once(loop, CURL_SOCKET_TIMEOUT, 0);
    }
    loop->in_curl = false;
    bko__loop_unwatch_idle(loop);
    if (loop->timeout_due || (loop->queue_count > 0 && has_slot(loop))) {
        bko__loop_enter_curl_later(loop);
    }
    bko__loop_leave_if_idle(loop);
}

/* Descriptors of others on the loop: see bakeoff/loop.h. */
#include <errno.h>
#include <stdlib.h>

#include "bakeoff/error.h"
#include "fetch/loop.h"

struct bko_watch {
    uv_poll_t poll;
    bko_loop *loop;
    bko_watch_ready *ready;
    void *user;
};

/* A broken descriptor stays so: whoever owns it finds out by using it. */
static void on_ready(uv_poll_t *poll, int status, int events) {
    (void)status;
    (void)events;
    bko_watch *watch = poll->data;
    bko_loop *loop = watch->loop;
    watch->ready(watch->user);
    bko__loop_settle(loop);
}

static void on_closed(uv_handle_t *handle) {
    free(handle->data);
}

int bko_loop_watch(bko_loop *loop, int fd, bko_watch_ready *ready, void *user, bko_watch **out) {
    *out = NULL;
    bko_watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL) {
        return BKO_ENOMEM;
    }
    int err = uv_poll_init(loop->uv, &watch->poll, fd);
    if (err != 0) {
        free(watch);
        errno = -err;
        return BKO_ESYS;
    }
    watch->poll.data = watch;
    watch->loop = loop;
    watch->ready = ready;
    watch->user = user;
    err = uv_poll_start(&watch->poll, UV_READABLE, on_ready);
    if (err != 0) {
        uv_close((uv_handle_t *)&watch->poll, on_closed);
        errno = -err;
        return BKO_ESYS;
    }
    loop->watches++;
    *out = watch;
    return BKO_OK;
}

void bko_watch_free(bko_watch *watch) {
    if (watch == NULL) {
        return;
    }
    uv_poll_stop(&watch->poll);
    watch->loop->watches--;
    bko__loop_settle(watch->loop);
    uv_close((uv_handle_t *)&watch->poll, on_closed);
}

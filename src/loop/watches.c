/*
 * Watches other owners' descriptors on the loop; see bakeoff/loop.h. We watch a copy: if the owner
 * closes its descriptor, libcurl may get the same number for a socket at once, and libuv can watch
 * a number only once.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "loop/loop.h"

struct bko_watch {
    uv_poll_t poll;
    bko_loop *loop;
    bko_watch_ready *ready;
    void *user;
    int fd; /* owned */
};

/* A failed descriptor stays failed: its owner finds out when it uses it. */
static void on_ready(uv_poll_t *poll, int status, int events) {
    (void)status;
    (void)events;
    bko_watch *watch = poll->data;
    bko_loop *loop = watch->loop;
    bko__loop_awake(loop);
    watch->ready(watch->user);
    bko__loop_leave_if_idle(loop);
}

static void on_closed(uv_handle_t *handle) {
    free(handle->data);
}

/* Returns 0 or a libuv error. On an error the caller closes what was already opened. */
static int start(bko_watch *watch, int fd) {
    watch->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (watch->fd < 0) {
        return -errno;
    }
    int err = uv_poll_init(watch->loop->uv, &watch->poll, watch->fd);
    if (err == 0) {
        watch->poll.data = watch;
        err = uv_poll_start(&watch->poll, UV_READABLE, on_ready);
    }
    return err;
}

/* libuv must have released the descriptor first. */
static void end(bko_watch *watch) {
    if (watch->poll.data != NULL) {
        uv_poll_stop(&watch->poll);
        uv_close((uv_handle_t *)&watch->poll, on_closed);
    }
    if (watch->fd >= 0) {
        close(watch->fd);
    }
    if (watch->poll.data == NULL) {
        free(watch);
    }
}

int bko_loop_watch(bko_loop *loop, int fd, bko_watch_ready *ready, void *user, bko_watch **out) {
    *out = NULL;
    bko_watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL) {
        return BKO_ENOMEM;
    }
    watch->loop = loop;
    watch->ready = ready;
    watch->user = user;
    int err = start(watch, fd);
    if (err != 0) {
        end(watch);
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
    watch->loop->watches--;
    bko__loop_leave_if_idle(watch->loop);
    end(watch);
}

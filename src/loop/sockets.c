/* libcurl's sockets as libuv poll watchers: one watcher per descriptor, reused when the descriptor
 * is. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "loop/loop.h"

static void on_poll(uv_poll_t *poll, int status, int events);

/* libuv has stopped the watcher. libcurl does not report if it still wants the same events, for
 * example while there are responses to read before the error. */
static void resume(bko__socket *socket) {
    if (socket->idle || uv_poll_start(&socket->poll, socket->events, on_poll) != 0) {
        socket->events = 0;
    }
}

/* We report an error (usually a reset) as "readable and writable": libcurl then finds the error
 * itself, first reads what arrived before it, and retries on another connection if it may.
 * CURL_CSELECT_ERR would make it give up. */
static void on_poll(uv_poll_t *poll, int status, int events) {
    bko__socket *socket = poll->data;
    int flags = 0;
    bko__loop_awake(socket->loop);
    if (status < 0) {
        events = UV_READABLE | UV_WRITABLE;
        resume(socket);
    }
    flags |= (events & UV_READABLE) ? CURL_CSELECT_IN : 0;
    flags |= (events & UV_WRITABLE) ? CURL_CSELECT_OUT : 0;
    bko__loop_enter_curl(socket->loop, socket->fd, flags);
}

static void on_closed(uv_handle_t *handle) {
    free(handle->data);
}

static void discard(bko_loop *loop, bko__socket *socket) {
    loop->sockets[socket->fd] = NULL;
    uv_poll_stop(&socket->poll);
    uv_close((uv_handle_t *)&socket->poll, on_closed);
}

static int grow_table(bko_loop *loop, size_t wanted) {
    size_t count = loop->socket_count > 0 ? loop->socket_count : 64;
    while (count <= wanted) {
        count *= 2;
    }
    bko__socket **table = realloc(loop->sockets, count * sizeof(bko__socket *));
    if (table == NULL) {
        return BKO_ENOMEM;
    }
    memset(table + loop->socket_count, 0, (count - loop->socket_count) * sizeof(bko__socket *));
    loop->sockets = table;
    loop->socket_count = count;
    return BKO_OK;
}

static bko__socket *find(const bko_loop *loop, curl_socket_t fd) {
    return fd >= 0 && (size_t)fd < loop->socket_count ? loop->sockets[fd] : NULL;
}

static bko__socket *find_or_open(bko_loop *loop, curl_socket_t fd) {
    bko__socket *socket = find(loop, fd);
    if (socket != NULL) {
        return socket;
    }
    if ((size_t)fd >= loop->socket_count && grow_table(loop, (size_t)fd) != BKO_OK) {
        return NULL;
    }
    socket = calloc(1, sizeof *socket);
    if (socket == NULL) {
        return NULL;
    }
    if (uv_poll_init_socket(loop->uv, &socket->poll, fd) != 0) {
        free(socket);
        return NULL;
    }
    socket->poll.data = socket;
    socket->loop = loop;
    socket->fd = fd;
    loop->sockets[fd] = socket;
    return socket;
}

static void set_idle(bko_loop *loop, bko__socket *socket) {
    if (!socket->idle) {
        socket->idle = true;
        socket->next_idle = loop->idle_sockets;
        loop->idle_sockets = socket;
    }
}

static void drop_from_idle_list(bko_loop *loop, bko__socket *socket) {
    bko__socket **link = &loop->idle_sockets;
    while (*link != NULL && *link != socket) {
        link = &(*link)->next_idle;
    }
    if (*link != NULL) {
        *link = socket->next_idle;
    }
    socket->idle = false;
}

static int watch(bko_loop *loop, curl_socket_t fd, int what) {
    bko__socket *socket = find_or_open(loop, fd);
    if (socket == NULL) {
        return -1; /* libcurl fails the transfer */
    }
    int events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    if (socket->idle) {
        drop_from_idle_list(loop, socket);
    }
    if (events == socket->events) {
        return 0;
    }
    socket->events = events;
    socket->connected = socket->connected || (socket->opened && (events & UV_READABLE));
    return uv_poll_start(&socket->poll, events, on_poll) == 0 ? 0 : -1;
}

static void unwatch(bko__socket *socket) {
    socket->events = 0;
    uv_poll_stop(&socket->poll);
}

/* Called by libcurl: must not call back into it. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *user, void *unused) {
    (void)easy;
    (void)unused;
    bko_loop *loop = user;
    if (what != CURL_POLL_REMOVE) {
        return watch(loop, fd, what);
    }
    bko__socket *socket = find(loop, fd);
    if (socket != NULL && socket->connected) {
        set_idle(loop, socket);
    } else if (socket != NULL) {
        unwatch(socket);
    }
    return 0;
}

/* libcurl opens a connection. The watcher for this number may be left over from a failed attempt,
 * because libcurl doesn't report that it closed the socket. */
static curl_socket_t on_open(void *user, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)purpose;
    bko_loop *loop = user;
    curl_socket_t fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    bko__socket *watched = fd >= 0 ? find_or_open(loop, fd) : NULL;
    if (watched == NULL) {
        return fd; /* if this cannot be watched, libcurl will report it */
    }
    watched->opened = true;
    watched->connected = false;
    if (watched->events != 0) {
        uv_poll_start(&watched->poll, watched->events, on_poll);
    }
    return fd;
}

/* libcurl closes a connection: the watcher must be removed before the number can be reused. */
static int on_close(void *user, curl_socket_t fd) {
    bko_loop *loop = user;
    bko__socket *socket = find(loop, fd);
    if (socket != NULL) {
        if (socket->idle) {
            drop_from_idle_list(loop, socket);
        }
        discard(loop, socket);
    }
    return close(fd);
}

void bko__loop_unwatch_idle(bko_loop *loop) {
    while (loop->idle_sockets != NULL) {
        bko__socket *socket = loop->idle_sockets;
        loop->idle_sockets = socket->next_idle;
        socket->idle = false;
        unwatch(socket);
    }
}

void bko__loop_open_sockets(bko_loop *loop) {
    curl_multi_setopt(loop->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(loop->multi, CURLMOPT_SOCKETDATA, loop);
    loop->common.sockets = (bko__sockets){on_open, on_close, loop};
}

void bko__loop_close_sockets(bko_loop *loop) {
    for (size_t fd = 0; fd < loop->socket_count; fd++) {
        if (loop->sockets[fd] != NULL) {
            discard(loop, loop->sockets[fd]);
        }
    }
    free(loop->sockets);
    loop->sockets = NULL;
    loop->socket_count = 0;
}

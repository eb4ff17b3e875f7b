/*
 * Turns of the loop: what should happen as soon as libuv has polled once. uv_idle keeps poll from
 * blocking while something is wanted; uv_check acts after the poll.
 */
#include "loop/turns.h"
#include "loop/loop.h"

static void on_spin(uv_idle_t *spin) {
    (void)spin;
}

/* The turn comes first, so that fetches it starts reach libcurl at once. */
static void on_check(uv_check_t *check) {
    bko_loop *loop = check->data;
    bko__loop_awake(loop);
    loop->started = 0;
    if (loop->turn_wanted) {
        loop->turn_wanted = false;
        loop->turn(loop->turn_user);
    }
    if (loop->curl_wanted) {
        loop->curl_wanted = false;
        bko__loop_enter_curl(loop, CURL_SOCKET_TIMEOUT, 0);
    }
    if (!loop->turn_wanted && !loop->curl_wanted) {
        uv_idle_stop(&loop->spin);
    }
    bko__loop_leave_if_idle(loop);
}

void bko__loop_enter_curl_later(bko_loop *loop) {
    loop->curl_wanted = true;
    uv_idle_start(&loop->spin, on_spin);
}

void bko__loop_on_turn(bko_loop *loop, void (*turn)(void *user), void *user) {
    loop->turn = turn;
    loop->turn_user = user;
}

void bko__loop_wake(bko_loop *loop) {
    if (!loop->turn_wanted) {
        loop->turn_wanted = true;
        uv_idle_start(&loop->spin, on_spin);
    }
}

void bko__loop_open_turns(bko_loop *loop) {
    uv_idle_init(loop->uv, &loop->spin);
    uv_check_init(loop->uv, &loop->check);
    loop->spin.data = loop;
    loop->check.data = loop;
    uv_check_start(&loop->check, on_check);
    uv_unref((uv_handle_t *)&loop->check);
}

void bko__loop_close_turns(bko_loop *loop, uv_close_cb closed) {
    uv_close((uv_handle_t *)&loop->spin, closed);
    uv_close((uv_handle_t *)&loop->check, closed);
}

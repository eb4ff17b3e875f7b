/*
 * libcurl's timeout on libuv, and turns. A zero timeout means "as soon as you can": a 1 ms floor would cost a
 * factor of ten at low concurrency, and a 0 ms uv_timer re-armed inside a timer callback never lets
 * libuv poll. Zero timeouts are therefore flagged; bko__loop_act serves them before it returns, and
 * what remains is left to uv_idle (don't block in poll) and uv_check (act after it).
 */
#include "loop/loop.h"

static void on_timer(uv_timer_t *timer);

/* libuv counts from the start of its loop's turn and in whole milliseconds, so a timer can end a moment
 * before libcurl's own; libcurl then does nothing and, as nothing changed, doesn't ask again. */
static void arm_again(bko_loop *loop) {
    long milliseconds = -1;
    curl_multi_timeout(loop->multi, &milliseconds);
    if (milliseconds >= 0 && !uv_is_active((uv_handle_t *)&loop->timer)) {
        uv_timer_start(&loop->timer, on_timer, milliseconds > 0 ? (uint64_t)milliseconds : 1, 0);
    }
}

static void on_timer(uv_timer_t *timer) {
    bko__loop_awake(timer->data);
    bko__loop_act(timer->data, CURL_SOCKET_TIMEOUT, 0);
    arm_again(timer->data);
}

static void on_spin(uv_idle_t *spin) {
    (void)spin;
}

/* The turn first: the fetches that it starts are libcurl's at once. */
static void on_check(uv_check_t *check) {
    bko_loop *loop = check->data;
    bko__loop_awake(loop);
    loop->started = 0;
    if (loop->turn_wanted) {
        loop->turn_wanted = false;
        loop->turn(loop->turn_user);
    }
    if (loop->act_wanted) {
        loop->act_wanted = false;
        bko__loop_act(loop, CURL_SOCKET_TIMEOUT, 0);
    }
    if (!loop->turn_wanted && !loop->act_wanted) {
        uv_idle_stop(&loop->spin);
    }
    bko__loop_settle(loop);
}

void bko__loop_act_later(bko_loop *loop) {
    loop->act_wanted = true;
    uv_idle_start(&loop->spin, on_spin);
}

void bko_loop_on_turn(bko_loop *loop, void (*turn)(void *user), void *user) {
    loop->turn = turn;
    loop->turn_user = user;
}

void bko_loop_wake(bko_loop *loop) {
    if (!loop->turn_wanted) {
        loop->turn_wanted = true;
        uv_idle_start(&loop->spin, on_spin);
    }
}

/* Called by libcurl: must not call back into it. */
static int on_timeout_wanted(CURLM *multi, long milliseconds, void *user) {
    (void)multi;
    bko_loop *loop = user;
    loop->timeout_due = milliseconds == 0;
    if (milliseconds < 0) {
        uv_timer_stop(&loop->timer);
    } else if (milliseconds > 0) {
        uv_timer_start(&loop->timer, on_timer, (uint64_t)milliseconds, 0);
    } else if (!loop->acting) {
        bko__loop_act_later(loop);
    }
    return 0;
}

void bko__loop_open_timer(bko_loop *loop) {
    uv_timer_init(loop->uv, &loop->timer);
    uv_idle_init(loop->uv, &loop->spin);
    uv_check_init(loop->uv, &loop->check);
    loop->timer.data = loop;
    loop->check.data = loop;
    uv_check_start(&loop->check, on_check);
    uv_unref((uv_handle_t *)&loop->check);
    curl_multi_setopt(loop->multi, CURLMOPT_TIMERFUNCTION, on_timeout_wanted);
    curl_multi_setopt(loop->multi, CURLMOPT_TIMERDATA, loop);
}

void bko__loop_close_timer(bko_loop *loop, uv_close_cb closed) {
    loop->spin.data = loop;
    uv_close((uv_handle_t *)&loop->timer, closed);
    uv_close((uv_handle_t *)&loop->spin, closed);
    uv_close((uv_handle_t *)&loop->check, closed);
}

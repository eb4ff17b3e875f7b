/*
 * libcurl's timeout on libuv. A zero timeout means "as soon as possible". A minimum of 1 ms would
 * slow low concurrency down tenfold, and a 0 ms uv_timer that is re-armed inside a timer callback
 * never lets libuv poll. Zero timeouts therefore only set a flag. bko__loop_enter_curl serves them
 * before it returns and leaves the rest to the next turn (turns.c).
 */
#include "loop/loop.h"

static void on_timer(uv_timer_t *timer);

/* libuv counts whole milliseconds from the start of the current turn, so its timer can fire
 * slightly before libcurl's. libcurl then does nothing and, because nothing changed, doesn't ask
 * for another timeout. */
static void arm_again(bko_loop *loop) {
    long milliseconds = -1;
    curl_multi_timeout(loop->multi, &milliseconds);
    if (milliseconds >= 0 && !uv_is_active((uv_handle_t *)&loop->timer)) {
        uv_timer_start(&loop->timer, on_timer, milliseconds > 0 ? (uint64_t)milliseconds : 1, 0);
    }
}

static void on_timer(uv_timer_t *timer) {
    bko__loop_awake(timer->data);
    bko__loop_enter_curl(timer->data, CURL_SOCKET_TIMEOUT, 0);
    arm_again(timer->data);
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
    } else if (!loop->in_curl) {
        bko__loop_enter_curl_later(loop);
    }
    return 0;
}

void bko__loop_open_timeout(bko_loop *loop) {
    uv_timer_init(loop->uv, &loop->timer);
    loop->timer.data = loop;
    curl_multi_setopt(loop->multi, CURLMOPT_TIMERFUNCTION, on_timeout_wanted);
    curl_multi_setopt(loop->multi, CURLMOPT_TIMERDATA, loop);
}

void bko__loop_close_timeout(bko_loop *loop, uv_close_cb closed) {
    uv_close((uv_handle_t *)&loop->timer, closed);
}

/*
 * Measures how late a loop is. An event that becomes due while a callback runs is served after that
 * callback, at the latest before the loop waits again. We imagine one event due every millisecond
 * and record how late it would be served: not at all while the loop waits, and up to the length of
 * the turn while it works. So a long turn counts in proportion to its length, which percentiles
 * over turns would hide.
 *
 * The cost is two clock readings per turn and no timer.
 */
#include "loop/lag.h"
#include "bakeoff/clock.h"
#include "core/histogram.h"
#include "loop/loop.h"

enum { EVERY_NS = 1000000 };

/* Counts the events that were due up to `now_ns`; all of them are served now. */
static void count_late(bko_loop *loop, int64_t now_ns) {
    bko__lag *lag = &loop->lag;
    for (; lag->due_ns <= now_ns; lag->due_ns += EVERY_NS) {
        bko_histogram_add(lag->histogram, now_ns - lag->due_ns);
    }
}

static void count_punctual(bko__lag *lag) {
    if (lag->due_ns <= lag->awake_ns) {
        int64_t count = (lag->awake_ns - lag->due_ns) / EVERY_NS + 1;
        bko__histogram_add_many(lag->histogram, 0, (uint64_t)count);
        lag->due_ns += count * EVERY_NS;
    }
}

void bko__loop_awake_now(bko_loop *loop) {
    loop->lag.awake_ns = bko_clock_now_ns();
    count_punctual(&loop->lag);
}

void bko__loop_asleep(bko_loop *loop) {
    if (loop->lag.histogram != NULL && loop->lag.awake_ns != 0) {
        count_late(loop, bko_clock_now_ns());
        loop->lag.awake_ns = 0;
    }
}

/* The last step of a turn before libuv polls. */
static void on_prepare(uv_prepare_t *prepare) {
    bko__loop_asleep(prepare->data);
}

void bko__loop_begin_lag(bko_loop *loop) {
    loop->lag.awake_ns = loop->lag.histogram != NULL ? bko_clock_now_ns() : 0;
    loop->lag.due_ns = loop->lag.awake_ns + EVERY_NS;
}

void bko__loop_watch_lag(bko_loop *loop, bko_histogram *lag) {
    loop->lag.histogram = lag;
    bko__loop_begin_lag(loop);
    if (lag != NULL) {
        uv_prepare_start(&loop->lag.prepare, on_prepare);
        uv_unref((uv_handle_t *)&loop->lag.prepare);
    } else {
        uv_prepare_stop(&loop->lag.prepare);
    }
}

void bko__loop_open_lag(bko_loop *loop) {
    uv_prepare_init(loop->uv, &loop->lag.prepare);
    loop->lag.prepare.data = loop;
}

void bko__loop_close_lag(bko_loop *loop, uv_close_cb closed) {
    uv_close((uv_handle_t *)&loop->lag.prepare, closed);
}

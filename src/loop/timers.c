/*
 * Timers of bakeoff/loop.h: a binary heap of the callers' structs, and one timer of libuv's for the first
 * of them. A timer of libuv's own for each would be four times the size.
 */
#include <stdlib.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "loop/loop.h"

enum { HEAP_FIRST = 64, NS_PER_MS = 1000000 };

static bool is_before(const bko_timer *a, const bko_timer *b) {
    return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->order < b->order;
}

static void put(bko_loop *loop, size_t place, bko_timer *timer) {
    loop->timers[place - 1] = timer;
    timer->place = place;
}

static bko_timer *at(const bko_loop *loop, size_t place) {
    return loop->timers[place - 1];
}

static void move_up(bko_loop *loop, bko_timer *timer) {
    size_t place = timer->place;
    while (place > 1 && is_before(timer, at(loop, place / 2))) {
        put(loop, place, at(loop, place / 2));
        place /= 2;
    }
    put(loop, place, timer);
}

static void move_down(bko_loop *loop, bko_timer *timer) {
    size_t place = timer->place;
    for (size_t child = 2 * place; child <= loop->timer_count; child = 2 * place) {
        if (child < loop->timer_count && is_before(at(loop, child + 1), at(loop, child))) {
            child++;
        }
        if (!is_before(at(loop, child), timer)) {
            break;
        }
        put(loop, place, at(loop, child));
        place = child;
    }
    put(loop, place, timer);
}

static void take_out(bko_loop *loop, bko_timer *timer) {
    bko_timer *last = at(loop, loop->timer_count--);
    if (last != timer) {
        put(loop, timer->place, last);
        move_up(loop, last);
        move_down(loop, last);
    }
    timer->place = 0;
}

static int grow_heap(bko_loop *loop) {
    size_t size = loop->timer_size > 0 ? 2 * loop->timer_size : HEAP_FIRST;
    bko_timer **timers = realloc(loop->timers, size * sizeof(bko_timer *));
    if (timers == NULL) {
        return BKO_ENOMEM;
    }
    loop->timers = timers;
    loop->timer_size = size;
    return BKO_OK;
}

static void on_alarm(uv_timer_t *alarm);

/* libuv rounds down and counts from the start of its turn: up to the next whole millisecond is never
 * early. A zero timeout inside on_alarm would keep libuv from polling. */
static void set_alarm(bko_loop *loop) {
    if (loop->timer_count == 0) {
        uv_timer_stop(&loop->alarm);
        return;
    }
    int64_t due_ns = at(loop, 1)->due_ns;
    int64_t due_ms = due_ns / NS_PER_MS + (due_ns % NS_PER_MS > 0);
    int64_t now_ms = (int64_t)uv_now(loop->uv);
    uv_timer_start(&loop->alarm, on_alarm, due_ms > now_ms ? (uint64_t)(due_ms - now_ms) : 1, 0);
}

static void on_alarm(uv_timer_t *alarm) {
    bko_loop *loop = alarm->data;
    bko__loop_awake(loop);
    int64_t now = bko_clock_now_ns();
    uint64_t last = loop->timer_order; /* those started by a timer wait for the next time */
    while (loop->timer_count > 0 && at(loop, 1)->due_ns <= now && at(loop, 1)->order < last) {
        bko_timer *timer = at(loop, 1);
        take_out(loop, timer);
        timer->fire(timer);
    }
    set_alarm(loop);
    bko__loop_settle(loop);
}

int bko_loop_timer_start(bko_loop *loop, bko_timer *timer, int64_t due_ns) {
    if (timer->place != 0) {
        take_out(loop, timer);
    } else if (loop->timer_count == loop->timer_size && grow_heap(loop) != BKO_OK) {
        return BKO_ENOMEM;
    }
    timer->due_ns = due_ns;
    timer->order = loop->timer_order++;
    timer->place = ++loop->timer_count;
    move_up(loop, timer);
    if (timer->place == 1) {
        set_alarm(loop);
    }
    return BKO_OK;
}

void bko_loop_timer_stop(bko_loop *loop, bko_timer *timer) {
    if (timer->place == 0) {
        return;
    }
    take_out(loop, timer);
    if (loop->timer_count == 0) {
        set_alarm(loop); /* otherwise it comes too early once, at worst */
        bko__loop_settle(loop);
    }
}

void bko__loop_open_alarm(bko_loop *loop) {
    uv_timer_init(loop->uv, &loop->alarm);
    loop->alarm.data = loop;
}

void bko__loop_close_alarm(bko_loop *loop, uv_close_cb closed) {
    for (size_t i = 0; i < loop->timer_count; i++) {
        loop->timers[i]->place = 0;
    }
    free(loop->timers);
    loop->timers = NULL;
    loop->timer_count = 0;
    uv_close((uv_handle_t *)&loop->alarm, closed);
}

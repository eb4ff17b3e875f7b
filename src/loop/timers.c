/*
 * The timers of bakeoff/loop.h: a heap of due times (core/timer_heap.h), and one libuv timer for the
 * first of them. A libuv timer for each would take four times the memory.
 */
#include <stddef.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "loop/loop.h"

enum { NS_PER_MS = 1000000 };

static bko_timer *timer_of(size_t *slot) {
    return (bko_timer *)(void *)((char *)slot - offsetof(bko_timer, slot));
}

static void on_alarm(uv_timer_t *alarm);

/* libuv rounds down and counts from the start of its turn; rounding up to the next whole
 * millisecond never fires early. A zero timeout inside on_alarm would keep libuv from polling. */
static void set_alarm(bko_loop *loop) {
    const bko__timer_heap_entry *first = bko__timer_heap_first(&loop->timers);
    if (first == NULL) {
        uv_timer_stop(&loop->alarm);
        return;
    }
    int64_t due_ns = first->due_ns;
    int64_t due_ms = due_ns / NS_PER_MS + (due_ns % NS_PER_MS > 0);
    int64_t now_ms = (int64_t)uv_now(loop->uv);
    uv_timer_start(&loop->alarm, on_alarm, due_ms > now_ms ? (uint64_t)(due_ms - now_ms) : 1, 0);
}

static void on_alarm(uv_timer_t *alarm) {
    bko_loop *loop = alarm->data;
    bko__loop_awake(loop);
    int64_t now = bko_clock_now_ns();
    uint64_t last = loop->timers.pushed; /* timers started by a timer wait for the next alarm */
    const bko__timer_heap_entry *first;
    while ((first = bko__timer_heap_first(&loop->timers)) != NULL && first->due_ns <= now &&
           first->order < last) {
        bko_timer *timer = timer_of(first->slot);
        bko__timer_heap_remove(&loop->timers, &timer->slot);
        timer->fire(timer);
    }
    set_alarm(loop);
    bko__loop_leave_if_idle(loop);
}

int bko_loop_timer_start(bko_loop *loop, bko_timer *timer, int64_t due_ns) {
    bko__timer_heap_remove(&loop->timers, &timer->slot);
    int err = bko__timer_heap_push(&loop->timers, due_ns, &timer->slot);
    if (err == BKO_OK && timer->slot == 1) {
        set_alarm(loop);
    }
    return err;
}

void bko_loop_timer_stop(bko_loop *loop, bko_timer *timer) {
    if (timer->slot == 0) {
        return;
    }
    bko__timer_heap_remove(&loop->timers, &timer->slot);
    if (bko__timer_heap_first(&loop->timers) == NULL) {
        set_alarm(loop); /* otherwise the alarm fires once too early at worst */
        bko__loop_leave_if_idle(loop);
    }
}

void bko__loop_open_alarm(bko_loop *loop) {
    uv_timer_init(loop->uv, &loop->alarm);
    loop->alarm.data = loop;
}

void bko__loop_close_alarm(bko_loop *loop, uv_close_cb closed) {
    bko__timer_heap_clear(&loop->timers);
    uv_close((uv_handle_t *)&loop->alarm, closed);
}

/* Decides how long a loop runs: while there is something to wait for, or until it is stopped. */
#include "loop/loop.h"
#include "loop/turns.h"

bool bko__loop_is_alive(const bko_loop *loop) {
    return loop->in_flight > 0 || loop->queue_count > 0 ||
           bko__timer_heap_first(&loop->timers) != NULL || loop->turn_wanted ||
           loop->reads != NULL || loop->watches > 0 || loop->holds > 0;
}

void bko__loop_leave_if_idle(bko_loop *loop) {
    if (loop->running && !bko__loop_is_alive(loop)) {
        uv_stop(loop->uv);
    }
}

void bko_loop_stop(bko_loop *loop) {
    loop->stopped = true;
    uv_stop(loop->uv);
}

void bko__loop_hold(bko_loop *loop) {
    loop->holds++;
}

void bko__loop_release(bko_loop *loop) {
    loop->holds--;
    bko__loop_leave_if_idle(loop);
}

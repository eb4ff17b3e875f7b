/* See loop/loop.h: the requests that wait for a slot, a ring in order of their tickets. */
#include <stdlib.h>

#include "bakeoff/error.h"
#include "loop/loop.h"

static int grow_queue(bko_loop *loop) {
    size_t size = loop->queue_size > 0 ? 2 * loop->queue_size : 64;
    bko__waiting *queue = malloc(size * sizeof *queue);
    if (queue == NULL) {
        return BKO_ENOMEM;
    }
    for (size_t i = 0; i < loop->queue_count; i++) {
        queue[i] = loop->queue[(loop->queue_head + i) % loop->queue_size];
    }
    free(loop->queue);
    loop->queue = queue;
    loop->queue_size = size;
    loop->queue_head = 0;
    return BKO_OK;
}

int bko__loop_enqueue(bko_loop *loop, const bko__waiting *what) {
    if (loop->queue_count == loop->queue_size && grow_queue(loop) != BKO_OK) {
        return BKO_ENOMEM;
    }
    loop->queue[(loop->queue_head + loop->queue_count++) % loop->queue_size] = *what;
    return BKO_OK;
}

bko__waiting bko__loop_take_first(bko_loop *loop) {
    bko__waiting first = loop->queue[loop->queue_head];
    loop->queue_head = (loop->queue_head + 1) % loop->queue_size;
    loop->queue_count--;
    return first;
}

bool bko__loop_drop_waiting(bko_loop *loop, uint64_t ticket) {
    uint64_t first = loop->queue_count > 0 ? loop->queue[loop->queue_head].ticket : 0;
    if (loop->queue_count == 0 || ticket < first || ticket - first >= loop->queue_count) {
        return false;
    }
    size_t at = (loop->queue_head + (size_t)(ticket - first)) % loop->queue_size;
    loop->queue[at].request.done = NULL;
    while (loop->queue_count > 0 && loop->queue[loop->queue_head].request.done == NULL) {
        bko__loop_take_first(loop);
    }
    return true;
}

/* A turn of the loop: resumes the ready tasks. See lua/loop/loop.h. */
#include "loop/turns.h"
#include "lua/loop/loop.h"

/* Tasks resumed before the loop looks for events again: a look costs as much as several resumes. */
enum { STEPS_AT_ONCE = 64 };

static bko__task *take_first(bko__lua_loop *self) {
    bko__task *task = self->first;
    self->first = task->next;
    if (self->first == NULL) {
        self->last = NULL;
    }
    self->ready--;
    task->ready = false;
    return task;
}

void bko__lua_loop_turn(void *user) {
    bko__lua_loop *self = user;
    size_t steps = self->ready > STEPS_AT_ONCE ? self->ready : STEPS_AT_ONCE;
    self->calls++;
    while (self->first != NULL && steps-- > 0) {
        bko__task *task = take_first(self);
        bko__task_step(task);
        if (task == self->until && task->loop == NULL) {
            bko_loop_stop(self->loop);
            break;
        }
    }
    self->calls--;
    if (self->first != NULL) {
        bko__loop_wake(self->loop);
    }
}

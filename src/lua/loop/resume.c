/* Resumes the tasks that are ready, once per turn of the loop. See lua/loop/loop.h. */
#include "loop/turns.h"
#include "lua/loop/loop.h"

/* The turn limit: tasks resumed per turn, or all that were ready when it began, if those are more.
 * Then the loop polls for events, which costs as much as several resumes. */
enum { TURN_LIMIT_TASKS = 64 };

static bko__lua_task *take_first(bko__lua_loop *self) {
    bko__lua_task *task = self->first;
    self->first = task->next;
    if (self->first == NULL) {
        self->last = NULL;
    }
    self->ready--;
    task->ready = false;
    return task;
}

void bko__lua_loop_resume_ready(void *user) {
    bko__lua_loop *self = user;
    size_t steps = self->ready > TURN_LIMIT_TASKS ? self->ready : TURN_LIMIT_TASKS;
    self->calls++;
    while (self->first != NULL && steps-- > 0) {
        bko__lua_task *task = take_first(self);
        bko__lua_task_step(task);
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

/*
 * What every file of the loop uses: the running task of this Lua state, the loop that an argument
 * stands for, the values in the loop's store, and the queue of ready tasks. See lua/loop/loop.h.
 */
#include <lauxlib.h>

#include "loop/turns.h"
#include "lua/loop/loop.h"

bool bko__lua_loop_is_copy(const bko__lua_loop *loop) {
    return !bko__fork_mark_is_mine(&loop->mark);
}

bko__lua_scheduler *bko__lua_scheduler_of(lua_State *L) {
    bko__lua_scheduler *who = lua_touserdata(L, lua_upvalueindex(1));
    if ((who->running != NULL && bko__lua_loop_is_copy(who->running)) ||
        (who->current != NULL && bko__lua_loop_is_copy(who->current->loop))) {
        *who = (bko__lua_scheduler){0};
    }
    return who;
}

bko__lua_loop *bko__lua_loop_check(lua_State *L, int index) {
    bko__lua_loop *self = luaL_checkudata(L, index, BKO__LOOP_TYPE);
    luaL_argcheck(L, self->loop != NULL && !self->is_closing, index, "the loop is closed");
    luaL_argcheck(L, !bko__lua_loop_is_copy(self), index,
                  "the loop belongs to the process that created it; create one in this process");
    return self;
}

void bko__lua_loop_push(bko__lua_loop *self, lua_State *L, int index) {
    lua_pushvalue(self->store, index);
    lua_xmove(self->store, L, 1);
}

void bko__lua_task_ready(bko__lua_task *task, int values) {
    bko__lua_loop *loop = task->loop;
    task->waits = WAITS_NOT;
    task->ready = true;
    task->values = values;
    task->next = NULL;
    if (loop->last != NULL) {
        loop->last->next = task;
    } else {
        loop->first = task;
    }
    loop->last = task;
    loop->ready++;
    bko__loop_wake(loop->loop);
}

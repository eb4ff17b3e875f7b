/* A task's end: keeps its results or its error, and calls whoever waits for it. See
 * lua/loop/loop.h. */
#include <lauxlib.h>

#include "loop/turns.h"
#include "lua/base/task_error.h"
#include "lua/loop/loop.h"

enum { FAILED_KEPT = 128 };

/* Stores the `count` values on top of the coroutine as the results of the task whose userdata is at
 * 2. */
static void keep_values(lua_State *L, bko__lua_task *task, int count) {
    lua_State *co = task->co;
    task->values = count;
    if (count > 1) {
        lua_createtable(L, count, 0);
        for (int i = count; i > 0; i--) {
            lua_xmove(co, L, 1);
            lua_rawseti(L, -2, i);
        }
    } else if (count == 1) {
        lua_xmove(co, L, 1);
    } else {
        lua_pushnil(L);
    }
    lua_setiuservalue(L, 2, TASK_VALUE);
}

/* Stores the error on top of the coroutine (nil: it yielded) and gives it the usual form. */
static void keep_error(lua_State *L, bko__lua_task *task) {
    lua_xmove(task->co, L, 1);
    if (lua_isnil(L, -1)) {
        lua_pushliteral(
            L, "attempt to yield from a task: it may wait only in the loop's own functions");
    }
    task->cancelled = bko__lua_task_is_cancelled(L, lua_gettop(L));
    task->failed = !task->cancelled;
    if (!bko__lua_task_error_is(L, lua_gettop(L)) && task->failed) {
        lua_pushcfunction(L, bko__lua_task_error);
        lua_insert(L, -2);
        lua_call(L, 1, 1);
    }
    lua_setiuservalue(L, 2, TASK_VALUE);
}

/* (address, userdata, results) Protected. The coroutine holds true, … or false, error. */
static int keep_outcome(lua_State *L) {
    bko__lua_task *task = lua_touserdata(L, 1);
    int results = (int)lua_tointeger(L, 3);
    if (lua_toboolean(task->co, -results)) {
        keep_values(L, task, results - 1);
    } else {
        keep_error(L, task);
    }
    return 0;
}

/* (function or list, task) */
static int call_back(lua_State *L) {
    if (lua_isfunction(L, 1)) {
        lua_call(L, 1, 0);
        return 0;
    }
    lua_Integer count = (lua_Integer)lua_rawlen(L, 1);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, 1, i);
        lua_pushvalue(L, 2);
        lua_call(L, 1, 0);
    }
    return 0;
}

/* (list of failed tasks, task) */
static int note_failed(lua_State *L) {
    lua_rawseti(L, 1, (lua_Integer)lua_rawlen(L, 1) + 1);
    return 0;
}

/* Adds the task, whose userdata is on top of the hub's stack, to the failed ones. */
static void note(bko__lua_loop *self) {
    lua_State *hub = self->hub;
    if (lua_rawlen(self->store, STORE_FAILED) >= FAILED_KEPT) {
        bko__lua_loop_report(self);
    }
    lua_pushcfunction(hub, note_failed);
    bko__lua_loop_push(self, hub, STORE_FAILED);
    lua_pushvalue(hub, -3);
    bko__lua_loop_call(self, 2, "recording a failed task");
}

/* Calls the callbacks of the task whose userdata is on top of the hub's stack. */
static void tell(bko__lua_loop *self) {
    lua_State *hub = self->hub;
    lua_pushcfunction(hub, call_back);
    if (lua_getiuservalue(hub, -2, TASK_CALLS) == LUA_TNIL) {
        lua_pop(hub, 2);
        return;
    }
    lua_pushvalue(hub, -3);
    bko__lua_loop_call(self, 2, "on_done");
    lua_pushnil(hub);
    lua_setiuservalue(hub, -2, TASK_CALLS);
}

static void keep(bko__lua_loop *self, bko__lua_task *task, int results) {
    lua_State *hub = self->hub;
    lua_pushcfunction(hub, keep_outcome);
    lua_pushlightuserdata(hub, task);
    lua_pushvalue(hub, -3);
    lua_pushinteger(hub, results);
    if (!bko__lua_loop_call(self, 3, "a task's result was lost")) { /* out of memory */
        task->failed = true;
        lua_pushnil(hub);
        lua_setiuservalue(hub, -2, TASK_VALUE);
    }
}

/* The counterpart of begin_work in task.c. */
static void end_work(bko__lua_loop *self) {
    bko__loop_release(self->loop);
    if (self->is_borrowed) {
        lua_pushnil(self->hub);
        lua_rawsetp(self->hub, LUA_REGISTRYINDEX, self);
    }
}

void bko__lua_task_end(bko__lua_task *task, int results) {
    bko__lua_loop *self = task->loop;
    bko__lua_loop_push(self, self->hub, STORE_ANCHORS);
    lua_rawgeti(self->hub, -1, task->anchor);
    keep(self, task, results);
    luaL_unref(self->hub, -2, task->anchor);
    task->co = NULL;
    task->loop = NULL;
    if (--self->tasks == 0) {
        end_work(self);
    }
    if (task->failed) {
        note(self);
    }
    tell(self);
    lua_pop(self->hub, 2);
}

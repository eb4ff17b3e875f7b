/* A task from loop:go to its end. See lua/loop/loop.h. */
#include <lauxlib.h>

#include "bakeoff/error.h"
#include "loop/turns.h"
#include "lua/base/task_error.h"
#include "lua/loop/loop.h"

enum { FAILED_KEPT = 128 };

/* --- the coroutine --------------------------------------------------------------------------------- */

static int end_main(lua_State *L, int status, lua_KContext context) {
    (void)context;
    lua_pushboolean(L, status == LUA_OK || status == LUA_YIELD);
    lua_replace(L, 1);
    return lua_gettop(L);
}

/* The bottom of every task's coroutine: fn, … → true, results … or false, error. It catches the
 * error itself instead of leaving it to lua_resume: this way to-be-closed variables can wait, and
 * the stack still exists for the traceback. */
static int task_main(lua_State *L) {
    lua_pushcfunction(L, bko__lua_task_error);
    lua_insert(L, 1);
    return end_main(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 1, 0, end_main), 0);
}

/* Moves the function and arguments on top of L to a new coroutine. Pushes the task below them. */
static bko__lua_task *create(lua_State *L, int count) {
    bko__lua_task *task = lua_newuserdatauv(L, sizeof *task, TASK_VALUES);
    *task = (bko__lua_task){0};
    luaL_setmetatable(L, BKO__TASK_TYPE);
    task->co = lua_newthread(L);
    lua_setiuservalue(L, -2, TASK_VALUE);
    if (!lua_checkstack(task->co, count + 1)) {
        luaL_error(L, "go: too many arguments");
    }
    lua_pushcfunction(task->co, task_main);
    lua_insert(L, -count - 1);
    lua_xmove(L, task->co, count);
    return task;
}

static void fire(bko_timer *timer) {
    bko__lua_task *task = (bko__lua_task *)((char *)timer - offsetof(bko__lua_task, timer));
    bko__lua_task_ready(task, 0);
}

/* Our loop may lack other references while luv's loop runs, so tasks keep it in the registry. */
static void begin_work(bko__lua_loop *self, lua_State *L) {
    bko__loop_hold(self->loop);
    if (self->is_borrowed) {
        bko__lua_loop_push(self, L, STORE_LOOP);
        lua_rawsetp(L, LUA_REGISTRYINDEX, self);
    }
}

static void end_work(bko__lua_loop *self) {
    bko__loop_release(self->loop);
    if (self->is_borrowed) {
        lua_pushnil(self->hub);
        lua_rawsetp(self->hub, LUA_REGISTRYINDEX, self);
    }
}

int bko__lua_loop_go(lua_State *L) {
    bko__lua_loop *self = bko__lua_loop_check(L, 1);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    int count = lua_gettop(L) - 1;
    bko__lua_task *task = create(L, count);
    bko__lua_loop_push(self, L, STORE_ANCHORS);
    lua_pushvalue(L, -2);
    task->anchor = luaL_ref(L, -2);
    lua_pop(L, 1);
    task->loop = self;
    task->timer.fire = fire;
    if (self->tasks++ == 0) {
        begin_work(self, L);
    }
    bko__lua_task_ready(task, count);
    return 1;
}

/* --- the end ----------------------------------------------------------------------------------------- */

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

/* Ends the task; `results` values on the coroutine's stack say how: see keep_outcome. */
static void finish(bko__lua_task *task, int results) {
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

/* --- steps ---------------------------------------------------------------------------------------------- */

static void finish_cancelled(bko__lua_task *task) {
    lua_State *co = task->co;
    lua_settop(co, 0);
    lua_pushboolean(co, 0);
    bko__lua_task_push_cancelled(co); /* exists since the loop was made, so this cannot raise */
    finish(task, 2);
}

/* Ends the task with false and the value on top of the coroutine's stack. */
static void finish_failed(bko__lua_task *task) {
    lua_pushboolean(task->co, 0);
    lua_insert(task->co, -2);
    finish(task, 2);
}

/* Fails a coroutine that yielded by itself, because nothing would ever resume it. */
static void refuse_yield(bko__lua_task *task) {
    lua_resetthread(task->co);
    lua_settop(task->co, 0);
    lua_pushnil(task->co);
    finish_failed(task);
}

void bko__lua_task_step(bko__lua_task *task) {
    bko__lua_loop *self = task->loop;
    int values = task->values;
    int results = 0;
    if (task->must_cancel && !task->started) {
        finish_cancelled(task);
        return;
    }
    task->started = true;
    task->values = 0;
    bko__lua_task *before = self->scheduler->current;
    self->scheduler->current = task;
    int status = lua_resume(task->co, self->from, values, &results);
    self->scheduler->current = before;
    if (status == LUA_OK) {
        finish(task, results);
    } else if (status != LUA_YIELD) {
        finish_failed(task); /* not even its message handler could run */
    } else if (task->waits == WAITS_NOT && !task->ready) {
        refuse_yield(task);
    }
}

/* --- cancellation ------------------------------------------------------------------------------------------ */

static void drop_pending(bko__lua_task *task) {
    switch ((bko__lua_waits)task->waits) {
    case WAITS_CLOCK:
        bko_loop_timer_stop(task->loop->loop, &task->timer);
        break;
    case WAITS_FETCH:
        bko_loop_drop(task->loop->loop, task->pending.ticket);
        break;
    case WAITS_READ:
        bko_read_drop(task->pending.read);
        break;
    default:
        break;
    }
}

/* Wakes the coroutine where it waits, or was about to wait; drops what it would have received. */
void bko__lua_task_interrupt(bko__lua_task *task) {
    if (task->must_cancel) {
        return;
    }
    task->must_cancel = true;
    if (task->waits != WAITS_NOT) {
        bko__lua_waits waited = (bko__lua_waits)task->waits;
        drop_pending(task);
        task->serial += waited == WAITS_PARKED;
        bko__lua_task_ready(task, 0);
    } else if (task->ready && task->started) {
        lua_pop(task->co, task->values);
        task->values = 0;
    }
}

void bko__lua_task_abandon(bko__lua_task *task, bool close) {
    drop_pending(task);
    task->waits = WAITS_NOT;
    if (close && task->started) {
        lua_resetthread(task->co);
    }
    finish_cancelled(task);
}

/* A task: started by loop:go, resumed, cancelled. See lua/loop/loop.h. */
#include <lauxlib.h>
#include <stddef.h>

#include "loop/turns.h"
#include "lua/loop/loop.h"

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

/* --- steps ---------------------------------------------------------------------------------------------- */

static void finish_cancelled(bko__lua_task *task) {
    lua_State *co = task->co;
    lua_settop(co, 0);
    lua_pushboolean(co, 0);
    bko__lua_task_push_cancelled(co); /* exists since the loop was made, so this cannot raise */
    bko__lua_task_end(task, 2);
}

/* Ends the task with false and the value on top of the coroutine's stack. */
static void finish_failed(bko__lua_task *task) {
    lua_pushboolean(task->co, 0);
    lua_insert(task->co, -2);
    bko__lua_task_end(task, 2);
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
        bko__lua_task_end(task, results);
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

/*
 * core.loop { in_flight=, fetch=, luv= } → loop. Its methods go, run and close are here, request,
 * read_file and watch in io.c. lua/bakeoff/async/loop.lua builds on them what scripts use. See
 * lua/loop/loop.h.
 */
#include "lua/loop/loop.h"

#include <lauxlib.h>

#include "bakeoff/error.h"
#include "core/gil.h"
#include "loop/turns.h"
#include "lua/base/options.h"
#include "lua/base/push.h"
#include "lua/fetch/options.h"

enum { LOOP_HUB = 1, LOOP_STORE, LOOP_VALUES = LOOP_STORE, IN_FLIGHT = 100, IN_FLIGHT_MAX = 65535 };

/* --- making ------------------------------------------------------------------------------------------- */

/* Opens the threads first, because every callback needs them. Stack: the loop on top. */
static void open_threads(lua_State *L, bko__lua_loop *self) {
    self->hub = lua_newthread(L);
    lua_setiuservalue(L, -2, LOOP_HUB);
    self->store = lua_newthread(L);
    lua_setiuservalue(L, -2, LOOP_STORE);
    self->from = self->hub;
    lua_pushvalue(L, -1);
    lua_xmove(L, self->store, 1);
    for (int i = STORE_ANCHORS; i <= STORE_FAILED; i++) {
        lua_newtable(L);
        lua_xmove(L, self->store, 1);
    }
    bko__lua_task_push_cancelled(L); /* makes the value, so that later pushes cannot fail */
    lua_pop(L, 1);
}

/* Reads the table's `fetch`; the options and the header array go to the store. */
static void read_fetch(lua_State *L, bko__lua_loop *self) {
    if (lua_getfield(L, 1, "fetch") == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
    }
    int top = lua_gettop(L);
    luaL_checktype(L, top, LUA_TTABLE);
    bko__lua_fetch_options(L, top, &self->fetch);
    self->fetch.keep_body = true;
    lua_settop(L, top + 1);
    lua_xmove(L, self->store, 2);
}

static void *borrowed_uv(lua_State *L) {
    void *uv = NULL;
    if (lua_getfield(L, 1, "luv") != LUA_TNIL) {
        uv = bko__lua_luv_loop(L, lua_gettop(L));
    }
    lua_pop(L, 1);
    return uv;
}

static void release_gil(void *gil) {
    bko__gil_leave(gil);
}

static void take_gil(void *gil) {
    bko__gil_enter(gil);
}

/* loop { in_flight=, fetch=, luv= } → loop, or nil, message, code */
static int loop_new(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lua_Integer in_flight = bko__lua_opt_integer(L, 1, "in_flight", IN_FLIGHT, 1, IN_FLIGHT_MAX);
    bko_loop_options options = {
        .in_flight = (unsigned)in_flight, .uv = borrowed_uv(L), .lazy = true};
    bko__lua_loop *self = lua_newuserdatauv(L, sizeof *self, LOOP_VALUES);
    *self =
        (bko__lua_loop){.scheduler = bko__lua_scheduler_of(L), .is_borrowed = options.uv != NULL};
    luaL_setmetatable(L, BKO__LOOP_TYPE);
    open_threads(L, self);
    read_fetch(L, self);
    options.fetch = &self->fetch;
    options.wait_user = bko__gil_bound();
    if (options.wait_user != NULL) {
        options.wait_begins = release_gil;
        options.wait_ends = take_gil;
    }
    bko__fork_mark_open(&self->mark);
    int err = bko_loop_create(&self->loop, &options);
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "loop");
    }
    bko__loop_on_turn(self->loop, bko__lua_loop_resume_ready, self);
    lua_settop(L, 2);
    return 1;
}

/* --- running -------------------------------------------------------------------------------------------- */

static const char *waits_for(const bko__lua_task *task) {
    switch ((bko__lua_waits)task->waits) {
    case WAITS_CLOCK:
        return "the clock";
    case WAITS_FETCH:
        return "a fetch";
    case WAITS_READ:
        return "a file";
    default:
        return bko__lua_park_reasons[task->reason];
    }
}

/* Counts the waiting tasks by what they wait for, in the table on top of the stack. */
static void count_reasons(lua_State *L, bko__lua_loop *self) {
    bko__lua_loop_push(self, L, STORE_ANCHORS);
    lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, -1, i);
        const bko__lua_task *task = luaL_testudata(L, -1, BKO__TASK_TYPE);
        if (task != NULL) {
            lua_getfield(L, -3, waits_for(task));
            lua_pushinteger(L, lua_tointeger(L, -1) + 1);
            lua_setfield(L, -5, waits_for(task));
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* nil, "3 tasks wait, …: 2 for a semaphore, 1 for a task", "deadlock" */
static int fail_deadlock(lua_State *L, bko__lua_loop *self) {
    lua_pushnil(L);
    lua_newtable(L);
    count_reasons(L, self);
    lua_pushfstring(L, "%I task%s, and nothing can wake %s:", (lua_Integer)self->tasks,
                    self->tasks == 1 ? " waits" : "s wait", self->tasks == 1 ? "it" : "them");
    const char *separator = "";
    for (int i = 0; bko__lua_park_reasons[i] != NULL; i++) {
        if (lua_getfield(L, -2, bko__lua_park_reasons[i]) == LUA_TNIL) {
            lua_pop(L, 1);
            continue;
        }
        lua_pushfstring(L, "%s %I for %s", separator, lua_tointeger(L, -1),
                        bko__lua_park_reasons[i]);
        lua_remove(L, -2);
        lua_concat(L, 2);
        separator = ",";
    }
    lua_remove(L, -2);
    lua_pushstring(L, bko_error_name(BKO_EDEADLOCK));
    return 3;
}

static void refuse_nested(lua_State *L) {
    const bko__lua_scheduler *who = bko__lua_scheduler_of(L);
    if (who->running != NULL || who->current != NULL) {
        luaL_error(
            L,
            "run: a loop is already running; inside it, start a task with loop:go and wait for it");
    }
}

/* loop:run_tasks([until]) runs until all tasks have ended and nothing else is pending, or until the
 * task `until` has ended. → true, or nil, message, code */
static int loop_run_tasks(lua_State *L) {
    bko__lua_loop *self = bko__lua_loop_check(L, 1);
    const bko__lua_task *until =
        lua_isnoneornil(L, 2) ? NULL : luaL_checkudata(L, 2, BKO__TASK_TYPE);
    refuse_nested(L);
    luaL_argcheck(L, until == NULL || until->loop == NULL || until->loop == self, 2,
                  "the task belongs to another loop");
    if (until != NULL && until->loop == NULL) {
        lua_pushboolean(L, 1);
        return 1;
    }
    self->until = until;
    self->from = L;
    self->scheduler->running = self;
    int err = bko_loop_run(self->loop);
    self->scheduler->running = NULL;
    self->from = self->hub;
    self->until = NULL;
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "loop");
    }
    if (until != NULL ? until->loop != NULL : self->tasks > 0) {
        return fail_deadlock(L, self);
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* --- closing -------------------------------------------------------------------------------------------- */

static void abandon_all(lua_State *L, bko__lua_loop *self, bool close) {
    bko__lua_loop_push(self, L, STORE_ANCHORS);
    for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, -1); i++) {
        lua_rawgeti(L, -1, i);
        bko__lua_task *task = luaL_testudata(L, -1, BKO__TASK_TYPE);
        if (task != NULL && task->loop != NULL) {
            bko__lua_task_abandon(task, close);
        }
        bko__lua_watch_abandon(L, -1);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    self->first = NULL;
    self->last = NULL;
}

/* Cancels pending tasks; with `close`, closes their to-be-closed variables. A forked copy shares
 * the kernel's side of libuv's loop with its origin, and leaves it alone. */
static void close_loop(lua_State *L, bko__lua_loop *self, bool close) {
    bko_loop *loop = self->loop;
    if (loop == NULL || self->is_closing || bko__lua_loop_is_copy(self)) {
        return;
    }
    self->is_closing = true;
    abandon_all(L, self, close);
    bko__lua_loop_report(self);
    self->loop = NULL;
    bko_loop_free(loop);
    bko__fork_mark_close(&self->mark);
}

/* loop:close(). Harmless when repeated and in a forked copy. */
static int loop_close(lua_State *L) {
    bko__lua_loop *self = luaL_checkudata(L, 1, BKO__LOOP_TYPE);
    if (!bko__lua_loop_is_copy(self) && (self->scheduler->running == self || self->calls > 0)) {
        return luaL_error(L, "close: the loop is running");
    }
    close_loop(L, self, true);
    return 0;
}

static int loop_gc(lua_State *L) {
    close_loop(L, luaL_checkudata(L, 1, BKO__LOOP_TYPE), false);
    return 0;
}

/* #loop: tasks that have not ended */
static int loop_length(lua_State *L) {
    const bko__lua_loop *self = luaL_checkudata(L, 1, BKO__LOOP_TYPE);
    lua_pushinteger(L, (lua_Integer)self->tasks);
    return 1;
}

/* Stack: module table, scheduler. */
static void add_loop_type(lua_State *L) {
    static const luaL_Reg meta[] = {
        {"__gc", loop_gc}, {"__close", loop_close}, {"__len", loop_length}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"go", bko__lua_loop_go},
                                       {"run_tasks", loop_run_tasks},
                                       {"close", loop_close},
                                       {NULL, NULL}};
    luaL_newmetatable(L, BKO__LOOP_TYPE);
    luaL_setfuncs(L, meta, 0);
    lua_newtable(L);
    lua_pushvalue(L, -3);
    luaL_setfuncs(L, methods, 1);
    lua_pushvalue(L, -3);
    bko__lua_loop_add_io(L);
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "__index");
    lua_setfield(L, -4, "loop_methods");
    lua_pop(L, 1);
}

void bko__lua_loop_part(lua_State *L) {
    static const luaL_Reg functions[] = {{"loop", loop_new}, {NULL, NULL}};
    bko__lua_scheduler *who = lua_newuserdatauv(L, sizeof *who, 0);
    *who = (bko__lua_scheduler){0};
    bko__lua_loop_add_tasks(L);
    bko__lua_loop_add_waiting(L);
    add_loop_type(L);
    luaL_setfuncs(L, functions, 1); /* takes the scheduler */
}

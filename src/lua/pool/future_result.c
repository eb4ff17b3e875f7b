/*
 * What a future delivers: values or an error. Values are decoded when a script first asks for them.
 */
#include <lauxlib.h>
#include <limits.h>
#include <string.h>

#include "bakeoff/error.h"
#include "lua/base/push.h"
#include "lua/base/task_error.h"
#include "lua/pool/pool.h"
#include "lua/wire/list.h"

/* Keeps decoded values, so that each call returns the same ones. Stack: the future at 1, `count`
 * values on top. */
static void keep_values(lua_State *L, bko__lua_future *self, int count) {
    int first = lua_gettop(L) - count + 1;
    lua_createtable(L, count, 1);
    for (int i = 0; i < count; i++) {
        lua_pushvalue(L, first + i);
        lua_rawseti(L, -2, i + 1);
    }
    lua_pushinteger(L, count);
    lua_setfield(L, -2, "n");
    lua_setiuservalue(L, 1, BKO__FUTURE_VALUE);
    self->is_decoded = true;
}

static int push_kept(lua_State *L) {
    lua_getiuservalue(L, 1, BKO__FUTURE_VALUE);
    int table = lua_gettop(L);
    lua_getfield(L, table, "n");
    int count = (int)lua_tointeger(L, -1);
    luaL_checkstack(L, count, "results");
    for (int i = 1; i <= count; i++) {
        lua_rawgeti(L, table, i);
    }
    return count;
}

static int push_values(lua_State *L, bko__lua_future *self) {
    if (self->is_decoded) {
        return push_kept(L);
    }
    char error[512];
    const char *answer = bko__lua_future_push_answer(L, self);
    int count = bko__lua_wire_push_list(L, answer, self->size, error, sizeof error);
    if (count < 0) {
        const char *why = error[0] != '\0' ? error : bko_error_text(count);
        return bko__lua_fail_text(L, BKO_ETASK, lua_pushfstring(L, "result of the task: %s", why));
    }
    if (!bko__lua_wire_is_plain_list(answer, self->size)) {
        keep_values(L, self, count);
    }
    return count;
}

static int push_result(lua_State *L, bko__lua_future *self) {
    return self->error == BKO_OK ? push_values(L, self) : bko__lua_future_push_failure(L, self);
}

/* --- waiting for one future ----------------------------------------------------------------------- */

static int push_timeout(lua_State *L) {
    return bko__lua_fail_text(L, BKO_ETIMEOUT, "the task has not ended within the time limit");
}

/* Reports how waiting ended: 0 when the future is done, else the number of values pushed that say
 * why it isn't (nil, message, code). */
static int push_unfinished(lua_State *L, const bko__lua_future *self, int err) {
    if (self->error != BKO__PENDING) {
        return 0;
    }
    if (err == BKO_OK) {
        return push_timeout(L);
    }
    const char *own = err == BKO_EDEADLOCK ? bko__lua_pool_deadlock(self->pool) : NULL;
    return bko__lua_fail_text(L, err, own);
}

typedef int finish(lua_State *L, bko__lua_future *self);

static int finish_result(lua_State *L, bko__lua_future *self) {
    return push_result(L, self);
}

static int finish_wait(lua_State *L, bko__lua_future *self) {
    (void)self;
    lua_pushboolean(L, 1);
    return 1;
}

static finish finish_error;
static finish *const finishes[] = {finish_result, finish_error, finish_wait};
enum { RESULT, ERROR, WAIT };

static int push_error(lua_State *L, bko__lua_future *self);

/* Ends the method `what`: the future is done, or the values say why it isn't. */
static int conclude(lua_State *L, bko__lua_future *self, int err, lua_KContext what) {
    int pushed = push_unfinished(L, self, err);
    if (pushed == 0) {
        return finishes[what](L, self);
    }
    return what == ERROR ? push_error(L, self) : pushed;
}

/* Waits in this thread. */
static int wait_blocking(lua_State *L, bko__lua_future *self, lua_KContext what) {
    int64_t timeout = bko__lua_timeout(L, 2, "timeout");
    return conclude(L, self, bko__lua_future_wait(L, self, timeout), what);
}

/* Runs after the hook: the value on top says whether the hook waited. */
static int after_hook(lua_State *L, int status, lua_KContext what) {
    (void)status;
    bko__lua_future *self = lua_touserdata(L, 1);
    bool has_waited = lua_toboolean(L, -1) != 0;
    lua_settop(L, 2);
    return has_waited ? conclude(L, self, BKO_OK, what) : wait_blocking(L, self, what);
}

/* Waits for a pending future. If the coroutine belongs to a loop, the loop waits in its own way;
 * see set_await. */
static int wait_then(lua_State *L, bko__lua_future *self, lua_KContext what) {
    lua_settop(L, 2);
    if (lua_isyieldable(L) && bko__lua_push_await(L)) {
        lua_pushvalue(L, 1);
        lua_pushvalue(L, 2);
        lua_callk(L, 2, 1, what, after_hook);
        return after_hook(L, LUA_OK, what);
    }
    return wait_blocking(L, self, what);
}

/* future:result([timeout]) → what the task returned, or nil, message, code */
static int future_result(lua_State *L) {
    bko__lua_future *self = bko__lua_future_check(L, 1);
    return self->error != BKO__PENDING ? push_result(L, self) : wait_then(L, self, RESULT);
}

/* future:wait([timeout]) → true once it has ended, or nil, message, code */
static int future_wait(lua_State *L) {
    bko__lua_future *self = bko__lua_future_check(L, 1);
    return self->error != BKO__PENDING ? finish_wait(L, self) : wait_then(L, self, WAIT);
}

/* --- errors --------------------------------------------------------------------------------------- */

/* Turns the message and code on top of the stack into an error. */
static void push_error_table(lua_State *L) {
    lua_createtable(L, 0, 5);
    lua_insert(L, -3);
    lua_setfield(L, -3, "code");
    lua_setfield(L, -2, "message");
    bko__lua_task_error_mark(L);
}

/* Stack: nil, message, code on top. */
static int push_error(lua_State *L, bko__lua_future *self) {
    push_error_table(L);
    if (self->error == BKO__PENDING || self->error == BKO_OK) {
        return 1;
    }
    const char *text = bko__lua_future_push_answer(L, self);
    size_t size = bko__lua_message_size(text, self->size);
    if (size < self->size) {
        lua_pushlstring(L, text + size + 1, self->size - size - 1);
        lua_setfield(L, -3, "traceback");
    }
    lua_pop(L, 1);
    if (self->worker != UINT_MAX) {
        bko__lua_set_integer(L, "worker", (lua_Integer)self->worker + 1);
        bko__lua_set_integer(L, "pid", self->pid);
    }
    return 1;
}

static int finish_error(lua_State *L, bko__lua_future *self) {
    if (self->error == BKO_OK) {
        lua_pushnil(L);
        return 1;
    }
    bko__lua_future_push_failure(L, self);
    return push_error(L, self);
}

/* future:error([timeout]) → nil, or { message=, traceback=, code=, worker=, pid= }. Workers count
 * from 1, as in pool:cpu(). */
static int future_error(lua_State *L) {
    bko__lua_future *self = bko__lua_future_check(L, 1);
    return self->error != BKO__PENDING ? finish_error(L, self) : wait_then(L, self, ERROR);
}

const luaL_Reg bko__lua_result_methods[] = {{"result", future_result},
                                            {"wait", future_wait},
                                            {"error", future_error},
                                            {"take", bko__lua_future_take},
                                            {NULL, NULL}};

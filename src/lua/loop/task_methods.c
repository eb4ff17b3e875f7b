/* Tasks as values: what scripts can ask about tasks and ask them to do. See lua/loop/loop.h;
 * lua/bakeoff/async/ waits for the end of tasks. */
#include <lauxlib.h>

#include "bakeoff/error.h"
#include "lua/base/push.h"
#include "lua/base/task_error.h"
#include "lua/loop/loop.h"

static bko__lua_task *check(lua_State *L) {
    return luaL_checkudata(L, 1, BKO__TASK_TYPE);
}

static int task_done(lua_State *L) {
    lua_pushboolean(L, check(L)->loop == NULL);
    return 1;
}

static int task_running(lua_State *L) {
    const bko__lua_task *task = check(L);
    lua_pushboolean(L, task->loop != NULL && task->started);
    return 1;
}

static int task_cancelled(lua_State *L) {
    lua_pushboolean(L, check(L)->cancelled);
    return 1;
}

/* task:cancel() → true, or false if the task has ended. */
static int task_cancel(lua_State *L) {
    bko__lua_task *task = check(L);
    bool asks = task->loop != NULL;
    if (asks) {
        task->cancels++;
        bko__lua_task_interrupt(task);
    }
    lua_pushboolean(L, asks);
    return 1;
}

/* task:cancelling() → how many cancel requests were not taken back */
static int task_cancelling(lua_State *L) {
    lua_pushinteger(L, check(L)->cancels);
    return 1;
}

/* task:uncancel() → how many cancel requests remain. Takes one back; whoever made it has dealt with
 * it. */
static int task_uncancel(lua_State *L) {
    bko__lua_task *task = check(L);
    if (task->cancels > 0 && --task->cancels == 0) {
        task->must_cancel = false;
    }
    lua_pushinteger(L, task->cancels);
    return 1;
}

static void add_call(lua_State *L) {
    int kind = lua_getiuservalue(L, 1, TASK_CALLS);
    if (kind == LUA_TNIL) {
        lua_pushvalue(L, 2);
    } else if (kind == LUA_TFUNCTION) {
        lua_createtable(L, 2, 0);
        lua_insert(L, -2);
        lua_rawseti(L, -2, 1);
    }
    if (kind != LUA_TNIL) {
        lua_pushvalue(L, 2);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    }
    lua_setiuservalue(L, 1, TASK_CALLS);
}

/* task:on_done(function(task) … end): the loop calls it when the task ends, or at once if it has
 * ended. */
static int task_on_done(lua_State *L) {
    const bko__lua_task *task = check(L);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    if (task->loop != NULL) {
        add_call(L);
    } else {
        lua_insert(L, 1);
        lua_call(L, 1, 0);
    }
    return 0;
}

static int fail(lua_State *L, int error) {
    return bko__lua_fail_text(L, error, error == BKO_ECANCELLED ? "the task was cancelled" : NULL);
}

static int push_values(lua_State *L, const bko__lua_task *task) {
    if (task->values == 0) {
        return 0;
    }
    lua_getiuservalue(L, 1, TASK_VALUE);
    if (task->values == 1) {
        return 1;
    }
    luaL_checkstack(L, task->values, "too many results");
    int list = lua_gettop(L);
    for (int i = 1; i <= task->values; i++) {
        lua_rawgeti(L, list, i);
    }
    return task->values;
}

/* task:outcome() → what the function returned, or nil, message, code. For a task that has ended. */
static int task_outcome(lua_State *L) {
    bko__lua_task *task = check(L);
    luaL_argcheck(L, task->loop == NULL, 1, "the task has not ended");
    task->asked = true;
    if (task->cancelled) {
        return fail(L, BKO_ECANCELLED);
    } else if (!task->failed) {
        return push_values(L, task);
    } else if (lua_getiuservalue(L, 1, TASK_VALUE) != LUA_TTABLE) {
        return fail(L, BKO_ENOMEM);
    }
    int value = lua_gettop(L);
    lua_pushnil(L);
    lua_getfield(L, value, "message");
    lua_getfield(L, value, "code");
    return 3;
}

static int is_task(lua_State *L) {
    lua_pushboolean(L, luaL_testudata(L, 1, BKO__TASK_TYPE) != NULL);
    return 1;
}

/* loop_of(task) → the loop of a task that has not ended */
static int loop_of(lua_State *L) {
    const bko__lua_task *task = check(L);
    luaL_argcheck(L, task->loop != NULL, 1, "the task has ended");
    bko__lua_loop_push(task->loop, L, STORE_LOOP);
    return 1;
}

/* task_error(message, code) → a value like that of task:error(), for a failure that was not
 * raised */
static int make_error(lua_State *L) {
    lua_settop(L, 2);
    lua_createtable(L, 0, 2);
    lua_insert(L, 1);
    lua_setfield(L, 1, "code");
    lua_setfield(L, 1, "message");
    bko__lua_task_error_mark(L);
    return 1;
}

/* task:failure() → the task's error, or nil. For a task that has ended. */
static int task_failure(lua_State *L) {
    bko__lua_task *task = check(L);
    luaL_argcheck(L, task->loop == NULL, 1, "the task has not ended");
    task->asked = true;
    if (!task->failed && !task->cancelled) {
        lua_pushnil(L);
    } else if (!task->failed || lua_getiuservalue(L, 1, TASK_VALUE) != LUA_TTABLE) {
        lua_settop(L, 0);
        fail(L, task->cancelled ? BKO_ECANCELLED : BKO_ENOMEM);
        lua_remove(L, 1);
        return make_error(L);
    }
    return 1;
}

static int task_text(lua_State *L) {
    const bko__lua_task *task = check(L);
    const char *state = task->cancelled      ? "cancelled"
                        : task->failed       ? "failed"
                        : task->loop == NULL ? "done"
                                             : "pending";
    lua_pushfstring(L, "task (%s): %p", state, (const void *)task);
    return 1;
}

/* Stack: module table, scheduler. */
void bko__lua_loop_add_tasks(lua_State *L) {
    static const luaL_Reg methods[] = {{"done", task_done},
                                       {"running", task_running},
                                       {"cancelled", task_cancelled},
                                       {"cancel", task_cancel},
                                       {"cancelling", task_cancelling},
                                       {"uncancel", task_uncancel},
                                       {"on_done", task_on_done},
                                       {"outcome", task_outcome},
                                       {"failure", task_failure},
                                       {"__tostring", task_text},
                                       {NULL, NULL}};
    static const luaL_Reg functions[] = {{"is_task", is_task},
                                         {"loop_of", loop_of},
                                         {"task_error", make_error},
                                         {"keep_traceback", bko__lua_task_keep_traceback},
                                         {NULL, NULL}};
    luaL_newmetatable(L, BKO__TASK_TYPE);
    luaL_setfuncs(L, methods, 0);
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "__index");
    lua_setfield(L, -3, "task_methods");
    lua_pushvalue(L, -2);
    luaL_setfuncs(L, functions, 0);
    lua_pop(L, 1);
    bko__lua_task_push_cancelled(L);
    lua_setfield(L, -3, "cancelled");
}

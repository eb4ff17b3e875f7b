/* A task's error, and the value that stands for being cancelled. See lua/loop/loop.h. */
#include <lauxlib.h>

#include "bakeoff/error.h"
#include "lua/base/push.h"
#include "lua/base/task_error.h"
#include "lua/base/traceback.h"
#include "lua/loop/loop.h"

/* Registry keys. */
static const char cancelled_key, kept_value_key, kept_text_key;

static int cancelled_text(lua_State *L) {
    lua_pushliteral(L, "the task was cancelled");
    return 1;
}

void bko__lua_task_push_cancelled(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &cancelled_key) != LUA_TNIL) {
        return;
    }
    lua_pop(L, 1);
    lua_newuserdatauv(L, 0, 0);
    lua_createtable(L, 0, 2);
    lua_pushcfunction(L, cancelled_text);
    lua_setfield(L, -2, "__tostring");
    lua_pushliteral(L, "bakeoff.cancelled");
    lua_setfield(L, -2, "__name");
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &cancelled_key);
}

bool bko__lua_task_is_cancelled(lua_State *L, int index) {
    bko__lua_task_push_cancelled(L);
    bool is = lua_rawequal(L, index, -1);
    lua_pop(L, 1);
    return is;
}

/* Pushes where the value at `index` was first raised, if that was recorded; nil otherwise. */
static void push_kept(lua_State *L, int index) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &kept_value_key);
    bool same = !lua_isnil(L, -1) && lua_rawequal(L, index, -1);
    lua_pop(L, 1);
    if (same) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &kept_text_key);
        lua_pushnil(L);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &kept_value_key);
    } else {
        lua_pushnil(L);
    }
}

static void push_traceback(lua_State *L) {
    push_kept(L, 1);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushvalue(L, 1); /* bko__lua_traceback turns the value at 1 into its text */
        bko__lua_traceback(L);
        lua_remove(L, -2);
        lua_insert(L, 2);
        lua_settop(L, 2);
    }
}

int bko__lua_task_keep_traceback(lua_State *L) {
    lua_settop(L, 1);
    if (!bko__lua_task_is_cancelled(L, 1) && !bko__lua_task_error_is(L, 1)) {
        push_traceback(L);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &kept_text_key);
        lua_pushvalue(L, 1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &kept_value_key);
    }
    return 1;
}

int bko__lua_task_error(lua_State *L) {
    lua_settop(L, 1);
    if (bko__lua_task_is_cancelled(L, 1) || bko__lua_task_error_is(L, 1)) {
        return 1;
    }
    push_traceback(L);
    lua_createtable(L, 0, 4);
    lua_insert(L, 2);
    lua_setfield(L, 2, "traceback");
    luaL_tolstring(L, 1, NULL);
    lua_setfield(L, 2, "message");
    bko__lua_set_text(L, "code", bko_error_name(BKO_ETASK));
    lua_pushvalue(L, 1);
    lua_setfield(L, 2, "value");
    bko__lua_task_error_mark(L);
    return 1;
}

/* See lua/base/task_error.h. */
#include "lua/base/task_error.h"

#include <lauxlib.h>

#define TASK_ERROR_TYPE "bakeoff.task_error"

static int message_of(lua_State *L) {
    lua_getfield(L, 1, "message");
    return 1;
}

void bko__lua_task_error_mark(lua_State *L) {
    if (luaL_newmetatable(L, TASK_ERROR_TYPE)) {
        lua_pushcfunction(L, message_of);
        lua_setfield(L, -2, "__tostring");
    }
    lua_setmetatable(L, -2);
}

bool bko__lua_task_error_is(lua_State *L, int index) {
    bool is = lua_istable(L, index) && lua_getmetatable(L, index);
    if (is) {
        luaL_getmetatable(L, TASK_ERROR_TYPE);
        is = lua_rawequal(L, -1, -2);
        lua_pop(L, 2);
    }
    return is;
}

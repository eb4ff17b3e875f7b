/* Calls of Lua functions from the loop's callbacks, and the report on failed tasks. See
 * lua/loop/loop.h. */
#include <lauxlib.h>

#include "lua/base/traceback.h"
#include "lua/loop/loop.h"

static void warn(lua_State *L, const char *what) {
    const char *message = lua_tostring(L, -1);
    lua_warning(L, "bakeoff: ", 1);
    lua_warning(L, what, 1);
    lua_warning(L, ": ", 1);
    lua_warning(L, message != NULL ? message : "an error that cannot be shown", 0);
}

bool bko__lua_loop_call(bko__lua_loop *self, int arguments, const char *what) {
    lua_State *hub = self->hub;
    int handler = lua_gettop(hub) - arguments;
    lua_pushcfunction(hub, bko__lua_traceback);
    lua_insert(hub, handler);
    self->calls++;
    int status = lua_pcall(hub, arguments, 0, handler);
    self->calls--;
    lua_remove(hub, handler);
    if (status == LUA_OK) {
        return true;
    }
    warn(hub, what);
    lua_pop(hub, 1);
    return false;
}

/* (list of tasks) */
static int report(lua_State *L) {
    lua_Integer count = (lua_Integer)lua_rawlen(L, 1);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, 1, i);
        const bko__lua_task *task = luaL_testudata(L, -1, BKO__TASK_TYPE);
        if (task != NULL && !task->asked && lua_getiuservalue(L, -1, TASK_VALUE) == LUA_TTABLE) {
            lua_getfield(L, -1, "traceback");
            warn(L, "a task failed and nobody asked for its result");
        }
        lua_settop(L, 1);
        lua_pushnil(L);
        lua_rawseti(L, 1, i);
    }
    return 0;
}

void bko__lua_loop_report(bko__lua_loop *self) {
    lua_pushcfunction(self->hub, report);
    bko__lua_loop_push(self, self->hub, STORE_FAILED);
    bko__lua_loop_call(self, 1, "reporting failed tasks");
}

/* See lua/base/traceback.h. */
#include "lua/base/traceback.h"

#include <lauxlib.h>
#include <string.h>

/* Pushes the error object at `index` as text. */
static void push_message(lua_State *L, int index) {
    if (lua_isstring(L, index)) {
        lua_pushvalue(L, index);
        lua_tostring(L, -1);
    } else if (!luaL_callmeta(L, index, "__tostring") || !lua_isstring(L, -1)) {
        lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, index));
    }
}

/* Pushes the script's frames. From the first nameless C function on, frames are ours: they called
 * the script's function. */
static void push_own_frames(lua_State *L, lua_State *from, int level) {
    luaL_traceback(L, from, lua_tostring(L, -1), level);
    const char *text = lua_tostring(L, -1);
    const char *ours = strstr(text, "\n\t[C]: in ?");
    if (ours != NULL) {
        lua_pushlstring(L, text, (size_t)(ours - text));
    }
}

int bko__lua_traceback(lua_State *L) {
    push_message(L, 1);
    push_own_frames(L, L, 1);
    return 1;
}

static int describe(lua_State *L) {
    lua_State *co = lua_touserdata(L, 2);
    push_message(L, 1);
    push_own_frames(L, co, 0);
    return 1;
}

void bko__lua_coroutine_traceback(lua_State *L, lua_State *co) {
    lua_pushcfunction(L, describe);
    lua_xmove(co, L, 1);
    lua_pushlightuserdata(L, co);
    if (lua_pcall(L, 2, 1, 0) != LUA_OK && !lua_isstring(L, -1)) {
        lua_pop(L, 1);
        lua_pushliteral(L, "the error cannot be shown");
    }
}

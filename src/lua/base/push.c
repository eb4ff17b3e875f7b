/* See lua/base/push.h. */
#include "lua/base/push.h"

#include <errno.h>
#include <lauxlib.h>
#include <string.h>

#include "bakeoff/error.h"

int bko__lua_fail(lua_State *L, int code, const char *what) {
    const char *sentence = code == BKO_ESYS ? strerror(errno) : bko_error_text(code);
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", what, sentence);
    lua_pushstring(L, bko_error_name(code));
    return 3;
}

void bko__lua_push_seconds(lua_State *L, int index, const char *what) {
    if (lua_type(L, index) == LUA_TNUMBER) {
        lua_pushvalue(L, index);
        return;
    }
    index = lua_absindex(L, index);
    lua_getglobal(L, "require");
    lua_pushliteral(L, "bakeoff.base.units");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "seconds");
    lua_pushvalue(L, index);
    lua_pushstring(L, what);
    lua_call(L, 2, 1);
    lua_remove(L, -2);
}

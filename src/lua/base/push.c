/* See lua/base/push.h. */
#include "lua/base/push.h"

#include <errno.h>
#include <lauxlib.h>
#include <string.h>

#include "bakeoff/error.h"

#define BUFFER_TYPE "bakeoff.buffer"

int bko__lua_fail(lua_State *L, int code, const char *what) {
    const char *sentence = code == BKO_ESYS ? strerror(errno) : bko_error_text(code);
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", what, sentence);
    lua_pushstring(L, bko_error_name(code));
    return 3;
}

int bko__lua_fail_text(lua_State *L, int code, const char *message) {
    bool is_given = message != NULL && message[0] != '\0';
    lua_pushnil(L);
    lua_pushstring(L, is_given ? message : bko_error_text(code));
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

static int buffer_gc(lua_State *L) {
    bko__buffer_free(luaL_checkudata(L, 1, BUFFER_TYPE));
    return 0;
}

bko__buffer *bko__lua_push_buffer(lua_State *L) {
    bko__buffer *buffer = lua_newuserdatauv(L, sizeof *buffer, 0);
    bko__buffer_init(buffer);
    if (luaL_newmetatable(L, BUFFER_TYPE)) {
        lua_pushcfunction(L, buffer_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return buffer;
}

/* --- fields --------------------------------------------------------------------------------------- */

void bko__lua_set_seconds(lua_State *L, const char *name, int64_t ns) {
    lua_pushnumber(L, (lua_Number)ns / 1e9);
    lua_setfield(L, -2, name);
}

void bko__lua_set_number(lua_State *L, const char *name, double value) {
    lua_pushnumber(L, value);
    lua_setfield(L, -2, name);
}

void bko__lua_set_integer(lua_State *L, const char *name, lua_Integer value) {
    lua_pushinteger(L, value);
    lua_setfield(L, -2, name);
}

void bko__lua_set_count(lua_State *L, const char *name, uint64_t value) {
    bko__lua_set_integer(L, name, (lua_Integer)value);
}

void bko__lua_set_known(lua_State *L, const char *name, int64_t value) {
    if (value >= 0) {
        bko__lua_set_integer(L, name, value);
    }
}

void bko__lua_set_flag(lua_State *L, const char *name, bool value) {
    lua_pushboolean(L, value);
    lua_setfield(L, -2, name);
}

void bko__lua_set_text(lua_State *L, const char *name, const char *text) {
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

void bko__lua_set_bytes(lua_State *L, const char *name, const char *bytes, size_t size) {
    lua_pushlstring(L, bytes, size);
    lua_setfield(L, -2, name);
}

/* wire for Lua: core.wire_encode and core.wire_decode, mostly for tests. */
#include "lua/wire/wire.h"
#include "bakeoff/error.h"
#include "lua/module.h"

#define BUFFER_TYPE "bakeoff.wire_buffer"

enum { ERROR_SIZE = 512 };

static int buffer_gc(lua_State *L) {
    bko__buffer_free(luaL_checkudata(L, 1, BUFFER_TYPE));
    return 0;
}

/* Pushes a buffer that Lua releases, whatever raises meanwhile. */
static bko__buffer *push_buffer(lua_State *L) {
    bko__buffer *buffer = lua_newuserdatauv(L, sizeof *buffer, 0);
    bko__buffer_init(buffer);
    luaL_setmetatable(L, BUFFER_TYPE);
    return buffer;
}

static int fail(lua_State *L, int code, const char *message) {
    if (message[0] == '\0') {
        message = bko_error_text(code);
    }
    lua_pushnil(L);
    lua_pushstring(L, message);
    lua_pushstring(L, bko_error_name(code));
    return 3;
}

/* wire_encode(value [, what]) → string, or nil, message, code. `what` names the value in messages.
 */
static int wire_encode(lua_State *L) {
    char error[ERROR_SIZE];
    luaL_checkany(L, 1);
    const char *what = luaL_optstring(L, 2, NULL);
    bko__buffer *buffer = push_buffer(L);
    int err = bko__wire_encode(L, 1, what, buffer, error, sizeof error);
    if (err != BKO_OK) {
        return fail(L, err, error);
    }
    lua_pushlstring(L, (const char *)buffer->data, buffer->size);
    bko__buffer_free(buffer);
    return 1;
}

/* wire_decode(string) → value, or nil, message, code. Only for strings from wire_encode, see
 * wire.h. */
static int wire_decode(lua_State *L) {
    char error[ERROR_SIZE];
    size_t size = 0;
    const char *data = luaL_checklstring(L, 1, &size);
    int err = bko__wire_decode(L, data, size, error, sizeof error);
    return err == BKO_OK ? 1 : fail(L, err, error);
}

void bko__lua_wire(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"wire_encode", wire_encode}, {"wire_decode", wire_decode}, {NULL, NULL}};
    if (luaL_newmetatable(L, BUFFER_TYPE)) {
        lua_pushcfunction(L, buffer_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_pop(L, 1);
    luaL_setfuncs(L, functions, 0);
}

/* wire for Lua: core.wire_encode and core.wire_decode, mostly for tests. */
#include "lua/wire/wire.h"
#include "bakeoff/error.h"
#include "lua/base/push.h"
#include "lua/module.h"

enum { ERROR_SIZE = 512 };

/* wire_encode(value [, what]) → string, or nil, message, code. Messages call the value `what`. */
static int wire_encode(lua_State *L) {
    char error[ERROR_SIZE];
    luaL_checkany(L, 1);
    const char *what = luaL_optstring(L, 2, NULL);
    bko__buffer *buffer = bko__lua_push_buffer(L);
    int err = bko__lua_wire_encode(L, 1, what, buffer, error, sizeof error);
    if (err != BKO_OK) {
        return bko__lua_fail_text(L, err, error);
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
    int err = bko__lua_wire_decode(L, data, size, error, sizeof error);
    return err == BKO_OK ? 1 : bko__lua_fail_text(L, err, error);
}

void bko__lua_wire(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"wire_encode", wire_encode}, {"wire_decode", wire_decode}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}

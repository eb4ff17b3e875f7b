/*
 * Messages between states (src/lua/wire): any bytes, as a value and as a list, are decoded or refused, and the
 * stack is left as promised. What was decoded can be encoded and decoded again, to a message of the same length.
 */
#include <lauxlib.h>
#include <lualib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "bakeoff/error.h"
#include "lua/wire/list.h"
#include "lua/wire/wire.h"

enum { SOURCE_BYTES = 256 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* See CMakeLists.txt. The scripts of this file are text. */
int __real_luaL_loadbufferx(lua_State *L, const char *bytes, size_t size, const char *name,
                            const char *mode);
int __wrap_luaL_loadbufferx(lua_State *L, const char *bytes, size_t size, const char *name,
                            const char *mode);

int __wrap_luaL_loadbufferx(lua_State *L, const char *bytes, size_t size, const char *name,
                            const char *mode) {
    if (mode == NULL || *mode != 'b') {
        return __real_luaL_loadbufferx(L, bytes, size, name, mode);
    }
    lua_pushliteral(L, "no bytecode here");
    return LUA_ERRSYNTAX;
}

static void expect(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "fuzz: broken: %s\n", what);
        abort();
    }
}

/* No files: `require` finds only what is loaded. */
static lua_State *new_state(void) {
    lua_State *L = luaL_newstate();
    expect(L != NULL, "a state");
    luaL_openlibs(L);
    lua_getglobal(L, "package");
    lua_pushliteral(L, "");
    lua_setfield(L, -2, "path");
    lua_pushliteral(L, "");
    lua_setfield(L, -2, "cpath");
    lua_pop(L, 1);
    return L;
}

static void check_value(lua_State *L, const uint8_t *data, size_t size) {
    char error[SOURCE_BYTES];
    int top = lua_gettop(L);
    int err = bko__lua_wire_decode(L, data, size, error, sizeof error);
    expect(lua_gettop(L) == top + (err == BKO_OK), "decode pushes one value, or none");
    if (err != BKO_OK) {
        return;
    }
    bko__buffer first, second;
    bko__buffer_init(&first);
    bko__buffer_init(&second);
    err = bko__lua_wire_encode(L, -1, "value", &first, error, sizeof error);
    if (err == BKO_OK) {
        expect(bko__lua_wire_decode(L, first.data, first.size, error, sizeof error) == BKO_OK,
               "what was encoded can be decoded");
        expect(bko__lua_wire_encode(L, -1, "value", &second, error, sizeof error) == BKO_OK,
               "what was decoded can be encoded");
        expect(first.size == second.size, "both messages have the same length");
    }
    bko__buffer_free(&first);
    bko__buffer_free(&second);
    lua_settop(L, top);
}

static int push_list(lua_State *L) {
    char error[SOURCE_BYTES];
    const uint8_t *data = lua_touserdata(L, 1);
    size_t size = (size_t)lua_tointeger(L, 2);
    lua_settop(L, 0);
    int count = bko__lua_wire_push_list(L, data, size, error, sizeof error);
    expect(lua_gettop(L) == (count > 0 ? count : 0), "a list pushes as many values as it says");
    bko__buffer again;
    bko__buffer_init(&again);
    if (count >= 0 && bko__lua_wire_encode_list(L, 1, count, BKO__WIRE_RESULTS, &again, error,
                                                sizeof error) == BKO_OK) {
        expect(bko__lua_wire_push_list(L, again.data, again.size, error, sizeof error) == count,
               "a list that was encoded has as many values");
    }
    bko__buffer_free(&again);
    return 0;
}

static void check_list(lua_State *L, const uint8_t *data, size_t size) {
    lua_pushcfunction(L, push_list);
    lua_pushlightuserdata(L, (void *)(uintptr_t)data);
    lua_pushinteger(L, (lua_Integer)size);
    expect(lua_pcall(L, 2, 0, 0) == LUA_OK, "a list raises only when memory runs out");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    lua_State *L = new_state();
    check_value(L, data, size);
    check_list(L, data, size);
    lua_close(L);
    return 0;
}

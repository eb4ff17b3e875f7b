/*
 * A bare Lua interpreter with the bakeoff module built in, for the Lua tests. Unlike the distribution's
 * lua5.4 it is built with the preset's sanitizers. Even when it is started by hand, tests find the build
 * and the sources in their environment, as under ctest.
 *
 * usage: lua_runner SCRIPT [ARG ...]
 */
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>

#include "lua/base/state.h"
#include "lua/module.h"

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: %s SCRIPT [ARG ...]\n", argv[0]);
        return 2;
    }
    setenv("BAKEOFF_BUILD", RUNNER_BUILD, 0);
    setenv("BAKEOFF_SOURCE", RUNNER_SOURCE, 0);
    lua_State *L = luaL_newstate();
    if (L == NULL) {
        return 1;
    }
    luaL_openlibs(L);
    bko__lua_preload(L, luaopen_bakeoff_core);
    lua_createtable(L, argc, 0);
    for (int i = 0; i < argc; i++) {
        lua_pushstring(L, argv[i]);
        lua_rawseti(L, -2, i - 1);
    }
    lua_setglobal(L, "arg");
    int failed = luaL_dofile(L, argv[1]) != LUA_OK;
    if (failed) {
        fprintf(stderr, "%s\n", lua_tostring(L, -1));
    }
    lua_close(L);
    return failed;
}

/* See lua/base/own_modules.h. */
#include "lua/base/own_modules.h"

#include <lauxlib.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/prefix.h"

static const char LIBRARY_PATHS[] = "bakeoff.library_paths";

/* Keeps files of the current folder from running as modules, Lua files before C ones. Stack: the
 * package table. */
static void leave_out_current_folder(lua_State *L, const char *field, const char *all) {
    const char *kept = luaL_gsub(L, all, ";./?.lua", "");
    kept = luaL_gsub(L, kept, ";./?/init.lua", "");
    kept = luaL_gsub(L, kept, ";./?.so", "");
    lua_getfield(L, -4, field);
    luaL_gsub(L, lua_tostring(L, -1), all, kept);
    lua_setfield(L, -6, field);
    lua_pop(L, 4);
}

/* Stack: the package table. */
static void prepend_own_folder(lua_State *L, const char *folder) {
    lua_getfield(L, -1, "path");
    lua_pushfstring(L, "%s/?.lua;%s/?/init.lua;%s", folder, folder, lua_tostring(L, -1));
    lua_setfield(L, -3, "path");
    lua_pop(L, 1);
}

/* A searcher: own_searcher(name) → loader, file; returns nothing for modules that are not
 * bakeoff's. Upvalue: bakeoff's folder. */
static int own_searcher(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    if (strcmp(name, "bakeoff") != 0 && strncmp(name, "bakeoff.", 8) != 0) {
        return 0;
    }
    static const char *const ends[] = {".lua", "/init.lua"};
    const char *stem = luaL_gsub(L, name, ".", "/");
    for (int i = 0; i < 2; i++) {
        const char *file =
            lua_pushfstring(L, "%s/%s%s", lua_tostring(L, lua_upvalueindex(1)), stem, ends[i]);
        if (access(file, R_OK) != 0) {
            lua_pop(L, 1);
            continue;
        }
        if (luaL_loadfile(L, file) != LUA_OK) {
            return luaL_error(L, "module '%s': %s", name, lua_tostring(L, -1));
        }
        lua_pushstring(L, file);
        return 2;
    }
    return 0;
}

/* Inserts our searcher as the second, after the one for preloaded modules. Stack: the package
 * table. */
static void insert_searcher(lua_State *L, const char *folder) {
    lua_getfield(L, -1, "searchers");
    for (lua_Integer i = (lua_Integer)lua_rawlen(L, -1); i >= 2; i--) {
        lua_rawgeti(L, -1, i);
        lua_rawseti(L, -2, i + 1);
    }
    lua_pushstring(L, folder);
    lua_pushcclosure(L, own_searcher, 1);
    lua_rawseti(L, -2, 2);
    lua_pop(L, 1);
}

/* Stack: the package table. */
static void keep_paths(lua_State *L) {
    lua_createtable(L, 2, 0);
    lua_getfield(L, -2, "path");
    lua_rawseti(L, -2, 1);
    lua_getfield(L, -2, "cpath");
    lua_rawseti(L, -2, 2);
    lua_setfield(L, LUA_REGISTRYINDEX, LIBRARY_PATHS);
}

void bko__lua_own_modules(lua_State *L) {
    char folder[PATH_MAX];
    lua_getglobal(L, "package");
    leave_out_current_folder(L, "path", LUA_PATH_DEFAULT);
    leave_out_current_folder(L, "cpath", LUA_CPATH_DEFAULT);
    if (bko__prefix_path(folder, sizeof folder, "share/lua/5.4") == BKO_OK) {
        prepend_own_folder(L, folder);
        insert_searcher(L, folder);
    }
    keep_paths(L);
    lua_pop(L, 1);
}

int bko__lua_library_paths(lua_State *L) {
    if (lua_getfield(L, LUA_REGISTRYINDEX, LIBRARY_PATHS) != LUA_TTABLE) {
        return 0;
    }
    lua_rawgeti(L, -1, 1);
    lua_rawgeti(L, -2, 2);
    return 2;
}

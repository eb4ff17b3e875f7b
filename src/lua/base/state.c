/* See lua/base/state.h. */
#include "lua/base/state.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "lua/base/collector.h"
#include "lua/base/own_modules.h"

static const char module_key = 0; /* registry: what opens the module */

void bko__lua_note_module(lua_State *L, lua_CFunction module) {
    lua_pushcfunction(L, module);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &module_key);
}

lua_CFunction bko__lua_module(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &module_key);
    lua_CFunction module = lua_tocfunction(L, -1);
    lua_pop(L, 1);
    return module;
}

void bko__lua_preload(lua_State *L, lua_CFunction module) {
    bko__lua_own_modules(L);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    lua_pushcfunction(L, module);
    lua_setfield(L, -2, "bakeoff.core");
    lua_pop(L, 1);
}

int bko__lua_copy_paths(lua_State *L, bko__buffer *out) {
    lua_getglobal(L, "package");
    int err = BKO_OK;
    for (int i = 0; i < 2 && err == BKO_OK; i++) {
        lua_getfield(L, -1, i == 0 ? "path" : "cpath");
        const char *path = lua_tostring(L, -1);
        err =
            bko__buffer_append(out, path != NULL ? path : "", path != NULL ? strlen(path) + 1 : 1);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return err;
}

/* Stack: the paths, as a light userdata, and the function that opens the module. */
static int fill(lua_State *L) {
    const char *path = lua_touserdata(L, 1);
    luaL_openlibs(L);
    bko__lua_preload(L, lua_tocfunction(L, 2));
    lua_getglobal(L, "package");
    lua_pushstring(L, path);
    lua_setfield(L, -2, "path");
    lua_pushstring(L, path + strlen(path) + 1);
    lua_setfield(L, -2, "cpath");
    return 0;
}

lua_State *bko__lua_new_state(const char *paths, lua_CFunction module) {
    lua_State *L = luaL_newstate();
    if (L == NULL) {
        return NULL;
    }
    lua_pushcfunction(L, fill);
    lua_pushlightuserdata(L, (void *)paths);
    lua_pushcfunction(L, module);
    if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
        lua_close(L);
        return NULL;
    }
    bko__lua_collector_start(L);
    return L;
}

/*
 * The loop of the luv module: luv offers it to other C modules as luv_loop(L). We look for it in
 * the luv that the script has loaded, and use it only if both use the same libuv, because the
 * loop's struct is libuv's own.
 */
#include <dlfcn.h>
#include <lauxlib.h>
#include <string.h>
#include <uv.h>

#include "lua/loop/loop.h"

typedef uv_loop_t *luv_loop_function(lua_State *L);

/* Pushes the file of the loaded module "luv", or nil if it isn't in package.cpath (luv may then be
 * inside the program). */
static const char *push_path(lua_State *L) {
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "searchpath");
    lua_pushliteral(L, "luv");
    lua_getfield(L, -3, "cpath");
    lua_call(L, 2, 1);
    lua_remove(L, -2);
    return lua_tostring(L, -1);
}

static void check_module(lua_State *L, int index) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "luv");
    if (!lua_istable(L, index) || !lua_rawequal(L, index, -1)) {
        luaL_error(L, "luv: expected the module: luv = require \"luv\"");
    }
    lua_pop(L, 2);
}

/* Does `library` call the same uv_run as we do? Function pointers are compared by their bytes. */
static bool shares_libuv(void *library) {
    int (*ours)(uv_loop_t *, uv_run_mode) = uv_run;
    void *its = dlsym(library, "uv_run");
    return memcmp(&its, &ours, sizeof its) == 0;
}

/* Sets *loop and returns NULL, or returns what is wrong with the module in `path`. */
static const char *find_function(const char *path, luv_loop_function **loop) {
    void *library = dlopen(path, RTLD_LAZY | RTLD_NOLOAD); /* NULL: the program itself */
    if (library == NULL) {
        return "the loaded module is not the one that package.cpath finds";
    }
    void *found = dlsym(library, "luv_loop");
    bool is_shared = shares_libuv(library);
    dlclose(library); /* the module stays loaded */
    if (found == NULL) {
        return "this build of luv does not export its loop (luv_loop)";
    }
    memcpy(loop, &found, sizeof found);
    return is_shared
               ? NULL
               : "it contains its own copy of libuv; a loop can be shared only if both use the "
                 "same library, as with Debian's lua-luv";
}

void *bko__lua_luv_loop(lua_State *L, int index) {
    luv_loop_function *loop = NULL;
    check_module(L, index);
    const char *wrong = find_function(push_path(L), &loop);
    if (wrong != NULL || loop == NULL) {
        luaL_error(L, "luv: %s", wrong);
        return NULL;
    }
    lua_pop(L, 1);
    return loop(L);
}

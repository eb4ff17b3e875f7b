/* Small things that every script needs: version, clock, process, prefix. */
#include <limits.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/prefix.h"
#include "lua/base/own_modules.h"
#include "lua/base/push.h"
#include "lua/module.h"

/* now() → seconds of CLOCK_MONOTONIC (float) */
static int base_now(lua_State *L) {
    lua_pushnumber(L, (lua_Number)bko_clock_now_ns() / 1e9);
    return 1;
}

/* process() → the number of this process */
static int base_process(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)getpid());
    return 1;
}

/* prefix() → the folder that holds lib, libexec and share */
static int base_prefix(lua_State *L) {
    char prefix[PATH_MAX];
    int err = bko__prefix(prefix, sizeof prefix);
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "prefix");
    }
    lua_pushstring(L, prefix);
    return 1;
}

void bko__lua_base(lua_State *L) {
    static const luaL_Reg functions[] = {{"now", base_now},
                                         {"process", base_process},
                                         {"prefix", base_prefix},
                                         {"library_paths", bko__lua_library_paths},
                                         {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
    lua_pushstring(L, BAKEOFF_VERSION);
    lua_setfield(L, -2, "version");
}

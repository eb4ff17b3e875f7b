/* The module table, and what every binding shares. */
#include "lua/module.h"

#include <errno.h>
#include <string.h>

#include "bakeoff/error.h"
#include "lua/own_modules.h"

static void (*const parts[])(lua_State *) = {
    bko__lua_base,        bko__lua_wire,      bko__lua_files,       bko__lua_fetch,
    bko__lua_jobs_part,   bko__lua_contender, bko__lua_job_loop,    bko__lua_job_rows,
    bko__lua_loop_part,   bko__lua_trial,     bko__lua_server,      bko__lua_probe,
    bko__lua_environment, bko__lua_sampler,   bko__lua_command,     bko__lua_shared,
    bko__lua_pool_part,   bko__lua_work,      bko__lua_process,     bko__lua_program,
    bko__lua_stats,       bko__lua_json,      bko__lua_folder_lock, bko__lua_locale,
};

int luaopen_bakeoff_core(lua_State *L) {
    lua_newtable(L);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        parts[i](L);
    }
    return 1;
}

void bko__lua_preload(lua_State *L) {
    bko__lua_own_modules(L);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    lua_pushcfunction(L, luaopen_bakeoff_core);
    lua_setfield(L, -2, "bakeoff.core");
    lua_pop(L, 1);
}

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

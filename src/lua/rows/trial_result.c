/* A trial's result as Lua holds it. See lua/rows/rows.h. */
#include <lauxlib.h>

#include "lua/rows/rows.h"

bko_trial_result *bko__lua_push_trial_result(lua_State *L) {
    bko_trial_result *result = lua_newuserdatauv(L, sizeof *result, 0);
    *result = (bko_trial_result){0};
    luaL_setmetatable(L, BKO__TRIAL_RESULT_TYPE);
    return result;
}

bko_trial_result *bko__lua_check_trial_result(lua_State *L) {
    return luaL_checkudata(L, 1, BKO__TRIAL_RESULT_TYPE);
}

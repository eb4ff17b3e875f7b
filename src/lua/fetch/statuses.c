/* See lua/fetch/statuses.h. */
#include "lua/fetch/statuses.h"

#include <lauxlib.h>

/* The number at `place` of the list on top. */
static uint16_t status_at(lua_State *L, lua_Integer place) {
    lua_rawgeti(L, -1, place);
    uint16_t status = (uint16_t)lua_tointeger(L, -1);
    lua_pop(L, 1);
    return status;
}

size_t bko__lua_opt_statuses(lua_State *L, int index, const char *name, bko_status_range *out) {
    size_t count = 0;
    if (lua_getfield(L, index, name) != LUA_TNIL) {
        luaL_checktype(L, -1, LUA_TTABLE);
        count = (size_t)lua_rawlen(L, -1) / 2;
        count = count < BKO_FETCH_EXPECT_MAX ? count : BKO_FETCH_EXPECT_MAX;
    }
    for (size_t i = 0; i < count; i++) {
        lua_Integer place = (lua_Integer)(2 * i) + 1;
        out[i] = (bko_status_range){status_at(L, place), status_at(L, place + 1)};
    }
    lua_pop(L, 1);
    return count;
}

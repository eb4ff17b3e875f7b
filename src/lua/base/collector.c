/* See lua/base/collector.h. */
#include "lua/base/collector.h"

void bko__lua_collector_start(lua_State *L) {
    lua_gc(L, LUA_GCGEN, 0, 0);
}

/* The change of mode is a full collection; in a state that is already generational we need another. The
 * step, a collection of the young objects alone, sets when the next is due: the change of mode leaves that
 * as it was (in Lua before 5.4.5). */
int bko__lua_collector_settle(lua_State *L) {
    int mode = lua_gc(L, LUA_GCGEN, 0, 0);
    if (mode == LUA_GCGEN) {
        lua_gc(L, LUA_GCCOLLECT);
    }
    lua_gc(L, LUA_GCSTEP, 0);
    return mode;
}

void bko__lua_collector_restore(lua_State *L, int mode) {
    if (mode == LUA_GCINC) {
        lua_gc(L, LUA_GCINC, 0, 0, 0);
    }
}

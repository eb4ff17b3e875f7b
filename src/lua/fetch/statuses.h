/* Ranges of HTTP statuses, from a Lua table. */
#ifndef BAKEOFF_LUA_FETCH_STATUSES_H
#define BAKEOFF_LUA_FETCH_STATUSES_H

#include <lua.h>

#include "bakeoff/fetch.h"

/* Reads the field `name`, { first, last, first, last, … } as lua/bakeoff/net/statuses.lua makes it, to `out`, which
 * has room for BKO_FETCH_EXPECT_MAX. Returns how many; 0 if it is absent. */
size_t bko__lua_opt_statuses(lua_State *L, int index, const char *name, bko_status_range *out);

#endif

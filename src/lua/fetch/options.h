/* What a script asks to fetch: options from a Lua table, and the URL, checked. */
#ifndef BAKEOFF_LUA_FETCH_OPTIONS_H
#define BAKEOFF_LUA_FETCH_OPTIONS_H

#include <lua.h>

#include "bakeoff/fetch.h"

/* Reads the table at `index` into *out, which then borrows the table's strings: the table, and the
 * userdata that this pushes (the header array), must stay reachable as long as *out is used. Raises
 * if a field has the wrong type, and names it. Durations are in seconds, sizes in bytes. */
void bko__lua_fetch_options(lua_State *L, int index, bko_fetch_options *out);

/* Does the same for a request that overrides *out: absent fields keep their values. */
void bko__lua_fetch_override(lua_State *L, int index, bko_fetch_options *out);

/* If the URL at `index`, a string, cannot be fetched, pushes nil, message and code and returns 3;
 * otherwise returns 0. */
int bko__lua_fetch_check_url(lua_State *L, int index);

#endif

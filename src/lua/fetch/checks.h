/* Checks of answers, from a Lua table. */
#ifndef BAKEOFF_LUA_FETCH_CHECKS_H
#define BAKEOFF_LUA_FETCH_CHECKS_H

#include <lua.h>

#include "bakeoff/fetch.h"

/* The checks in the field `name` of the table at `index`: made by core.checks, and valid while the table holds them;
 * NULL if the field is absent. Raises if it is anything else. */
const bko_checks *bko__lua_opt_checks(lua_State *L, int index, const char *name);

/* The part core.checks; see lua/module.h. */
void bko__lua_checks(lua_State *L);

#endif

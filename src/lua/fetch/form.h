/* Forms that a request sends, from a Lua table. */
#ifndef BAKEOFF_LUA_FETCH_FORM_H
#define BAKEOFF_LUA_FETCH_FORM_H

#include <lua.h>

#include "bakeoff/fetch.h"

/* The form in the field `name` of the table at `index`: made by core.form, and valid while the table holds it;
 * NULL if the field is absent. Raises if it is anything else. */
const bko_form *bko__lua_opt_form(lua_State *L, int index, const char *name);

/* The parts core.form and core.has_http3; see lua/module.h. */
void bko__lua_form(lua_State *L);

#endif

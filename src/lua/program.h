/* Programs as Lua holds them: core.program { argv = … }. */
#ifndef BAKEOFF_LUA_PROGRAM_H
#define BAKEOFF_LUA_PROGRAM_H

#include <lua.h>

#include "bakeoff/program.h"

bko_program *bko__lua_check_program(lua_State *L, int index);

/* The field of the table at `index`, or NULL where it is absent. */
bko_program *bko__lua_program_field(lua_State *L, int index, const char *name);

#endif

/* Programs and their guardians as Lua holds them: core.program { argv = … }, core.guardian(). */
#ifndef BAKEOFF_LUA_PROGRAM_H
#define BAKEOFF_LUA_PROGRAM_H

#include <lua.h>
#include <stddef.h>

#include "bakeoff/guardian.h"
#include "bakeoff/program.h"

bko_program *bko__lua_program_check(lua_State *L, int index);

/* The program in a field of the table at `index`, or NULL if the field is absent. */
bko_program *bko__lua_program_field(lua_State *L, int index, const char *name);
bko_guardian *bko__lua_guardian_field(lua_State *L, int index, const char *name);

/* The list of programs in a field as a C array, held by a userdata that this pushes; *count is 0 if
 * the field is absent. */
bko_program **bko__lua_program_list(lua_State *L, int index, const char *name, size_t *count);

#endif

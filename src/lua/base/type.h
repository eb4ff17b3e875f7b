/* Userdata types. */
#ifndef BAKEOFF_LUA_BASE_TYPE_H
#define BAKEOFF_LUA_BASE_TYPE_H

#include <lauxlib.h>
#include <lua.h>

/* Registers the metatable `name`, which holds metamethods and methods: it is its own __index. */
void bko__lua_type_add(lua_State *L, const char *name, const luaL_Reg *methods);

#endif

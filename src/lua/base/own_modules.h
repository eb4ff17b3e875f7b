/*
 * Where a Lua state of bakeoff's own programs finds modules. bakeoff's own come from its own
 * folder, whatever package.path says; the libraries that bakeoff uses come from the paths at the
 * start, without the current folder.
 */
#ifndef BAKEOFF_LUA_BASE_OWN_MODULES_H
#define BAKEOFF_LUA_BASE_OWN_MODULES_H

#include <lua.h>

/* Removes the current folder from Lua's default paths (what LUA_PATH and LUA_CPATH name themselves
 * stays), puts bakeoff's folder first in package.path, and makes require take "bakeoff" and
 * "bakeoff.…" from that folder whatever precedes it later. Raises. */
void bko__lua_own_modules(lua_State *L);

/* library_paths() → package.path and package.cpath as they were at that time; nothing in a state
 * that isn't ours. */
int bko__lua_library_paths(lua_State *L);

#endif

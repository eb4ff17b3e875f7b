/*
 * bake.shared: what a pool gives each of its workers once, kept in the worker's state and shown
 * read-only.
 *
 * Threads: a state belongs to its thread.
 */
#ifndef BAKEOFF_LUA_POOL_SHARED_H
#define BAKEOFF_LUA_POOL_SHARED_H

#include <lua.h>

/* Makes the value at `index` what bake.shared shows here. May raise. */
void bko__lua_set_shared(lua_State *L, int index);
/* Pushes what bake.shared shows: nil where nothing is shared. May raise. */
void bko__lua_push_shared(lua_State *L);

/* The part core.shared; see lua/module.h. */
void bko__lua_shared(lua_State *L);

#endif

/*
 * bake.shared: the value that a pool gives each of its workers once. The worker's state keeps it
 * and shows it read-only.
 *
 * Threads: a state belongs to its thread.
 */
#ifndef BAKEOFF_LUA_POOL_SHARED_H
#define BAKEOFF_LUA_POOL_SHARED_H

#include <lua.h>

/* Makes bake.shared show the value at `index`. May raise. */
void bko__lua_shared_set(lua_State *L, int index);
/* Pushes what bake.shared shows; nil if nothing is shared. May raise. */
void bko__lua_shared_push(lua_State *L);

/* The part core.shared; see lua/module.h. */
void bko__lua_shared(lua_State *L);

#endif

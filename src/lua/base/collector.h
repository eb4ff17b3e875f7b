/*
 * The garbage collector of states in which jobs run. It is generational in all of them, because a trial
 * is a copy of the bench and a worker thread has a state of its own: an incremental collector would go
 * through the whole bench again and again in the one and through next to nothing in the other, and so
 * charge a contender for memory that isn't part of its work.
 *
 * Threads: the state's own.
 */
#ifndef BAKEOFF_LUA_BASE_COLLECTOR_H
#define BAKEOFF_LUA_BASE_COLLECTOR_H

#include <lua.h>

/* Makes the collector of a worker's fresh state generational. */
void bko__lua_collector_start(lua_State *L);

/* Collects all garbage and makes everything that is left old, so that forked copies neither go through it
 * nor write to its pages. Returns the mode to pass to bko__lua_collector_restore. May run finalizers. */
int bko__lua_collector_settle(lua_State *L);
void bko__lua_collector_restore(lua_State *L, int mode);

#endif

/*
 * Makes Lua code under an interpreter lock release it when another thread asks for it (core/gil.h).
 *
 * A count hook that checks now and then would nearly halve the speed of Lua, and the measurement
 * would blame the lock. So the thread that asks sends SIGURG to the thread that holds the lock
 * (Go's runtime uses SIGURG for the same purpose; a thread that isn't prepared for it ignores it).
 * The signal handler sets a hook that runs once, at the next instruction. If the program uses
 * SIGURG itself, the count hook takes its place.
 *
 * Threads: a state is attached on the thread that runs it, and to one thread only.
 */
#ifndef BAKEOFF_LUA_BASE_GIL_HOOK_H
#define BAKEOFF_LUA_BASE_GIL_HOOK_H

#include <lua.h>

/* For a new state of the calling thread, with its libraries opened; does nothing if the thread has
 * no gil. 0 or BKO_ENOMEM. */
int bko__lua_gil_attach(lua_State *L);
/* Call it before the state is closed. */
void bko__lua_gil_detach(void);

#endif

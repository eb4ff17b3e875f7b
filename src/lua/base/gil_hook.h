/*
 * Lua code under an interpreter lock gives it up when somebody has asked for it (core/gil.h).
 *
 * A count hook that looks now and then would nearly halve the speed of Lua, and blame it on the lock. So
 * the one who asks sends the holder's thread SIGURG (which Go's runtime uses for the same purpose, and
 * which does nothing to a thread that has not asked for it); its handler sets a hook that runs at the next
 * instruction, once. Where the program has a use of its own for SIGURG, the count hook it is.
 *
 * Threads: a state is attached on the thread that runs it, and to one thread.
 */
#ifndef BAKEOFF_LUA_BASE_GIL_HOOK_H
#define BAKEOFF_LUA_BASE_GIL_HOOK_H

#include <lua.h>

/* For a new state of the calling thread, with its libraries opened; nothing where that has no gil. 0 or
 * BKO_ENOMEM. */
int bko__lua_gil_attach(lua_State *L);
/* Before the state is closed. */
void bko__lua_gil_detach(void);

#endif

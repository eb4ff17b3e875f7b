/*
 * Lua states of workers that have their own: threads, and processes of the worker program.
 *
 * Threads: a state belongs to the thread that made it; paths are copied so that a worker never looks
 * into the owner's state.
 */
#ifndef BAKEOFF_LUA_BASE_STATE_H
#define BAKEOFF_LUA_BASE_STATE_H

#include <lua.h>

#include "core/buffer.h"

/* Appends package.path and package.cpath of L, each closed by a zero. 0 or BKO_ENOMEM. */
int bko__lua_copy_paths(lua_State *L, bko__buffer *out);

/* A state with the standard libraries, bakeoff's module and these paths (of bko__lua_copy_paths,
 * borrowed for the call). NULL: out of memory. */
lua_State *bko__lua_new_state(const char *paths);

#endif

/*
 * Lua states for workers that have their own: threads, and processes of the worker program.
 *
 * Threads: a state belongs to the thread that made it. Paths are copied, so that a worker never
 * looks into the owner's state.
 */
#ifndef BAKEOFF_LUA_BASE_STATE_H
#define BAKEOFF_LUA_BASE_STATE_H

#include <lua.h>

#include "core/buffer.h"

/* Appends package.path and package.cpath of L, each terminated by a zero. 0 or BKO_ENOMEM. */
int bko__lua_copy_paths(lua_State *L, bko__buffer *out);

/* Makes `require "bakeoff.core"` find this copy of the module, which `module` opens, and makes
 * `require "bakeoff"` find its Lua files (own_modules.h). */
void bko__lua_preload(lua_State *L, lua_CFunction module);

/* Records the function that opens the module, so that states of workers get this copy of it and no
 * other. */
void bko__lua_note_module(lua_State *L, lua_CFunction module);
lua_CFunction bko__lua_module(lua_State *L);

/* A state with the standard libraries, bakeoff's module (see bko__lua_preload) and these paths
 * (from bko__lua_copy_paths, borrowed for the call). NULL: out of memory. */
lua_State *bko__lua_new_state(const char *paths, lua_CFunction module);

#endif

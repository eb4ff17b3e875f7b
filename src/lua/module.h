/*
 * The Lua module `bakeoff.core`: one binding file per part, one table.
 *
 * Each part offers `void bko__lua_<part>(lua_State *L)`, which adds its functions to the table on top
 * of the stack. Conventions of every binding function: misuse raises and names the argument; what the
 * world does wrong returns nil, message, code (bko__lua_fail).
 */
#ifndef BAKEOFF_LUA_MODULE_H
#define BAKEOFF_LUA_MODULE_H

#include <lauxlib.h>
#include <lua.h>

#include "bakeoff/export.h"

BKO_API int luaopen_bakeoff_core(lua_State *L);

/* Makes `require "bakeoff.core"` find this copy and `require "bakeoff"` its Lua files (lua/own_modules.h). */
void bko__lua_preload(lua_State *L);

/* Pushes nil, "<what>: <sentence>", "<name>" for a negative code; returns 3. */
int bko__lua_fail(lua_State *L, int code, const char *what);

/* Pushes the seconds of a duration, a number or a text such as "100ms"; `what` names it where it is neither.
 * Raises. */
void bko__lua_push_seconds(lua_State *L, int index, const char *what);

/* The parts. */
void bko__lua_base(lua_State *L);
void bko__lua_files(lua_State *L);
void bko__lua_locale(lua_State *L);
void bko__lua_folder_lock(lua_State *L);
void bko__lua_fetch(lua_State *L);
void bko__lua_jobs_part(lua_State *L);
void bko__lua_contender(lua_State *L);
void bko__lua_job_loop(lua_State *L);
void bko__lua_job_rows(lua_State *L);
void bko__lua_loop_part(lua_State *L);
void bko__lua_trial(lua_State *L);
void bko__lua_wire(lua_State *L);
void bko__lua_server(lua_State *L);
void bko__lua_probe(lua_State *L);
void bko__lua_program(lua_State *L);
void bko__lua_environment(lua_State *L);
void bko__lua_sampler(lua_State *L);
void bko__lua_command(lua_State *L);
void bko__lua_shared(lua_State *L);
void bko__lua_pool_part(lua_State *L);
void bko__lua_work(lua_State *L);
void bko__lua_process(lua_State *L);
void bko__lua_stats(lua_State *L);
void bko__lua_json(lua_State *L);

#endif

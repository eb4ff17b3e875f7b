/*
 * The Lua module `bakeoff.core`: one binding file per part, one table.
 *
 * Each part offers `void bko__lua_<part>(lua_State *L)`, which adds its functions to the table on
 * top of the stack. Conventions of every binding function: misuse raises and names the argument;
 * failures of the world return nil, message, code (bko__lua_fail of lua/base/push.h).
 */
#ifndef BAKEOFF_LUA_MODULE_H
#define BAKEOFF_LUA_MODULE_H

#include <lauxlib.h>
#include <lua.h>

#include "bakeoff/export.h"

BKO_API int luaopen_bakeoff_core(lua_State *L);

/* The parts beside this file; the folders declare their own. */
void bko__lua_base(lua_State *L);
void bko__lua_files(lua_State *L);
void bko__lua_output(lua_State *L);
void bko__lua_locale(lua_State *L);
void bko__lua_folder_lock(lua_State *L);
void bko__lua_fetch(lua_State *L);
void bko__lua_reach(lua_State *L);
void bko__lua_trial(lua_State *L);
void bko__lua_wire(lua_State *L);
void bko__lua_server(lua_State *L);
void bko__lua_probe(lua_State *L);
void bko__lua_program(lua_State *L);
void bko__lua_environment(lua_State *L);
void bko__lua_counters(lua_State *L);
void bko__lua_sampler(lua_State *L);
void bko__lua_command(lua_State *L);
void bko__lua_work(lua_State *L);
void bko__lua_process(lua_State *L);
void bko__lua_stats(lua_State *L);
void bko__lua_number_rows(lua_State *L);
void bko__lua_drawings(lua_State *L);
void bko__lua_json(lua_State *L);
void bko__lua_markdown(lua_State *L);
void bko__lua_interrupt(lua_State *L);
void bko__lua_confine(lua_State *L);

#endif

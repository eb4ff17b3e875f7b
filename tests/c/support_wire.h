/* For tests of wire: Lua states whose allocations can be made to fail, and chunks to run in them.
 * */
#ifndef SUPPORT_WIRE_H
#define SUPPORT_WIRE_H

#include <lua.h>

/* How many allocations, over all states, still succeed; -1: no limit. */
extern long wire_allocations_left;

/* A state with the standard libraries; close it with lua_close. */
lua_State *wire_state(void);
/* Runs a chunk and pushes all the values it returns; returns how many. */
int wire_eval(lua_State *L, const char *code);
/* Calls the chunk with the `count` values on top and pops them. An error in it fails the test. */
void wire_check(lua_State *L, const char *code, int count);

#endif

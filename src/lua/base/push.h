/* What every binding pushes alike: failures of the world, and durations. */
#ifndef BAKEOFF_LUA_BASE_PUSH_H
#define BAKEOFF_LUA_BASE_PUSH_H

#include <lua.h>

/* Pushes nil, "<what>: <sentence>", "<name>" for a negative code; returns 3. */
int bko__lua_fail(lua_State *L, int code, const char *what);

/* Pushes the seconds of a duration, a number or a text such as "100ms"; `what` names it where it is neither.
 * Raises. */
void bko__lua_push_seconds(lua_State *L, int index, const char *what);

#endif

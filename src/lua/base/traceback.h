/* What went wrong in a script's function, for people: the message and the script's own frames. */
#ifndef BAKEOFF_LUA_BASE_TRACEBACK_H
#define BAKEOFF_LUA_BASE_TRACEBACK_H

#include <lua.h>

/* Message handler for lua_pcall. */
int bko__lua_traceback(lua_State *L);

/* Takes the error object from the top of the dead coroutine `co` and pushes the text to L. Never
 * raises. */
void bko__lua_coroutine_traceback(lua_State *L, lua_State *co);

#endif

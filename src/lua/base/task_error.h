/* The type of what task:error() and future:error() return: a table { message=, code=, … } whose
 * tostring is the message. */
#ifndef BAKEOFF_LUA_BASE_TASK_ERROR_H
#define BAKEOFF_LUA_BASE_TASK_ERROR_H

#include <lua.h>
#include <stdbool.h>

/* Makes the table on top of the stack one of these errors. */
void bko__lua_task_error_mark(lua_State *L);
bool bko__lua_task_error_is(lua_State *L, int index);

#endif

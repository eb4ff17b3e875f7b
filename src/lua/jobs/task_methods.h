/* The type of ctx with its methods, for any state. See lua/jobs/task_context.h. */
#ifndef BAKEOFF_LUA_JOBS_TASK_METHODS_H
#define BAKEOFF_LUA_JOBS_TASK_METHODS_H

#include <lua.h>

void bko__lua_task_methods_register(lua_State *L);

#endif

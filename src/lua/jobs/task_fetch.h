/* ctx:fetch. See lua/jobs/task_context.h. */
#ifndef BAKEOFF_LUA_JOBS_TASK_FETCH_H
#define BAKEOFF_LUA_JOBS_TASK_FETCH_H

#include "lua/jobs/task_context.h"

int bko__lua_task_context_fetch(lua_State *L);
void bko__lua_task_fetch_register(lua_State *L);

#endif

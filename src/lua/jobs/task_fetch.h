/* ctx:fetch, and what the methods of ctx share. See lua/jobs/task_context.h. */
#ifndef BAKEOFF_LUA_JOBS_TASK_FETCH_H
#define BAKEOFF_LUA_JOBS_TASK_FETCH_H

#include "lua/jobs/task_context.h"

#define BKO__TASK_CONTEXT_TYPE "bakeoff.task_context"

/* The ctx at index 1; raises when no job runs. */
bko__task_context *bko__task_context_check(lua_State *L);

/* The job has waited since `since_ns`, for what `kind` says. */
void bko__task_context_waited(bko__task_context *context, bko_span_kind kind, int64_t since_ns);

int bko__task_context_fetch(lua_State *L);
void bko__task_fetch_register(lua_State *L);

#endif

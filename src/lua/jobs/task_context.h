/*
 * ctx: a task's input and output in a blocking worker. It records in the job's row what the task
 * did and how long it took.
 *
 * Threads: belongs to its worker's Lua state.
 */
#ifndef BAKEOFF_LUA_JOBS_TASK_CONTEXT_H
#define BAKEOFF_LUA_JOBS_TASK_CONTEXT_H

#include "lua/fetch/response.h"
#include "lua/jobs/hook_state.h"

#define BKO__TASK_CONTEXT_TYPE "bakeoff.task_context" /* task_methods.h registers it */

/* The user values that are ctx.shared and ctx.random. */
enum { BKO__TASK_CONTEXT_SHARED = 1, BKO__TASK_CONTEXT_RANDOM = 2 };

typedef struct bko__lua_task_context {
    const bko__lua_jobs *jobs;
    unsigned worker;
    bko_transfer *transfer; /* owned; the first fetch makes it, later fetches reuse it */
    int file;               /* the file being read; -1: none */
    size_t job;
    bko_job_row *row;             /* row of the job that runs; NULL between jobs */
    bko__lua_fetch_notes fetches; /* of the job */
} bko__lua_task_context;

/* Pushes the context of worker `worker`; `shared` and `random` of the state are ctx.shared and
 * ctx.random. May raise. */
bko__lua_task_context *bko__lua_task_context_push(lua_State *L, const bko__lua_hook_state *state,
                                                  unsigned worker);

/* Begins the next job. */
void bko__lua_task_context_begin(bko__lua_task_context *context, size_t job, bko_job_row *row);

/* Releases what the context holds, even if the state lives on. Harmless when repeated. */
void bko__lua_task_context_close(bko__lua_task_context *context);

/* The ctx at index 1; raises if no job runs. */
bko__lua_task_context *bko__lua_task_context_check(lua_State *L);

/* Records that the job has waited since `since_ns`; `kind` says for what. */
void bko__lua_task_context_waited(bko__lua_task_context *context, bko_span_kind kind,
                                  int64_t since_ns);

/* Closes the file that is being read, if there is one. */
void bko__lua_task_context_close_file(bko__lua_task_context *context);

#endif

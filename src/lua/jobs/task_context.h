/*
 * ctx: what a task in a blocking worker does its input and output with. It notes in the job's row what
 * was done and how long it took.
 *
 * Threads: belongs to its worker's Lua state.
 */
#ifndef BAKEOFF_LUA_JOBS_TASK_CONTEXT_H
#define BAKEOFF_LUA_JOBS_TASK_CONTEXT_H

#include "lua/jobs/hook_state.h"

typedef struct bko__task_context {
    const bko__lua_jobs *jobs;
    unsigned worker;
    bko_transfer *transfer; /* owned; made by the first fetch, for those that follow */
    int file;               /* being read; -1: none */
    size_t job;
    bko_job_row *row; /* of the job that runs; NULL between jobs */
    bool fetched;     /* the job has */
} bko__task_context;

/* Pushes the context of worker `worker`; its `shared` is at `shared` in L's registry. May raise. */
bko__task_context *bko__task_context_push(lua_State *L, const bko__hook_state *state,
                                          unsigned worker);

/* The next job's. */
void bko__task_context_begin(bko__task_context *context, size_t job, bko_job_row *row);

/* Releases what it holds; also when the state lives on. Twice is harmless. */
void bko__task_context_close(bko__task_context *context);

/* The metatable, in any state. */
void bko__task_context_register(lua_State *L);

#endif

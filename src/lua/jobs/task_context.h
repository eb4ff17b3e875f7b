/*
 * ctx: what a task in a blocking worker does its input and output with. It notes in the job's row what
 * was done and how long it took.
 *
 * Threads: belongs to its worker's Lua state.
 */
#ifndef BAKEOFF_LUA_JOBS_TASK_CONTEXT_H
#define BAKEOFF_LUA_JOBS_TASK_CONTEXT_H

#include "lua/jobs/hook_state.h"

#define BKO__TASK_CONTEXT_TYPE "bakeoff.task_context" /* task_methods.h registers it */

enum { BKO__TASK_CONTEXT_SHARED = 1 }; /* the user value that is ctx.shared */

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

/* The ctx at index 1; raises when no job runs. */
bko__task_context *bko__task_context_check(lua_State *L);

/* The job has waited since `since_ns`, for what `kind` says. */
void bko__task_context_waited(bko__task_context *context, bko_span_kind kind, int64_t since_ns);

/* Closes the file that is being read, if there is one. */
void bko__task_context_close_file(bko__task_context *context);

#endif

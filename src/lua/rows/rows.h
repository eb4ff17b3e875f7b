/*
 * A trial's measurements as rows: a table for trials.jsonl, and lines written straight to jobs.csv,
 * memory.csv and memory_processes.csv, so that no row ever passes through the bench's Lua heap, which
 * later trials inherit.
 */
#ifndef BAKEOFF_LUA_ROWS_ROWS_H
#define BAKEOFF_LUA_ROWS_ROWS_H

#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>

#include "bakeoff/spans.h"
#include "bakeoff/trial.h"

#define BKO__TRIAL_RESULT_TYPE "bakeoff.trial_result" /* methods: trial_rows.c */

/* Pushes an empty result userdata, which Lua frees. */
bko_trial_result *bko__lua_trial_result_push(lua_State *L);

static inline bko_trial_result *bko__lua_trial_result_check(lua_State *L) {
    return luaL_checkudata(L, 1, BKO__TRIAL_RESULT_TYPE);
}

/* result:write_jobs(file, cell, jobs), result:write_spans(file, cell, jobs), result:has_spans(jobs),
 * result:write_memory(file, cell); see csv.c. */
int bko__lua_trial_write_jobs(lua_State *L);
int bko__lua_trial_has_spans(lua_State *L);
int bko__lua_trial_write_spans(lua_State *L);
int bko__lua_trial_write_memory(lua_State *L);

/* result:answers(jobs, origin); see answers.c. */
int bko__lua_trial_answers(lua_State *L);

/* result:write_processes(file, cell [, root]); see holdings_csv.c. */
int bko__lua_trial_write_processes(lua_State *L);

/* The same two for any sampler: lines that begin with `cell`, times from `zero_ns` on. phase: the name
 * of all samples' phase, NULL: that of each. root: what to call the first process, NULL: its own name.
 * The second one raises if memory runs out. */
void bko__lua_write_samples(FILE *file, const char *cell, const bko_sampler *sampler,
                            int64_t zero_ns, const char *phase);
void bko__lua_write_holdings(lua_State *L, FILE *file, const char *cell, const bko_sampler *sampler,
                             int64_t zero_ns, const char *root);

/* An argument that must be an open file (borrowed). */
FILE *bko__lua_file_check(lua_State *L, int index);

/* Adds figures of all jobs to the table on top of the stack; see figures.c. */
void bko__lua_trial_figures(lua_State *L, const bko_recorder *recorder, const bko_spans *spans);

/* Registers the result's metatable. */
void bko__lua_trial_rows(lua_State *L);

/* The part core.job_rows (job_rows.c); see lua/module.h. */
void bko__lua_job_rows(lua_State *L);

#endif

/*
 * The jobs of an experiment as Lua holds them: URLs, fetch options, the `process` function and the
 * recorder of the current trial.
 *
 * Threads: made and changed on the bench's thread. A trial's workers only read it.
 */
#ifndef BAKEOFF_LUA_JOBS_H
#define BAKEOFF_LUA_JOBS_H

#include <lua.h>
#include <stdbool.h>

#include "bakeoff/contender.h"
#include "core/buffer.h"

#define BKO__JOBS_TYPE "bakeoff.jobs"

typedef struct bko__lua_jobs {
    bko_jobs jobs; /* borrows from the table in the userdata's user value */
    bko_fetch_options fetch;
    bko_process_hook hook;
    size_t rows_max;
    lua_State *L;              /* the main state, for workers that share nothing */
    int process_ref;           /* the function in L's registry; LUA_NOREF: none */
    bko__buffer shipped;       /* the function, encoded for the states of worker threads */
    bko__buffer shipped_paths; /* package.path and package.cpath, each closed by a zero */
    bool headers_wanted;
} bko__lua_jobs;

bko__lua_jobs *bko__lua_check_jobs(lua_State *L, int index);

/* Fills jobs->hook; see process_hook.c. */
void bko__lua_process_hook(bko__lua_jobs *jobs);

/* Encodes `process` for worker threads: 0, or an error with a sentence. Bench's thread. */
int bko__lua_ship_process(bko__lua_jobs *jobs, char *reason, size_t size);

#endif

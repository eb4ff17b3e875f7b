/*
 * The jobs of an experiment as Lua holds them: URLs with the `process` function, or items with the
 * `task` function; fetch options and the recorder of the current trial.
 *
 * Threads: made and changed on the bench's thread. A trial's workers only read them.
 */
#ifndef BAKEOFF_LUA_JOBS_JOBS_H
#define BAKEOFF_LUA_JOBS_JOBS_H

#include <lua.h>
#include <stdbool.h>

#include "bakeoff/contender.h"
#include "core/buffer.h"

#define BKO__JOBS_TYPE "bakeoff.jobs"

/* The values for workers that don't share the main state, encoded once per run. */
typedef struct bko__lua_jobs_encoded {
    bko__buffer function; /* process or task */
    bko__buffer shared;   /* empty: none */
    bko__buffer random;   /* empty: none; encoded anew when it changes */
    bko__buffer paths;    /* package.path and package.cpath, each terminated by a zero */
    bko__buffer items;    /* one after the other */
} bko__lua_jobs_encoded;

typedef struct bko__lua_jobs {
    bko_jobs jobs; /* borrows from the table in the userdata's user value */
    bko_fetch_options fetch;
    bko_process_hook process_hook;
    bko_task_hook task_hook;
    size_t rows_max;
    lua_State *L;         /* the main state, for workers that are alone in their process */
    lua_CFunction module; /* opens bakeoff.core in states of workers */
    /* references in L's registry; LUA_NOREF: none */
    int function_ref; /* process or task */
    int items_ref;
    int shared_ref;
    int random_ref; /* what was drawn for the trial's block */
    bko__lua_jobs_encoded encoded;
    bko_item *items; /* owned; they point into encoded.items */
    bool headers_wanted;
    bool same_results; /* what the jobs return is compared between contenders */
} bko__lua_jobs;

bko__lua_jobs *bko__lua_jobs_check(lua_State *L, int index);

/* The parts core.jobs, core.native_setup (contender.c) and core.job_loop; see lua/module.h. */
void bko__lua_jobs_part(lua_State *L);
void bko__lua_contender(lua_State *L);
void bko__lua_job_loop(lua_State *L);

/* These set jobs->process_hook and jobs->task_hook. */
void bko__lua_process_hook(bko__lua_jobs *jobs);
void bko__lua_task_hook(bko__lua_jobs *jobs);

/* Encode the values of the jobs for other states and processes. Return 0, or an error with a
 * message in `reason`. On the bench's thread. The first is for workers with a Lua state of their
 * own. */
int bko__lua_jobs_encode_function(bko__lua_jobs *jobs, char *reason, size_t size);
int bko__lua_jobs_encode_random(bko__lua_jobs *jobs, char *reason, size_t size);
int bko__lua_jobs_encode_items(bko__lua_jobs *jobs, char *reason, size_t size);
void bko__lua_jobs_free_encoded(bko__lua_jobs *jobs);

#endif

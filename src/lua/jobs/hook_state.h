/*
 * The Lua state in which a worker runs the script's function.
 *
 * A worker that shares its process with others (a thread) gets a state of its own, with copies of
 * the function, of `shared` and of what was drawn at random; results leave it encoded, as they must on their way to another
 * state. A worker that is alone in its process uses the state it was forked with, including all
 * upvalues.
 *
 * Threads: belongs to its worker.
 */
#ifndef BAKEOFF_LUA_JOBS_HOOK_STATE_H
#define BAKEOFF_LUA_JOBS_HOOK_STATE_H

#include "lua/jobs/jobs.h"

typedef struct bko__lua_hook_state {
    const bko__lua_jobs *jobs;
    lua_State *L;
    int function, shared, random; /* references in L's registry; LUA_NOREF: there is none */
    bool own_state;               /* we close L, and results are encoded */
    bko__buffer result;           /* encoded; kept for reuse */
} bko__lua_hook_state;

/* Returns 0, or an error with a message in `reason`; close the state in either case. */
int bko__lua_hook_state_open(bko__lua_hook_state *state, const bko__lua_jobs *jobs,
                             int shares_process, char *reason, size_t size);
void bko__lua_hook_state_close(bko__lua_hook_state *state);

/* One call of the script's function. */
typedef struct bko__lua_hook_call {
    bko__lua_hook_state *state;
    /* Pushes the arguments and returns how many; may raise. */
    int (*push)(lua_State *L, const struct bko__lua_hook_call *call);
    void *user;
    const char *what;   /* "result of process" */
    uint64_t job;       /* what tells this job from others: see lua/jobs/digest.h */
    bko_answer *answer; /* where the result goes; NULL: it is dropped */
    char *reason;
    size_t reason_size;
    int err;
} bko__lua_hook_call;

/* Calls the function and passes the result on. The call fails if the function raises, or returns
 * nil and a message. Returns 0, or BKO_ETASK with message and traceback in call->reason. Never
 * raises. */
int bko__lua_hook_run(bko__lua_hook_call *call);

#endif

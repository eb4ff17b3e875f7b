/*
 * A pool's worker on the Lua side: the callbacks of bko_pool_worker for threads, forked processes
 * and the worker program.
 *
 * worker_state.c prepares and closes it, worker_function.c keeps the functions it was sent,
 * worker_run.c runs tasks and worker_chunk.c pieces of a map.
 *
 * Threads: everything here belongs to the worker's thread except the setup, which is const once the
 * pool's workers start.
 */
#ifndef BAKEOFF_LUA_POOL_WORKER_H
#define BAKEOFF_LUA_POOL_WORKER_H

#include <lua.h>
#include <stdbool.h>
#include <stdint.h>

#include "bakeoff/pool.h"
#include "bakeoff/spans.h"
#include "core/buffer.h"
#include "core/gil.h"

typedef struct bko__lua_worker bko__lua_worker;

/* The `user` of the callbacks: workers find it in the memory of their pool, and a worker program
 * fills in its own. */
typedef struct bko__lua_worker_setup {
    bool is_fork;
    bool is_program;      /* a worker program: the greeting brings what it needs */
    lua_CFunction module; /* opens bakeoff.core in states of workers */
    lua_State *L;         /* fork: a Lua thread of the owner's state, for workers only; else NULL */
    int init;             /* fork: in L's registry, or LUA_NOREF */
    int shared;
    int store;           /* descriptor */
    bko_spans *spans;    /* records what ran when; NULL: nothing is recorded. Borrowed */
    bko__gil *gil;       /* threads: the lock under which all of them run Lua; else NULL */
    bko__lua_worker *me; /* fork: set in the worker's copy; NULL in the owner */
} bko__lua_worker_setup;

enum {
    BKO__FUNCTIONS = 64,             /* how many a worker keeps */
    BKO__FUNCTIONS_BYTES = 16 << 20, /* encoded size; above it a worker keeps only the newest */
    /* The worker's Lua stack, from the bottom; these are also the first arguments of its protected
     * call. */
    BKO__WORKER_HANDLER = 1,
    BKO__WORKER_TABLE, /* functions by number modulo BKO__FUNCTIONS */
    BKO__WORKER_TOP = BKO__WORKER_TABLE
};

struct bko__lua_worker {
    lua_State *L;
    bool owns_state;
    int store; /* descriptor */
    bool owns_store;
    bko__gil *gil; /* borrowed from the setup; entered around everything that touches L */
    uint64_t numbers[BKO__FUNCTIONS]; /* number + 1 of the function in each slot; 0: none */
    uint64_t kept_bytes;              /* encoded size of all of them */
    bko__buffer answer;               /* kept for reuse */
    bko__buffer read;                 /* what comes from the store */
    bool met_deadlock;                /* this task tried to use its own pool */
    char reason[512];                 /* scratch: a message before it is raised */
};

/* A task on its way through the protected call. */
typedef struct bko__lua_worker_task {
    bko__lua_worker *worker;
    const unsigned char *at; /* what follows the function */
    const unsigned char *end;
    unsigned flags;
    uint64_t loaded; /* bytes read from the store for it */
} bko__lua_worker_task;

/* The callbacks; `user` is a setup that the caller fills in. */
extern const bko_pool_worker bko__lua_pool_worker;

/* Runs one task. */
int bko__lua_worker_run(void *user, void *state, unsigned number, uint64_t id, const void *data,
                        size_t size, bko_answer *answer);

/* Push the function with this number: from the worker's table, from the store, or from the bytes at
 * task->at, which then moves past it. Protected; may raise. 0, or an error with worker->reason. */
int bko__lua_worker_function(bko__lua_worker_task *task, uint64_t number, uint64_t offset,
                             uint64_t size);
int bko__lua_worker_carried(bko__lua_worker_task *task, uint64_t number, uint64_t size);

/* Runs all items of a chunk; stack: the function on top. Protected; may raise. */
void bko__lua_worker_chunk(bko__lua_worker_task *task);

#endif

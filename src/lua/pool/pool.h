/*
 * The owner's side of pools: what the files of pools and futures share.
 *
 *   pool.c          create, close
 *   checks.c        which pool or future is this, and may this process use it?
 *   options.c       the options of core.pool, and the greeting made of them
 *   facts.c         what a pool tells about itself
 *   submit.c        tasks as bytes, on their way
 *   function.c      which of a pool's functions is this, and has what it captured changed?
 *   shipment.c      functions as bytes: each once, in tasks or in the store
 *   future_map.c    from a task's number to its future
 *   collect.c       tasks that have ended become futures that are done
 *   future.c        what a future tells
 *   future_answer.c its answer's bytes; future_result.c: its values; future_take.c: those of a map
 *   future_wait.c   waiting
 *
 * Threads: a pool and its futures belong to the Lua state that made them. In a forked copy of it they
 * are dead: every function that would wait or submit says so.
 */
#ifndef BAKEOFF_LUA_POOL_POOL_H
#define BAKEOFF_LUA_POOL_POOL_H

#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>
#include <stdint.h>

#include "bakeoff/pool.h"
#include "core/buffer.h"
#include "core/fork_mark.h"
#include "lua/pool/worker.h"

#define BKO__POOL_TYPE   "bakeoff.pool"
#define BKO__FUTURE_TYPE "bakeoff.future"

typedef struct bko__lua_pool bko__lua_pool;
typedef struct bko__function bko__function;

/* --- functions ------------------------------------------------------------------------------------ */

/* One function as bytes. Kept while tasks or functions use it, and for a while afterwards. */
typedef struct bko__shipment {
    uint64_t number; /* from 0, never used again */
    uint64_t hash;   /* of the bytes */
    bko__buffer bytes;
    uint64_t offset;                /* in the store; UINT64_MAX: not there */
    size_t users;                   /* tasks outstanding, functions, handles */
    bool was_carried;               /* a task has brought it to some worker */
    unsigned char head[1 + 3 * 10]; /* flags, number, offset, size: how a task refers to it */
    unsigned char head_size;
    struct bko__shipment *next_same;             /* in its bucket */
    struct bko__shipment *idle_next, *idle_prev; /* without users: oldest first */
} bko__shipment;

enum { BKO__BUCKETS = 64 };

typedef struct bko__shipments {
    int store; /* descriptor of a file in memory; -1: none */
    uint64_t store_end;
    uint64_t next_number;
    bko__shipment *buckets[BKO__BUCKETS];
    bko__shipment idle; /* head of the ring */
    unsigned idle_count;
    size_t idle_bytes;
    bool closed; /* what has no users goes at once */
} bko__shipments;

int bko__shipments_open(bko__shipments *self);
/* Frees what is idle; what still has users goes with its last one. */
void bko__shipments_close(bko__shipments *self);
/* The shipment of these bytes, with one user more; takes the bytes (leaves the buffer empty). NULL:
 * out of memory. */
bko__shipment *bko__shipments_get(bko__shipments *self, bko__buffer *bytes);
void bko__shipments_release(bko__shipments *self, bko__shipment *shipment);
/* Appends the beginning of a task: flags, and the function or where to find it. 0 or BKO_ENOMEM. */
int bko__shipments_put_head(bko__shipments *self, bko__shipment *shipment, unsigned flags,
                            bko__buffer *out);

/* Stack: the pool at 1, a function at 2. The shipment of what the function is now, borrowed from the
 * pool's table of functions until the next call. Raises when it cannot travel. */
__attribute__((returns_nonnull)) bko__shipment *bko__pool_function(lua_State *L,
                                                                   bko__lua_pool *self);

/* --- tasks ---------------------------------------------------------------------------------------- */

typedef struct bko__future {
    bko__lua_pool *pool;      /* NULL once it has ended */
    struct bko__future *next; /* ended, not yet seen to */
    bko__shipment *function;  /* of the task, until it has ended */
    uint64_t task;
    unsigned slot;   /* that anchors it in the pool */
    int error;       /* BKO_OK, or how it ended; BKO__PENDING */
    unsigned worker; /* from 0; UINT_MAX: none */
    int pid;
    bool is_chunk;
    bool has_callbacks;
    bool is_decoded; /* user value 1 holds the values, in a table with n */
    size_t size;     /* of the answer */
    char *heavy;     /* the answer between its arrival and user value 1; owned */
    char small[32];  /* the answer, if it fits */
} bko__future;

enum { BKO__PENDING = 1 };

/* User values of a future. */
enum {
    BKO__FUTURE_VALUE = 1, /* the pool while pending; then the answer as a string, or its values */
    BKO__FUTURE_CALLBACKS, /* list of functions */
    BKO__FUTURE_VALUES = BKO__FUTURE_CALLBACKS
};

typedef struct bko__future_page bko__future_page;

/* From task numbers to futures: pages of pointers, freed as they empty. */
typedef struct bko__future_map {
    bko__future_page **pages; /* owned ring of `room` entries */
    size_t room;              /* a power of two, or 0 */
    uint64_t first;           /* number of the first page */
    size_t count;             /* pages from there on; some NULL */
    bko__future_page *spare;
    size_t outstanding;
} bko__future_map;

/* Makes room for the next task. 0 or BKO_ENOMEM. */
int bko__future_map_reserve(bko__future_map *tasks, uint64_t task);
/* `task` must have been reserved. */
void bko__future_map_put(bko__future_map *tasks, uint64_t task, bko__future *future);
/* The task's future, which is forgotten; NULL if there is none. */
bko__future *bko__future_map_take(bko__future_map *tasks, uint64_t task);
/* Takes any future; NULL when nothing is outstanding. */
bko__future *bko__future_map_take_any(bko__future_map *tasks);
void bko__future_map_free(bko__future_map *tasks);

/* --- pools ---------------------------------------------------------------------------------------- */

struct bko__lua_pool {
    bko_pool *pool; /* owned; NULL once closed */
    bko_pool_kind kind;
    unsigned workers;
    bool is_shut;
    bko__fork_mark mark;         /* of the owner's process */
    bko__lua_worker_setup setup; /* const after create; workers read it */
    bko__shipments shipments;
    bko__future_map tasks;
    unsigned watchers;            /* who rely on the descriptor: it is armed after every collect */
    uint64_t next_task;           /* that the pool will give out */
    bko__buffer message;          /* being built; kept for reuse */
    bko__buffer encoded;          /* a function, likewise */
    const void *last;             /* the function of the last submit, anchored */
    bko__function *last_function; /* its userdata, kept by the table of functions */
    bko__future *ended, **ended_tail; /* to be seen to, oldest first */
    unsigned *free_slots;             /* owned; slots of the anchors in use by nobody */
    unsigned free_count, slots, slots_room;
    uint64_t loaded_bytes;  /* that workers read from the store */
    bko_pool_counts counts; /* as they were at the close */
    double *cpu;            /* owned; likewise, one per worker */
    const char *argv[2];
    char reason[512];
};

/* User values of a pool. */
enum {
    BKO__POOL_ANCHORS = 1, /* slot → pending future */
    BKO__POOL_FUNCTIONS,   /* function → bko__function, weak keys */
    BKO__POOL_LAST,        /* the function of the last submit */
    BKO__POOL_PROGRAM,     /* path of the worker program */
    BKO__POOL_THREAD,      /* Lua thread of forked workers */
    BKO__POOL_VALUES = BKO__POOL_THREAD
};

bko__lua_pool *bko__lua_check_pool(lua_State *L, int index); /* raises */
/* Raises where it was closed, shut down, or belongs to another process (workers of its own pass). */
bko__lua_pool *bko__lua_check_open_pool(lua_State *L, int index, const char *what);
bko__future *bko__lua_check_future(lua_State *L, int index);

/* Reads core.pool's options (stack: options at 1) into what the library wants. `greeting` is a buffer
 * of Lua's. Raises on misuse. */
void bko__lua_pool_options(lua_State *L, bko__lua_pool *self, bko_pool_options *options,
                           bko__buffer *greeting);

/* Raises where this process is a forked copy of the owner, but for the pool's own workers: 1 for these,
 * 0 for the owner. */
int bko__lua_pool_is_copy(lua_State *L, const bko__lua_pool *self, const char *what);
/* The sentence for a task that met its own pool; marks the task. */
const char *bko__lua_pool_deadlock(bko__lua_pool *self);

/* Pushes a future (pending, anchored, not yet given to the pool). Stack: the pool at 1. */
bko__future *bko__lua_push_future(lua_State *L, bko__lua_pool *self);
/* Ends a future without the pool's help; `text` is copied, cut to what fits in place. */
void bko__future_fail(bko__lua_pool *self, bko__future *future, int error, const char *text);

/* Ends every future that is outstanding; see to them afterwards. */
void bko__lua_pool_abandon(bko__lua_pool *self, int error, const char *text);
/* Calls the callbacks of the future on top of the stack, each protected. */
void bko__future_call_back(lua_State *L);

/* Collects, waiting at most `timeout_ns`, and sees to what ended (values, callbacks). Stack: the pool at
 * `index`. As bko_pool_collect; may raise for want of memory. */
int bko__lua_pool_collect(lua_State *L, int index, int64_t timeout_ns, uint64_t wanted);
/* Sees to futures that have ended: their values, anchors, callbacks. */
void bko__lua_pool_settle(lua_State *L, int index);

/* The pool's counts, also after the close. */
void bko__lua_pool_counts(bko__lua_pool *self, bko_pool_counts *out);

/* A time limit: seconds, a text such as "100ms", or nothing (-1: no limit). In nanoseconds. Raises. */
int64_t bko__lua_timeout(lua_State *L, int index, const char *what);

/* Waits until the future (stack: at 1) has ended. 0 (also when the limit passed) or an error. May
 * raise. */
int bko__lua_wait_for(lua_State *L, bko__future *future, int64_t timeout);
/* Pushes the function of core.set_await, if there is one. */
bool bko__lua_push_await(lua_State *L);
/* Lets a debug hook run: how an interpreter hears of Ctrl-C. May raise what the hook raises. */
void bko__lua_let_hooks_run(lua_State *L);

/* Methods of pools. */
extern const luaL_Reg bko__lua_submit_methods[];
/* Adds methods to the table on top, and to the metatable below it. */
void bko__lua_pool_facts(lua_State *L);

/* Registers the type of futures, and adds their functions to the table on top. */
void bko__lua_futures(lua_State *L);
/* The answer of a future that is done. Stack: the future at 1; pushes what keeps the bytes. */
const char *bko__future_push_answer(lua_State *L, const bko__future *self);
/* Pushes nil, message, code of a future that failed; 3. Stack: the future at 1. */
int bko__future_push_failure(lua_State *L, const bko__future *self);
/* How long the message is that opens a text with a traceback. */
size_t bko__message_size(const char *text, size_t size);
int bko__future_take(lua_State *L); /* a method, see future_take.c */
/* Methods of futures, and functions of the module. */
extern const luaL_Reg bko__lua_result_methods[];
extern const luaL_Reg bko__lua_wait_functions[];

/* The part core.pool and what goes with it; see lua/module.h. */
void bko__lua_pool_part(lua_State *L);

#endif

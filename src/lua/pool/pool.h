/*
 * The owner's side of pools: what the files of pools and futures share.
 *
 *   pool.c          creating and closing
 *   checks.c        which pool or future an argument is, and whether this process may use it
 *   options.c       the options of core.pool, and the greeting made from them
 *   facts.c         what a pool reports about itself
 *   submit.c        builds tasks as bytes and submits them
 *   function.c      which function it is, and whether what it captured has changed
 *   encodings.c      functions as bytes: each once, in tasks or in the store
 *   future_map.c    finds the future of a task number
 *   collect.c       completes the futures of tasks that have ended
 *   future.c        a future's state, cancelling, callbacks
 *   future_answer.c the answer's bytes; future_result.c: its values; future_take.c: those of a map
 *   future_wait.c   waiting
 *
 * Threads: a pool and its futures belong to the Lua state that made them. In a forked copy of that
 * state they are unusable: every function that would wait or submit reports it.
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
typedef struct bko__lua_function bko__lua_function;

/* --- functions ------------------------------------------------------------------------------------ */

/* One function as bytes. It is kept while tasks or functions use it, and for a while afterwards. */
typedef struct bko__lua_encoding {
    uint64_t number; /* from 0; numbers are not reused */
    uint64_t hash;   /* of the bytes */
    bko__buffer bytes;
    uint64_t offset;                /* in the store; UINT64_MAX: not in the store */
    size_t users;                   /* tasks outstanding, functions, handles */
    bool was_carried;               /* a task has carried it to some worker */
    unsigned char head[1 + 3 * 10]; /* flags, number, offset, size: how a task refers to it */
    unsigned char head_size;
    struct bko__lua_encoding *next_same;             /* in its bucket */
    struct bko__lua_encoding *idle_next, *idle_prev; /* those without users, oldest first */
} bko__lua_encoding;

enum { BKO__BUCKETS = 64 };

typedef struct bko__lua_encodings {
    int store; /* descriptor of a file in memory; -1: none */
    uint64_t store_end;
    uint64_t next_number;
    bko__lua_encoding *buckets[BKO__BUCKETS];
    bko__lua_encoding idle; /* head of the ring */
    unsigned idle_count;
    size_t idle_bytes;
    bool closed; /* frees an encoding as soon as it has no users */
} bko__lua_encodings;

int bko__lua_encodings_open(bko__lua_encodings *self);
/* Frees the idle encodings; an encoding with users is freed when it loses its last one. */
void bko__lua_encodings_close(bko__lua_encodings *self);
/* The encoding of these bytes, with one more user; takes the bytes (leaves the buffer empty). NULL:
 * out of memory. */
bko__lua_encoding *bko__lua_encodings_get(bko__lua_encodings *self, bko__buffer *bytes);
void bko__lua_encodings_release(bko__lua_encodings *self, bko__lua_encoding *encoding);
/* Appends the beginning of a task: flags, then the function or where to find it. 0 or
 * BKO_ENOMEM. */
int bko__lua_encodings_put_head(bko__lua_encodings *self, bko__lua_encoding *encoding,
                                unsigned flags, bko__buffer *out);

/* The encoding of the function in its present state. Stack: the pool at 1, the function at 2.
 * The pool's table of functions lends it until the next call. Raises when the function cannot
 * travel. */
__attribute__((returns_nonnull)) bko__lua_encoding *bko__lua_pool_function(lua_State *L,
                                                                           bko__lua_pool *self);

/* --- tasks ---------------------------------------------------------------------------------------- */

typedef struct bko__lua_future {
    bko__lua_pool *pool;          /* NULL once it has ended */
    struct bko__lua_future *next; /* in the list of ended, not yet settled futures */
    bko__lua_encoding *function;  /* of the task, until it has ended */
    uint64_t task;
    unsigned slot;   /* its slot in the pool's anchors */
    int error;       /* BKO__PENDING; after the end BKO_OK or an error */
    unsigned worker; /* from 0; UINT_MAX: none */
    int pid;
    bool is_chunk;
    bool has_callbacks;
    bool is_decoded; /* user value 1 holds the values, in a table with n */
    size_t size;     /* of the answer */
    char *heavy;     /* the answer until it moves to user value 1; owned */
    char small[32];  /* the answer, if it fits */
} bko__lua_future;

enum { BKO__PENDING = 1 };

/* User values of a future. */
enum {
    BKO__FUTURE_VALUE = 1, /* the pool while pending; then the answer as a string, or its values */
    BKO__FUTURE_CALLBACKS, /* list of functions */
    BKO__FUTURE_VALUES = BKO__FUTURE_CALLBACKS
};

typedef struct bko__lua_future_page bko__lua_future_page;

/* Finds futures by task number: pages of pointers, each freed when it becomes empty. */
typedef struct bko__lua_future_map {
    bko__lua_future_page **pages; /* owned ring of `room` entries */
    size_t room;                  /* a power of two, or 0 */
    uint64_t first;               /* number of the first page */
    size_t count;                 /* pages from there on; some are NULL */
    bko__lua_future_page *spare;
    size_t outstanding;
} bko__lua_future_map;

/* Makes room for the next task. 0 or BKO_ENOMEM. */
int bko__lua_future_map_reserve(bko__lua_future_map *tasks, uint64_t task);
/* `task` must have been reserved. */
void bko__lua_future_map_put(bko__lua_future_map *tasks, uint64_t task, bko__lua_future *future);
/* Removes and returns the task's future; NULL if there is none. */
bko__lua_future *bko__lua_future_map_take(bko__lua_future_map *tasks, uint64_t task);
/* Removes and returns any future; NULL when nothing is outstanding. */
bko__lua_future *bko__lua_future_map_take_any(bko__lua_future_map *tasks);
void bko__lua_future_map_free(bko__lua_future_map *tasks);

/* --- pools ---------------------------------------------------------------------------------------- */

struct bko__lua_pool {
    bko_pool *pool; /* owned; NULL once closed */
    bko_pool_kind kind;
    unsigned workers;
    bool is_shut;
    bko__fork_mark mark;         /* of the owner's process */
    bko__lua_worker_setup setup; /* const after create; workers read it */
    bko__lua_encodings encodings;
    bko__lua_future_map tasks;
    unsigned watchers;                    /* while above 0, every collect arms the descriptor */
    uint64_t next_task;                   /* the number of the next task */
    bko__buffer message;                  /* the message being built; kept for reuse */
    bko__buffer encoded;                  /* a function being encoded; kept for reuse */
    const void *last;                     /* the function of the last submit, anchored */
    bko__lua_function *last_function;     /* its userdata, held by the table of functions */
    bko__lua_future *ended, **ended_tail; /* not yet settled, oldest first */
    unsigned *free_slots;                 /* owned; free slots of the anchors */
    unsigned free_count, slots, slots_room;
    uint64_t loaded_bytes;  /* that workers read from the store */
    bko_pool_counts counts; /* counts at the time of closing */
    double *cpu;            /* owned; CPU time at the time of closing, one per worker */
    const char *argv[2];
    char reason[512];
};

/* User values of a pool. */
enum {
    BKO__POOL_ANCHORS = 1, /* slot → pending future */
    BKO__POOL_FUNCTIONS,   /* function → bko__lua_function, weak keys */
    BKO__POOL_LAST,        /* the function of the last submit */
    BKO__POOL_PROGRAM,     /* path of the worker program */
    BKO__POOL_THREAD,      /* Lua thread of forked workers */
    BKO__POOL_VALUES = BKO__POOL_THREAD
};

bko__lua_pool *bko__lua_pool_check(lua_State *L, int index); /* raises */
/* The pool at `index`. Raises if it was closed or shut down, or belongs to another process (its own
 * workers pass). */
bko__lua_pool *bko__lua_pool_check_open(lua_State *L, int index, const char *what);
bko__lua_future *bko__lua_future_check(lua_State *L, int index);

/* Converts core.pool's options (stack: options at 1) to those of the library. `greeting` is a Lua
 * buffer. Raises on misuse. */
void bko__lua_pool_options(lua_State *L, bko__lua_pool *self, bko_pool_options *options,
                           bko__buffer *greeting);

/* Returns 0 for the owner and 1 for one of the pool's own workers; raises in any other forked copy
 * of the owner. */
int bko__lua_pool_is_copy(lua_State *L, const bko__lua_pool *self, const char *what);
/* The message for a task that uses its own pool; marks the task. */
const char *bko__lua_pool_deadlock(bko__lua_pool *self);

/* Pushes a future (pending, anchored, not yet passed to the pool). Stack: the pool at 1. */
bko__lua_future *bko__lua_future_push(lua_State *L, bko__lua_pool *self);
/* Ends a future without the pool's help; `text` is copied, truncated to the space in the future. */
void bko__lua_future_fail(bko__lua_pool *self, bko__lua_future *future, int error,
                          const char *text);

/* Ends every outstanding future; settle them afterwards. */
void bko__lua_pool_abandon(bko__lua_pool *self, int error, const char *text);
/* Calls the callbacks of the future on top of the stack, each one protected. */
void bko__lua_future_call_back(lua_State *L);

/* Collects, waiting at most `timeout_ns`, and settles what ended (values, callbacks). Stack: the
 * pool at `index`. Returns as bko_pool_collect does; may raise when memory runs out. */
int bko__lua_pool_collect(lua_State *L, int index, int64_t timeout_ns, uint64_t wanted);
/* Settles futures that have ended: stores their values, frees their anchors, calls their
 * callbacks. */
void bko__lua_pool_settle(lua_State *L, int index);

/* The pool's counts; also works after closing. */
void bko__lua_pool_counts(bko__lua_pool *self, bko_pool_counts *out);

/* A time limit in nanoseconds, from seconds, a text such as "100ms", or nothing (-1: no limit).
 * Raises on anything else. */
int64_t bko__lua_timeout(lua_State *L, int index, const char *what);

/* Waits until the future (stack: at 1) has ended. 0 (also when the limit has passed) or an error.
 * May raise. */
int bko__lua_future_wait(lua_State *L, bko__lua_future *future, int64_t timeout);
/* Pushes the function of core.set_await, if there is one. */
bool bko__lua_push_await(lua_State *L);
/* Lets a debug hook run, which is how an interpreter learns of Ctrl-C. May raise what the hook
 * raises. */
void bko__lua_let_hooks_run(lua_State *L);

/* Methods of pools. */
extern const luaL_Reg bko__lua_submit_methods[];
/* Adds methods to the table on top of the stack and to the metatable below it. */
void bko__lua_pool_facts(lua_State *L);

/* Registers the type of futures and adds their functions to the table on top of the stack. */
void bko__lua_futures(lua_State *L);
/* The answer of a future that is done. Stack: the future at 1; pushes a value that keeps the bytes
 * alive. */
const char *bko__lua_future_push_answer(lua_State *L, const bko__lua_future *self);
/* Pushes nil, message, code of a future that failed and returns 3. Stack: the future at 1. */
int bko__lua_future_push_failure(lua_State *L, const bko__lua_future *self);
/* The length of the message at the start of a text with a traceback. */
size_t bko__lua_message_size(const char *text, size_t size);
int bko__lua_future_take(lua_State *L); /* a method, see future_take.c */
/* Methods of futures, and functions of the module. */
extern const luaL_Reg bko__lua_result_methods[];
extern const luaL_Reg bko__lua_wait_functions[];

/* The part core.pool and what belongs to it; see lua/module.h. */
void bko__lua_pool_part(lua_State *L);

#endif

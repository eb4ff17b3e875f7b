/*
 * The loop as scripts see it: a bko_loop, and tasks on it. A task is a coroutine that yields only where it
 * waits for the loop; the loop's turn resumes those that can go on, in the order in which they became
 * ready.
 *
 * From the bottom: scheduler.c: who runs, the queue of ready tasks. calls.c: calls from callbacks. task_error.c: how a
 * task fails. task.c: what it goes through. task_methods.c: tasks as values. turn.c: ready tasks go on. wait.c: sleeping,
 * parking, deadlines. io.c: fetches, files, descriptors. luv.c: luv's loop. loop.c: the loop's life.
 *
 * Threads: all of it belongs to the thread of the Lua state.
 */
#ifndef BAKEOFF_LUA_LOOP_LOOP_H
#define BAKEOFF_LUA_LOOP_LOOP_H

#include <lua.h>
#include <stdbool.h>

#include "bakeoff/loop.h"
#include "core/fork_mark.h"

#define BKO__LOOP_TYPE "bakeoff.loop"
#define BKO__TASK_TYPE "bakeoff.task"

typedef struct bko__task bko__task;
typedef struct bko__lua_loop bko__lua_loop;

/* Who runs in this Lua state. First upvalue of all functions of these files. */
typedef struct bko__scheduler {
    bko__task *current;     /* whose coroutine runs; NULL: none */
    bko__lua_loop *running; /* the loop inside loop:run; NULL: none */
} bko__scheduler;

/* The store's stack: the loop itself; tasks and watches that must stay; failed tasks; what the options point to. */
enum { STORE_LOOP = 1, STORE_ANCHORS, STORE_FAILED, STORE_FETCH, STORE_HEADERS };

struct bko__lua_loop {
    bko__scheduler *scheduler;
    bko_loop *loop;   /* owned; NULL: closed */
    lua_State *store; /* a thread that never runs: its stack holds values (STORE_…) */
    lua_State *hub;   /* a thread for calls from callbacks */
    lua_State *from;  /* whoever called run, else the hub */
    bko_fetch_options fetch;
    bko__task *first, *last; /* ready to go on */
    size_t ready;            /* how many */
    size_t tasks;            /* that have not ended */
    const bko__task *until;  /* run ends when it has ended */
    unsigned calls;          /* callbacks of the loop that we are inside of */
    bko__fork_mark mark;     /* of the process that made it */
    bool is_borrowed, is_closing;
};

/* What a task waits for. The names stand in the message on a deadlock. */
typedef enum bko__waits {
    WAITS_NOT,
    WAITS_CLOCK,
    WAITS_FETCH,
    WAITS_READ,
    WAITS_PARKED /* for another task's sake: see `reason` */
} bko__waits;

/* User values of a task: its coroutine, later what came of it; functions to call then. */
enum { TASK_VALUE = 1, TASK_CALLS, TASK_VALUES = TASK_CALLS };

/* Sees the response to a task's next fetch, before the task does. The owner's; it must outlive that fetch,
 * or the task. */
typedef struct bko__response_observer {
    void (*note)(struct bko__response_observer *self, const bko_response *response);
} bko__response_observer;

/* Ten thousand of them may wait: small, and nothing that is rarely used. */
struct bko__task {
    bko__lua_loop *loop; /* NULL: ended */
    lua_State *co;       /* held by TASK_VALUE until the end */
    bko__task *next;     /* in the queue of ready tasks */
    bko_timer timer;
    bko__response_observer *observer; /* borrowed; NULL: none */
    union {
        uint64_t ticket; /* WAITS_FETCH */
        bko_read *read;  /* WAITS_READ */
    } pending;
    unsigned serial; /* of the next parking: who wakes names it */
    int anchor;      /* in STORE_ANCHORS */
    int values; /* for the next resume, on the coroutine's stack; after the end: how many results */
    unsigned cancels; /* asked for and not taken back */
    unsigned char waits, reason;
    bool ready, started, must_cancel, headers_wanted;
    bool failed, cancelled; /* how it ended */
    bool asked;             /* somebody wanted to know of its error */
};

/* --- scheduler.c --- */
/* The scheduler of a function of these files. In a forked copy of a running loop nobody runs. */
bko__scheduler *bko__scheduler_of(lua_State *L);
bko__lua_loop *bko__lua_check_loop(lua_State *L, int index);
/* Is this a forked copy of the process that made the loop? */
bool bko__lua_loop_is_copy(const bko__lua_loop *loop);
/* Pushes a value of the store to L. */
void bko__lua_loop_push(bko__lua_loop *self, lua_State *L, int index);
/* Lets `task` go on in the loop's next turn with `values` values on its coroutine's stack. */
void bko__task_ready(bko__task *task, int values);

/* --- calls.c --- */
/* Calls what stands on the hub's stack with `arguments`, protected; an error becomes a warning that begins
 * with `what`. No results. Returns whether all went well. */
bool bko__lua_loop_call(bko__lua_loop *self, int arguments, const char *what);
/* Warns of tasks that failed and were never asked about; forgets all failed ones. */
void bko__lua_loop_report(bko__lua_loop *self);

/* --- turn.c --- */
/* The loop's turn. */
void bko__lua_loop_turn(void *user);

/* --- task.c --- */
/* loop:go(fn, …) → task */
int bko__lua_loop_go(lua_State *L);
void bko__task_step(bko__task *task);
/* Raises the cancellation at the task's waiting point, or at its next one. */
void bko__task_interrupt(bko__task *task);
/* Ends a task without running it any more; `close`: its to-be-closed variables are closed. */
void bko__task_abandon(bko__task *task, bool close);

/* --- task_error.c --- */
/* Pushes the value that a cancelled task's error is. */
void bko__push_cancelled(lua_State *L);
bool bko__is_cancelled(lua_State *L, int index);
/* Message handler: what was raised as a task's error { message=, traceback=, value=, code= }. */
int bko__task_error(lua_State *L);
/* Message handler for code that raises the same value again: remembers where it was first raised. */
int bko__task_keep_traceback(lua_State *L);

/* --- wait.c --- */
/* The task that may wait here, in function `what`. Raises where there is none or it can't. */
bko__task *bko__task_may_wait(lua_State *L, const char *what);
/* Yields; returns (as the binding's function) what bko__task_ready was given. */
int bko__task_wait(lua_State *L, bko__task *task, bko__waits what);
/* What parked tasks wait for, in words; ends with NULL. */
extern const char *const bko__park_reasons[];

/* Adders of functions and types; the scheduler is on top of the stack, the table below it. */
void bko__lua_add_tasks(lua_State *L);
void bko__lua_add_waiting(lua_State *L);
/* Methods of the loop; its metatable's index table is below the scheduler. */
void bko__lua_add_io(lua_State *L);

/* Ends the watch at `index`, if it is one. */
void bko__lua_watch_abandon(lua_State *L, int index);

/* --- luv.c --- */
/* The uv_loop_t of the luv module at `index`, or raises with what is wrong. */
void *bko__luv_loop(lua_State *L, int index);

/* The part core.loop and what goes with it; see lua/module.h. */
void bko__lua_loop_part(lua_State *L);

#endif

/*
 * The loop as scripts see it: a bko_loop, and tasks on it. A task is a coroutine that yields only
 * where it waits for the loop; the loop's turn resumes the tasks that can go on, in the order in
 * which they became ready.
 *
 * From the bottom up:
 *
 *   scheduler.c     the running task, the queue of ready tasks
 *   calls.c         calls from callbacks
 *   task_error.c    how a task fails
 *   task_end.c      how a task ends
 *   task.c          starts, resumes and cancels tasks
 *   task_methods.c  tasks as values
 *   resume.c        resumes ready tasks
 *   wait.c          sleeping, parking, deadlines
 *   io.c            fetches, files, descriptors
 *   luv.c           luv's loop
 *   loop.c          the loop from opening to closing
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

typedef struct bko__lua_task bko__lua_task;
typedef struct bko__lua_loop bko__lua_loop;

/* What runs in this Lua state. It is the first upvalue of all functions of these files. */
typedef struct bko__lua_scheduler {
    bko__lua_task *current; /* the task whose coroutine runs; NULL: none */
    bko__lua_loop *running; /* the loop inside loop:run; NULL: none */
} bko__lua_scheduler;

/* The store's stack: the loop itself; tasks and watches that must stay alive; failed tasks; the
 * values that the options point to. */
enum { STORE_LOOP = 1, STORE_ANCHORS, STORE_FAILED, STORE_FETCH, STORE_HEADERS };

struct bko__lua_loop {
    bko__lua_scheduler *scheduler;
    bko_loop *loop;   /* owned; NULL: closed */
    lua_State *store; /* a thread that never runs: its stack holds values (STORE_…) */
    lua_State *hub;   /* a thread for calls from callbacks */
    lua_State *from;  /* the thread that called run, else the hub */
    bko_fetch_options fetch;
    bko__lua_task *first, *last; /* ready to go on */
    size_t ready;                /* length of the queue */
    size_t tasks;                /* tasks that have not ended */
    const bko__lua_task *until;  /* run ends when this task has ended */
    unsigned calls;              /* depth of nested callbacks of the loop */
    bko__fork_mark mark;         /* of the process that made it */
    bool is_borrowed, is_closing;
};

/* What a task waits for. The message on a deadlock shows the names. */
typedef enum bko__lua_waits {
    WAITS_NOT,
    WAITS_CLOCK,
    WAITS_FETCH,
    WAITS_READ,
    WAITS_PARKED /* waits for another task: see `reason` */
} bko__lua_waits;

/* User values of a task: its coroutine, later its results; the functions to call when it ends. */
enum { TASK_VALUE = 1, TASK_CALLS, TASK_VALUES = TASK_CALLS };

/* Sees the response to a task's next fetch before the task does. Its owner keeps it alive until
 * that fetch or the task has ended. */
typedef struct bko__lua_response_observer {
    void (*note)(struct bko__lua_response_observer *self, const bko_response *response);
} bko__lua_response_observer;

/* Keep it small and free of rarely used fields: ten thousand tasks may wait at once. */
struct bko__lua_task {
    bko__lua_loop *loop; /* NULL: the task has ended */
    lua_State *co;       /* held by TASK_VALUE until the end */
    bko__lua_task *next; /* in the queue of ready tasks */
    bko_timer timer;
    bko__lua_response_observer *observer; /* borrowed; NULL: none */
    union {
        uint64_t ticket; /* WAITS_FETCH */
        bko_read *read;  /* WAITS_READ */
    } pending;
    unsigned serial; /* number of the next parking; whoever wakes the task names it */
    int anchor;      /* in STORE_ANCHORS */
    int values; /* values on the coroutine's stack for the next resume; later: how many results */
    unsigned cancels; /* cancel requests that were not taken back */
    unsigned char waits, reason;
    bool ready, started, must_cancel, headers_wanted;
    bool failed, cancelled; /* how it ended */
    bool asked;             /* somebody asked about its error */
};

/* --- scheduler.c --- */
/* The scheduler of a function of these files. In a forked copy of a running loop no task runs. */
bko__lua_scheduler *bko__lua_scheduler_of(lua_State *L);
bko__lua_loop *bko__lua_loop_check(lua_State *L, int index);
/* Is this a forked copy of the process that made the loop? */
bool bko__lua_loop_is_copy(const bko__lua_loop *loop);
/* Pushes a value of the store onto L. */
void bko__lua_loop_push(bko__lua_loop *self, lua_State *L, int index);
/* Resumes `task` in the loop's next turn with `values` values on its coroutine's stack. */
void bko__lua_task_ready(bko__lua_task *task, int values);

/* --- calls.c --- */
/* Calls the function on the hub's stack with `arguments`, protected; an error becomes a warning
 * that begins with `what`. No results. Returns whether the call succeeded. */
bool bko__lua_loop_call(bko__lua_loop *self, int arguments, const char *what);
/* Warns of failed tasks whose errors nobody asked about; forgets all failed tasks. */
void bko__lua_loop_report(bko__lua_loop *self);

/* --- resume.c --- */
/* The loop's turn: resumes ready tasks. */
void bko__lua_loop_resume_ready(void *user);

/* --- task_end.c --- */
/* Ends the task with the `results` values on its coroutine's stack: true, results … or false and
 * an error (nil: it yielded). */
void bko__lua_task_end(bko__lua_task *task, int results);

/* --- task.c --- */
/* loop:go(fn, …) → task */
int bko__lua_loop_go(lua_State *L);
void bko__lua_task_step(bko__lua_task *task);
/* Raises the cancellation at the task's waiting point, or at its next one. */
void bko__lua_task_interrupt(bko__lua_task *task);
/* Ends a task without running it again; with `close`, closes its to-be-closed variables. */
void bko__lua_task_abandon(bko__lua_task *task, bool close);

/* --- task_error.c --- */
/* Pushes the value that stands for a cancelled task's error. */
void bko__lua_task_push_cancelled(lua_State *L);
bool bko__lua_task_is_cancelled(lua_State *L, int index);
/* Message handler: turns what was raised into a task's error { message=, traceback=, value=, code=
 * }. */
int bko__lua_task_error(lua_State *L);
/* Message handler for code that raises the same value again: remembers where it was first
 * raised. */
int bko__lua_task_keep_traceback(lua_State *L);

/* --- wait.c --- */
/* The running task, if it may wait in function `what`. Raises if there is none or it may not
 * wait. */
bko__lua_task *bko__lua_task_may_wait(lua_State *L, const char *what);
/* Yields; when the task goes on, returns the values given to bko__lua_task_ready, as the binding's
 * results. */
int bko__lua_task_wait(lua_State *L, bko__lua_task *task, bko__lua_waits what);
/* What parked tasks wait for, in words; ends with NULL. */
extern const char *const bko__lua_park_reasons[];

/* Add functions and types to a table; the scheduler is on top of the stack, the table below it. */
void bko__lua_loop_add_tasks(lua_State *L);
void bko__lua_loop_add_waiting(lua_State *L);
/* Adds methods of the loop; its metatable's index table is below the scheduler. */
void bko__lua_loop_add_io(lua_State *L);

/* Closes the watch at `index`, if it is one. */
void bko__lua_watch_abandon(lua_State *L, int index);

/* --- luv.c --- */
/* The uv_loop_t of the luv module at `index`; raises with the reason if it cannot be used. */
void *bko__lua_luv_loop(lua_State *L, int index);

/* The part core.loop and what belongs to it; see lua/module.h. */
void bko__lua_loop_part(lua_State *L);

#endif

/* Where tasks wait for the clock and for each other, without the system. See lua/loop/loop.h. */
#include <errno.h>
#include <lauxlib.h>
#include <time.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/gil.h"
#include "lua/base/type.h"
#include "lua/loop/loop.h"

#define DEADLINE_TYPE "bakeoff.deadline"

enum { SCHEDULER = lua_upvalueindex(1), SECONDS = lua_upvalueindex(2) };

static const double NS_PER_S = 1e9;
static const double LONGEST_S = 1e9; /* thirty years: more would not fit the clock */

const char *const bko__lua_park_reasons[] = {"a task",      "a future", "a group",
                                             "a semaphore", "a job",    NULL};

/* --- waiting points ---------------------------------------------------------------------------------- */

static int raise_cancelled(lua_State *L, bko__lua_task *task) {
    task->must_cancel = false;
    bko__lua_task_push_cancelled(L);
    return lua_error(L);
}

bko__lua_task *bko__lua_task_may_wait(lua_State *L, const char *what) {
    bko__lua_scheduler *who = bko__lua_scheduler_of(L);
    bko__lua_task *task = who->current;
    if (task == NULL) {
        luaL_error(L,
                   who->running != NULL
                       ? "%s: a callback cannot wait; start a task in it with loop:go"
                       : "%s: only a coroutine of a loop can wait here; start it with loop:go",
                   what);
    } else if (task->co != L) {
        luaL_error(L, "%s: a coroutine inside a task cannot wait; start it with loop:go instead",
                   what);
    } else if (!lua_isyieldable(L)) {
        luaL_error(L,
                   "%s: the task cannot wait inside a function called from C, for example by "
                   "table.sort or string.gsub",
                   what);
    } else if (task->must_cancel) {
        raise_cancelled(L, task);
    }
    return task;
}

static int resumed(lua_State *L, int status, lua_KContext top) {
    (void)status;
    bko__lua_task *task = bko__lua_scheduler_of(L)->current;
    if (task->must_cancel) {
        return raise_cancelled(L, task);
    }
    return lua_gettop(L) - (int)top;
}

int bko__lua_task_wait(lua_State *L, bko__lua_task *task, bko__lua_waits what) {
    task->waits = (unsigned char)what;
    return lua_yieldk(L, 0, lua_gettop(L), resumed);
}

/* --- the clock ------------------------------------------------------------------------------------------ */

/* The duration at 1 in seconds: a number, or text such as "100ms". */
static double seconds(lua_State *L) {
    if (lua_type(L, 1) != LUA_TNUMBER) {
        lua_pushvalue(L, SECONDS);
        lua_pushvalue(L, 1);
        lua_call(L, 1, 1);
        lua_replace(L, 1);
    }
    double given = lua_tonumber(L, 1);
    luaL_argcheck(L, given >= 0 && given <= LONGEST_S, 1,
                  "expected a duration of 0 to 1e9 seconds");
    return given;
}

static int64_t due(double wait_s) {
    return bko_clock_now_ns() + (int64_t)(wait_s * NS_PER_S);
}

static void sleep_thread(double wait_s) {
    int64_t until = due(wait_s);
    struct timespec when = {until / (int64_t)NS_PER_S, until % (int64_t)NS_PER_S};
    bko__blocking_begin();
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL) == EINTR) {
    }
    bko__blocking_end();
}

/* sleep(duration): the task waits and others run; outside of all loops the thread sleeps. */
static int wait_sleep(lua_State *L) {
    const bko__lua_scheduler *who = bko__lua_scheduler_of(L);
    double wait_s = seconds(L);
    if (who->current == NULL && who->running == NULL) {
        sleep_thread(wait_s);
        return 0;
    }
    bko__lua_task *task = bko__lua_task_may_wait(L, "sleep");
    if (wait_s <= 0) {
        bko__lua_task_ready(task, 0);
        return bko__lua_task_wait(L, task, WAITS_NOT);
    }
    if (bko_loop_timer_start(task->loop->loop, &task->timer, due(wait_s)) != BKO_OK) {
        return luaL_error(L, "sleep: %s", bko_error_text(BKO_ENOMEM));
    }
    return bko__lua_task_wait(L, task, WAITS_CLOCK);
}

/* make_sleep(units.seconds) → sleep */
static int wait_make_sleep(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, 1);
    lua_pushvalue(L, SCHEDULER);
    lua_insert(L, 1);
    lua_pushcclosure(L, wait_sleep, 2);
    return 1;
}

/* --- deadlines ---------------------------------------------------------------------------------------------- */

/* A timer that cancels its task. It lives on the task's stack, as a to-be-closed variable. */
typedef struct deadline {
    bko_timer timer;
    bko__lua_task *task;
    bool expired;
} deadline;

static void expire(bko_timer *timer) {
    deadline *self = (deadline *)timer;
    self->expired = true;
    self->task->cancels++;
    bko__lua_task_interrupt(self->task);
}

/* deadline(seconds) → deadline of the running task, which is cancelled when it passes. */
static int wait_deadline(lua_State *L) {
    double wait_s = luaL_checknumber(L, 1);
    bko__lua_task *task = bko__lua_task_may_wait(L, "timeout");
    deadline *self = lua_newuserdatauv(L, sizeof *self, 0);
    *self = (deadline){.timer.fire = expire, .task = task};
    luaL_setmetatable(L, DEADLINE_TYPE);
    wait_s = wait_s <= LONGEST_S ? wait_s : LONGEST_S;
    if (bko_loop_timer_start(task->loop->loop, &self->timer, due(wait_s)) != BKO_OK) {
        return luaL_error(L, "timeout: %s", bko_error_text(BKO_ENOMEM));
    }
    return 1;
}

/* While the timer runs, its task and their loop are alive. */
static int deadline_close(lua_State *L) {
    deadline *self = luaL_checkudata(L, 1, DEADLINE_TYPE);
    if (self->timer.slot != 0) {
        bko_loop_timer_stop(self->task->loop->loop, &self->timer);
    }
    return 0;
}

static int deadline_expired(lua_State *L) {
    const deadline *self = luaL_checkudata(L, 1, DEADLINE_TYPE);
    lua_pushboolean(L, self->expired);
    return 1;
}

/* --- each other ------------------------------------------------------------------------------------------------ */

/* current() → the running task or nil */
static int wait_current(lua_State *L) {
    bko__lua_task *task = bko__lua_scheduler_of(L)->current;
    if (task == NULL) {
        lua_pushnil(L);
        return 1;
    }
    bko__lua_loop_push(task->loop, L, STORE_ANCHORS);
    lua_rawgeti(L, -1, task->anchor);
    return 1;
}

/* ticket(what) → task, number: `wake` finds the next parking of the running task by them. Raises if
 * the task can't wait; `what` begins the message. */
static int wait_ticket(lua_State *L) {
    bko__lua_task *task = bko__lua_task_may_wait(L, luaL_checkstring(L, 1));
    wait_current(L);
    lua_pushinteger(L, task->serial);
    return 2;
}

/* park(reason) → the values given to `wake` */
static int wait_park(lua_State *L) {
    int reason = luaL_checkoption(L, 1, NULL, bko__lua_park_reasons);
    bko__lua_task *task = bko__lua_task_may_wait(L, "wait");
    task->reason = (unsigned char)reason;
    return bko__lua_task_wait(L, task, WAITS_PARKED);
}

/* wake(task, number, …) → true if the task was parked under that number and now goes on */
static int wait_wake(lua_State *L) {
    bko__lua_task *task = luaL_checkudata(L, 1, BKO__TASK_TYPE);
    unsigned serial = (unsigned)luaL_checkinteger(L, 2);
    int count = lua_gettop(L) - 2;
    bool parked = task->loop != NULL && task->waits == WAITS_PARKED && task->serial == serial;
    if (parked) {
        if (!lua_checkstack(task->co, count)) {
            return luaL_error(L, "wake: too many values");
        }
        lua_xmove(L, task->co, count);
        task->serial++;
        bko__lua_task_ready(task, count);
    }
    lua_pushboolean(L, parked);
    return 1;
}

/* Stack: module table, scheduler. */
void bko__lua_loop_add_waiting(lua_State *L) {
    static const luaL_Reg functions[] = {{"make_sleep", wait_make_sleep},
                                         {"deadline", wait_deadline},
                                         {"current", wait_current},
                                         {"ticket", wait_ticket},
                                         {"park", wait_park},
                                         {"wake", wait_wake},
                                         {NULL, NULL}};
    static const luaL_Reg methods[] = {{"expired", deadline_expired},
                                       {"close", deadline_close},
                                       {"__close", deadline_close},
                                       {NULL, NULL}};
    bko__lua_type_add(L, DEADLINE_TYPE, methods);
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    luaL_setfuncs(L, functions, 1);
    lua_pop(L, 1);
}

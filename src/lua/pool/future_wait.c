/*
 * Waiting for one future, and for whatever ends first in several pools.
 *
 * A signal interrupts the wait, and a debug hook gets its turn: this is how an interpreter's Ctrl-C
 * works.
 */
#include <errno.h>
#include <lauxlib.h>
#include <poll.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "lua/base/push.h"
#include "lua/pool/pool.h"

static const char await_key = 0; /* registry: the hook of core.set_await */

int64_t bko__lua_timeout(lua_State *L, int index, const char *what) {
    if (lua_isnoneornil(L, index)) {
        return -1;
    }
    bko__lua_push_seconds(L, index, what);
    lua_Number seconds = lua_tonumber(L, -1);
    lua_pop(L, 1);
    if (!(seconds >= 0)) {
        luaL_error(L, "%s: expected a duration of 0 or more", what);
    }
    return seconds < 9e9 ? (int64_t)(seconds * 1e9) : -1;
}

static int nothing(lua_State *L) {
    (void)L;
    return 0;
}

void bko__lua_let_hooks_run(lua_State *L) {
    luaL_checkstack(L, 1, "hook");
    lua_pushcfunction(L, nothing);
    lua_call(L, 0, 0);
}

/* What is left of a limit that ends at `end`; a negative limit stays "no limit". */
static int64_t time_left(int64_t timeout, int64_t end) {
    if (timeout < 0) {
        return -1;
    }
    int64_t left = end - bko_clock_now_ns();
    return left > 0 ? left : 0;
}

/* Waits until the future has ended. 0 (also when the limit has passed) or an error of the pool. */
int bko__lua_future_wait(lua_State *L, bko__lua_future *future, int64_t timeout) {
    bko__lua_pool *pool = future->pool;
    if (bko__lua_pool_is_copy(L, pool, "future:result")) {
        return BKO_EDEADLOCK;
    }
    int64_t end = timeout > 0 ? bko_clock_now_ns() + timeout : 0;
    int64_t left = timeout;
    luaL_checkstack(L, 4, "wait");
    lua_getiuservalue(L, 1, BKO__FUTURE_VALUE);
    int at = lua_gettop(L);
    while (future->error == BKO__PENDING && pool->pool != NULL) {
        int count = bko__lua_pool_collect(L, at, left, future->task);
        if (count < 0 && count != BKO_ENOMEM) {
            return count;
        }
        if (future->error != BKO__PENDING || left == 0) {
            break;
        }
        if (count == 0) {
            bko__lua_let_hooks_run(L);
        }
        left = time_left(timeout, end);
    }
    return BKO_OK;
}

/* --- several pools -------------------------------------------------------------------------------- */

/* Collects from each pool of the list at 1 without waiting; returns how many tasks ended. */
static lua_Integer collect_each(lua_State *L, int count) {
    lua_Integer ended = 0;
    for (int i = 1; i <= count; i++) {
        lua_rawgeti(L, 1, i);
        const bko__lua_pool *pool = bko__lua_pool_check(L, -1);
        int here =
            pool->pool != NULL ? bko__lua_pool_collect(L, lua_gettop(L), 0, BKO_ANY_TASK) : 0;
        ended += here > 0 ? here : 0;
        lua_pop(L, 1);
    }
    return ended;
}

/* Fills `polled`; returns true if some pool has something to collect already. */
static bool arm_each(lua_State *L, int count, struct pollfd *polled) {
    bool has_some = false;
    for (int i = 0; i < count; i++) {
        lua_rawgeti(L, 1, i + 1);
        const bko__lua_pool *pool = bko__lua_pool_check(L, -1);
        polled[i] = (struct pollfd){.fd = -1, .events = POLLIN};
        if (pool->pool != NULL) {
            polled[i].fd = bko_pool_fd(pool->pool);
            has_some = bko_pool_arm(pool->pool) == 1 || has_some;
        }
        lua_pop(L, 1);
    }
    return has_some;
}

static int milliseconds(int64_t ns) {
    if (ns < 0) {
        return -1;
    }
    int64_t ms = (ns + 999999) / 1000000;
    return ms < INT32_MAX ? (int)ms : INT32_MAX;
}

/* Returns true in a worker of one of the pools, which gets the deadlock; raises in any other
 * copy. */
static bool is_own(lua_State *L, int count) {
    bool is_copy = false;
    for (int i = 1; i <= count; i++) {
        lua_rawgeti(L, 1, i);
        bko__lua_pool *pool = bko__lua_pool_check(L, -1);
        is_copy = bko__lua_pool_is_copy(L, pool, "wait") != 0 || is_copy;
        lua_pop(L, 1);
        if (is_copy) {
            bko__lua_pool_deadlock(pool);
            break;
        }
    }
    return is_copy;
}

/* pools_collect(pools, [timeout]) → how many tasks ended, in whichever pool, or nil, message, code.
 * Waits for the first; a signal may end the wait early. */
static int pools_collect(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    int64_t timeout = bko__lua_timeout(L, 2, "timeout");
    int count = (int)lua_rawlen(L, 1);
    lua_settop(L, 1);
    if (is_own(L, count)) {
        return luaL_error(L, "%s", bko_error_text(BKO_EDEADLOCK));
    }
    lua_Integer ended = collect_each(L, count);
    if (ended == 0 && timeout != 0) {
        struct pollfd *polled = lua_newuserdatauv(L, (size_t)(count + 1) * sizeof *polled, 0);
        if (!arm_each(L, count, polled)) {
            if (poll(polled, (nfds_t)count, milliseconds(timeout)) < 0 && errno == EINTR) {
                bko__lua_let_hooks_run(L);
            }
        }
        ended = collect_each(L, count);
    }
    lua_pushinteger(L, ended);
    return 1;
}

/* --- the seam to loops ---------------------------------------------------------------------------- */

bool bko__lua_push_await(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &await_key) == LUA_TFUNCTION) {
        return true;
    }
    lua_pop(L, 1);
    return false;
}

/* set_await(fn): from now on, waiting for a future in a coroutine calls fn(future, timeout) first.
 * fn may yield. It returns true when it has waited (the future is done, or the time limit has
 * passed), and false when the running coroutine does not belong to it. nil removes the function. */
static int set_await(lua_State *L) {
    if (!lua_isnoneornil(L, 1)) {
        luaL_checktype(L, 1, LUA_TFUNCTION);
    }
    lua_settop(L, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &await_key);
    return 0;
}

static int after_await(lua_State *L, int status, lua_KContext context) {
    (void)L;
    (void)status;
    (void)context;
    return 1;
}

/* await(thing, timeout) → did the function of set_await wait for it? The thing must have done() and
 * on_done(fn), as futures do. */
static int await(lua_State *L) {
    lua_settop(L, 2);
    if (!lua_isyieldable(L) || !bko__lua_push_await(L)) {
        lua_pushboolean(L, 0);
        return 1;
    }
    lua_insert(L, 1);
    lua_callk(L, 2, 1, 0, after_await);
    return 1;
}

const luaL_Reg bko__lua_wait_functions[] = {
    {"pools_collect", pools_collect}, {"set_await", set_await}, {"await", await}, {NULL, NULL}};

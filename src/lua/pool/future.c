/* Futures: their state, cancelling, callbacks; see lua/pool/pool.h. */
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "bakeoff/error.h"
#include "lua/pool/pool.h"

/* future:done() → has it ended, in whatever way? */
static int future_done(lua_State *L) {
    lua_pushboolean(L, bko__lua_future_check(L, 1)->error != BKO__PENDING);
    return 1;
}

/* future:cancelled() → did it end without having been started? */
static int future_cancelled(lua_State *L) {
    lua_pushboolean(L, bko__lua_future_check(L, 1)->error == BKO_ECANCELLED);
    return 1;
}

/* The open pool of a pending future, in the process that owns it; else NULL. */
static bko__lua_pool *pool_of(const bko__lua_future *self) {
    bko__lua_pool *pool = self->error == BKO__PENDING ? self->pool : NULL;
    return pool != NULL && pool->pool != NULL && bko__fork_mark_is_mine(&pool->mark) ? pool : NULL;
}

/* future:running() → has a worker taken the task whose end is not known yet? */
static int future_running(lua_State *L) {
    const bko__lua_future *self = bko__lua_future_check(L, 1);
    const bko__lua_pool *pool = pool_of(self);
    lua_pushboolean(L, pool != NULL && bko_pool_is_running(pool->pool, self->task) == 1);
    return 1;
}

/* future:cancel() → true if no worker has taken the task, and none will */
static int future_cancel(lua_State *L) {
    bko__lua_future *self = bko__lua_future_check(L, 1);
    bko__lua_pool *pool = pool_of(self);
    if (pool == NULL || bko_pool_cancel(pool->pool, self->task) != 1) {
        lua_pushboolean(L, self->error == BKO_ECANCELLED);
        return 1;
    }
    lua_getiuservalue(L, 1, BKO__FUTURE_VALUE);
    bko__lua_future_map_take(&pool->tasks, self->task);
    bko__lua_future_fail(pool, self, BKO_ECANCELLED, "the task was cancelled");
    bko__lua_pool_settle(L, lua_gettop(L));
    lua_pushboolean(L, 1);
    return 1;
}

/* future:on_done(fn): calls fn(future) when the future ends, or at once if it has ended */
static int future_on_done(lua_State *L) {
    bko__lua_future *self = bko__lua_future_check(L, 1);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    if (lua_getiuservalue(L, 1, BKO__FUTURE_CALLBACKS) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_createtable(L, 1, 0);
        lua_pushvalue(L, -1);
        lua_setiuservalue(L, 1, BKO__FUTURE_CALLBACKS);
    }
    lua_pushvalue(L, 2);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    if (self->pool != NULL) {
        self->has_callbacks = true;
        return 0;
    }
    lua_settop(L, 1);
    bko__lua_future_call_back(L);
    return 0;
}

/* future:pool() → the pool while the future is pending; nil afterwards */
static int future_pool(lua_State *L) {
    if (bko__lua_future_check(L, 1)->pool == NULL) {
        lua_pushnil(L);
    } else {
        lua_getiuservalue(L, 1, BKO__FUTURE_VALUE);
    }
    return 1;
}

static int future_tostring(lua_State *L) {
    const bko__lua_future *self = bko__lua_future_check(L, 1);
    const char *state = "pending";
    if (self->error != BKO__PENDING) {
        state = self->error == BKO_OK ? "done" : bko_error_name(self->error);
    }
    lua_pushfstring(L, "future (%s)", state);
    return 1;
}

void bko__lua_futures(lua_State *L) {
    static const luaL_Reg methods[] = {{"done", future_done},
                                       {"cancelled", future_cancelled},
                                       {"running", future_running},
                                       {"cancel", future_cancel},
                                       {"on_done", future_on_done},
                                       {"pool", future_pool},
                                       {NULL, NULL}};
    if (luaL_newmetatable(L, BKO__FUTURE_TYPE)) {
        lua_pushcfunction(L, future_tostring);
        lua_setfield(L, -2, "__tostring");
        lua_pushliteral(L,
                        "is a future: a task cannot wait for its owner's futures; submit the task "
                        "when the result is known, for example in on_done");
        lua_setfield(L, -2, "__refused");
        lua_newtable(L);
        luaL_setfuncs(L, methods, 0);
        luaL_setfuncs(L, bko__lua_result_methods, 0);
        lua_setfield(L, -2, "__index");
    }
    lua_pop(L, 1);
    luaL_setfuncs(L, bko__lua_wait_functions, 0);
}

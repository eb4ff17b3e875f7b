/* Which pool or future an argument is, and whether this process may use it. See lua/pool/pool.h. */
#include "lua/pool/pool.h"

bko__lua_pool *bko__lua_pool_check(lua_State *L, int index) {
    return luaL_checkudata(L, index, BKO__POOL_TYPE);
}

int bko__lua_pool_is_copy(lua_State *L, const bko__lua_pool *self, const char *what) {
    if (bko__fork_mark_is_mine(&self->mark)) {
        return 0;
    }
    if (self->setup.me == NULL) {
        luaL_error(L,
                   "%s: this pool belongs to process %d; a forked copy of it has no workers "
                   "(create a pool in this process)",
                   what, (int)self->mark.pid);
    }
    return 1;
}

bko__lua_pool *bko__lua_pool_check_open(lua_State *L, int index, const char *what) {
    bko__lua_pool *self = bko__lua_pool_check(L, index);
    if (!bko__fork_mark_is_mine(&self->mark) || self->is_shut) {
        const char *method = lua_pushfstring(L, "pool:%s", what);
        if (bko__lua_pool_is_copy(L, self, method) == 0) {
            luaL_error(L, "%s: the pool is %s", method,
                       self->pool == NULL ? "closed" : "shut down");
        }
        lua_pop(L, 1);
    }
    return self;
}

const char *bko__lua_pool_deadlock(bko__lua_pool *self) {
    if (self->setup.me != NULL) {
        self->setup.me->met_deadlock = true;
    }
    return "a task cannot wait for its own pool: it would hold the worker that it waits for; let "
           "the "
           "owner submit, or use another pool";
}

bko__lua_future *bko__lua_future_check(lua_State *L, int index) {
    return luaL_checkudata(L, index, BKO__FUTURE_TYPE);
}

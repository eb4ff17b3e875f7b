/*
 * Pools for Lua: core.pool { … } → pool. Creating and closing; lua/pool/pool.h lists the other
 * parts. lua/bakeoff/pools/init.lua adds map and imap to the methods, and checks options.
 */
#include "lua/pool/pool.h"

#include <lauxlib.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "lua/base/options.h"
#include "lua/base/push.h"

/* --- closing -------------------------------------------------------------------------------------- */

/* Keeps what scripts can ask after the close. */
static void keep_counts(bko__lua_pool *self) {
    bko_pool_counts_read(self->pool, &self->counts);
    self->cpu = calloc(self->workers, sizeof *self->cpu);
    for (unsigned i = 0; self->cpu != NULL && i < self->workers; i++) {
        self->cpu[i] = (double)bko_pool_worker_cpu_ns(self->pool, i) / 1e9;
    }
}

/* Ends the workers. Outstanding tasks end as cancelled; settle them afterwards. */
static void end_workers(bko__lua_pool *self) {
    if (self->pool == NULL) {
        return;
    }
    keep_counts(self);
    bko_pool_free(self->pool);
    self->pool = NULL;
    bko__gil_free(self->setup.gil);
    self->setup.gil = NULL;
    self->is_shut = true;
    self->counts.workers = 0;
    bko__lua_pool_abandon(self, BKO_ECANCELLED, "the pool was closed");
}

static void release(bko__lua_pool *self) {
    bko__lua_future_map_free(&self->tasks);
    bko__lua_encodings_close(&self->encodings);
    bko__buffer_free(&self->message);
    bko__buffer_free(&self->encoded);
    self->last = NULL;
}

static int pool_gc(lua_State *L) {
    bko__lua_pool *self = bko__lua_pool_check(L, 1);
    if (!bko__fork_mark_is_mine(&self->mark)) {
        return 0; /* the workers belong to the owner */
    }
    end_workers(self);
    bko__gil_free(self->setup.gil);
    self->setup.gil = NULL;
    for (bko__lua_future *f = self->ended; f != NULL; f = f->next) {
        free(f->heavy);
        f->heavy = NULL;
        f->pool = NULL;
    }
    self->ended = NULL;
    release(self);
    luaL_unref(L, LUA_REGISTRYINDEX, self->setup.init);
    luaL_unref(L, LUA_REGISTRYINDEX, self->setup.shared);
    self->setup.init = self->setup.shared = LUA_NOREF;
    free(self->free_slots);
    free(self->cpu);
    self->free_slots = NULL;
    self->free_count = self->slots_room = 0;
    self->cpu = NULL;
    bko__fork_mark_close(&self->mark);
    return 0;
}

static uint64_t outstanding(bko__lua_pool *self) {
    bko_pool_counts counts;
    bko_pool_counts_read(self->pool, &counts);
    return counts.submitted - counts.done - counts.failed - counts.lost - counts.cancelled -
           counts.broken;
}

/* Collects until nothing is outstanding. A callback may close the pool in the meantime. */
static void collect_all(lua_State *L, bko__lua_pool *self) {
    while (self->pool != NULL && outstanding(self) > 0) {
        int count = bko__lua_pool_collect(L, 1, -1, BKO_ALL_TASKS);
        if (count < 0) {
            return;
        }
        if (count == 0) {
            bko__lua_let_hooks_run(L);
        }
    }
}

static void shut_down(lua_State *L, bko__lua_pool *self, bool wait, bool cancel) {
    self->is_shut = true;
    bko_pool_shutdown(self->pool, cancel);
    bko__lua_pool_collect(L, 1, 0, BKO_ANY_TASK);
    if (wait) {
        collect_all(L, self);
        end_workers(self);
        bko__lua_pool_settle(L, 1);
        bko__lua_encodings_close(&self->encodings);
    }
}

/* pool:shutdown { wait = true, cancel = false } */
static int pool_shutdown(lua_State *L) {
    bko__lua_pool *self = bko__lua_pool_check(L, 1);
    bool has_options = !lua_isnoneornil(L, 2);
    if (has_options) {
        luaL_checktype(L, 2, LUA_TTABLE);
    }
    bool wait = !has_options || bko__lua_opt_flag(L, 2, "wait", true);
    bool cancel = has_options && bko__lua_opt_flag(L, 2, "cancel", false);
    if (self->pool == NULL || bko__lua_pool_is_copy(L, self, "pool:shutdown")) {
        return 0;
    }
    shut_down(L, self, wait, cancel);
    return 0;
}

/* <close>: cancels pending tasks; running ones finish. Harmless in a forked copy. */
static int pool_close(lua_State *L) {
    bko__lua_pool *self = bko__lua_pool_check(L, 1);
    if (self->pool != NULL && bko__fork_mark_is_mine(&self->mark)) {
        lua_settop(L, 1);
        shut_down(L, self, true, true);
    }
    return 0;
}

/* --- creating ------------------------------------------------------------------------------------- */

static bko__lua_pool *push_pool(lua_State *L) {
    bko__lua_pool *self = lua_newuserdatauv(L, sizeof *self, BKO__POOL_VALUES);
    *self = (bko__lua_pool){.encodings = {.store = -1},
                            .setup = {.init = LUA_NOREF, .shared = LUA_NOREF, .store = -1}};
    self->ended_tail = &self->ended;
    bko__fork_mark_open(&self->mark);
    luaL_setmetatable(L, BKO__POOL_TYPE);
    lua_newtable(L);
    lua_setiuservalue(L, -2, BKO__POOL_ANCHORS);
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_setiuservalue(L, -2, BKO__POOL_FUNCTIONS);
    return self;
}

/* pool { kind = "threads" | "fork" | "spawn", workers=, recycle=, frame_max=, init=, shared=, gil= }
 * → pool, or nil, message, code */
static int pool_new(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    bko__lua_pool *self = push_pool(L);
    bko__buffer *greeting = bko__lua_push_buffer(L);
    bko_pool_options options;
    int err = bko__lua_encodings_open(&self->encodings);
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "function store");
    }
    bko__lua_pool_options(L, self, &options, greeting);
    err = bko_pool_create(&self->pool, &options, self->reason, sizeof self->reason);
    bko__buffer_free(greeting);
    if (err != BKO_OK) {
        self->pool = NULL;
        return bko__lua_fail_text(L, err, self->reason);
    }
    lua_settop(L, 2);
    return 1;
}

/* pool_methods() → the table of methods, to which Lua adds its own */
static int pool_methods(lua_State *L) {
    luaL_getmetatable(L, BKO__POOL_TYPE);
    lua_getfield(L, -1, "__index");
    return 1;
}

/* new_list(n) → an empty table with room for n items */
static int pool_new_list(lua_State *L) {
    lua_Integer count = luaL_checkinteger(L, 1);
    lua_createtable(L, count > 0 && count < INT_MAX ? (int)count : 0, 0);
    return 1;
}

void bko__lua_pool_part(lua_State *L) {
    static const luaL_Reg functions[] = {{"pool", pool_new},
                                         {"pool_methods", pool_methods},
                                         {"new_list", pool_new_list},
                                         {NULL, NULL}};
    static const luaL_Reg meta[] = {{"__gc", pool_gc}, {"__close", pool_close}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"shutdown", pool_shutdown}, {NULL, NULL}};
    if (luaL_newmetatable(L, BKO__POOL_TYPE)) {
        luaL_setfuncs(L, meta, 0);
        lua_pushliteral(L,
                        "is a pool: a task cannot use its owner's pools; return values and let the "
                        "owner submit, or create a pool in the task");
        lua_setfield(L, -2, "__refused");
        lua_newtable(L);
        luaL_setfuncs(L, methods, 0);
        luaL_setfuncs(L, bko__lua_submit_methods, 0);
        bko__lua_pool_facts(L);
        lua_setfield(L, -2, "__index");
    }
    lua_pop(L, 1);
    bko__lua_futures(L);
    luaL_setfuncs(L, functions, 0);
}

/*
 * Completes the futures of tasks that have ended.
 *
 * The pool's callback must not raise, so it only records how a task ended and links the future into
 * a list. What needs Lua (strings, anchors, callbacks) follows once the pool has returned. If that
 * raises because memory runs out, the next call settles the rest of the list.
 */
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "lua/base/traceback.h"
#include "lua/pool/pool.h"
#include "lua/wire/plain.h"

static void chain(bko__lua_pool *self, bko__lua_future *future) {
    future->next = NULL;
    *self->ended_tail = future;
    self->ended_tail = &future->next;
    bko__lua_encodings_release(&self->encodings, future->function);
    future->function = NULL;
}

static void keep_answer(bko__lua_future *future, const void *data, size_t size) {
    future->size = size;
    if (size <= sizeof future->small) {
        if (size > 0) {
            memcpy(future->small, data, size);
        }
        return;
    }
    future->heavy = malloc(size);
    if (future->heavy == NULL) {
        future->error = BKO_ENOMEM;
        future->size = 0;
        return;
    }
    memcpy(future->heavy, data, size);
}

static void on_ended(void *user, const bko_outcome *outcome) {
    bko__lua_pool *self = user;
    bko__lua_future *future = bko__lua_future_map_take(&self->tasks, outcome->task);
    if (future == NULL) {
        return; /* cancelled: the future ended at the request */
    }
    const unsigned char *data = outcome->data;
    size_t size = outcome->size;
    future->error = outcome->error;
    future->worker = outcome->worker;
    future->pid = outcome->pid;
    if (outcome->error == BKO_OK || outcome->error == BKO_ETASK ||
        outcome->error == BKO_EDEADLOCK) {
        uint64_t loaded = 0;
        const unsigned char *rest = bko__varint_read(data, data + size, &loaded);
        size -= rest != NULL ? (size_t)(rest - data) : size;
        data = rest;
        self->loaded_bytes += loaded;
    }
    keep_answer(future, data, size);
    chain(self, future);
}

void bko__lua_future_fail(bko__lua_pool *self, bko__lua_future *future, int error,
                          const char *text) {
    future->error = error;
    future->worker = UINT32_MAX;
    keep_answer(future, text, strlen(text));
    chain(self, future);
}

/* --- afterwards ----------------------------------------------------------------------------------- */

void bko__lua_future_call_back(lua_State *L) {
    luaL_checkstack(L, 6, "on_done");
    int future = lua_gettop(L);
    lua_pushcfunction(L, bko__lua_traceback);
    lua_getiuservalue(L, future, BKO__FUTURE_CALLBACKS);
    lua_pushnil(L);
    lua_setiuservalue(L, future, BKO__FUTURE_CALLBACKS);
    lua_Integer count = (lua_Integer)lua_rawlen(L, future + 2);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, future + 2, i);
        lua_pushvalue(L, future);
        if (lua_pcall(L, 1, 0, future + 1) != LUA_OK) {
            lua_warning(L, "on_done: ", 1);
            lua_warning(L, lua_tostring(L, -1), 0);
            lua_pop(L, 1);
        }
    }
    lua_settop(L, future);
}

/* Settles the first future of the list. Making the string may run a finalizer that gets here as
 * well: then the future is already settled. */
static void settle(lua_State *L, bko__lua_pool *self, int anchors, bko__lua_future *future) {
    lua_rawgeti(L, anchors, future->slot);
    if (future->heavy != NULL) {
        lua_pushlstring(L, future->heavy, future->size);
    } else {
        lua_pushnil(L);
    }
    if (self->ended != future) {
        lua_pop(L, 2);
        return;
    }
    lua_setiuservalue(L, -2, BKO__FUTURE_VALUE);
    free(future->heavy);
    future->heavy = NULL;
    self->ended = future->next;
    if (self->ended == NULL) {
        self->ended_tail = &self->ended;
    }
    future->next = NULL;
    future->pool = NULL;
    lua_pushboolean(L, 0);
    lua_rawseti(L, anchors, future->slot);
    self->free_slots[self->free_count++] = future->slot;
    if (future->has_callbacks) {
        future->has_callbacks = false;
        bko__lua_future_call_back(L);
    }
    lua_pop(L, 1);
}

void bko__lua_pool_settle(lua_State *L, int index) {
    bko__lua_pool *self = lua_touserdata(L, index);
    if (self->ended == NULL) {
        return;
    }
    luaL_checkstack(L, 4, "futures");
    lua_getiuservalue(L, index, BKO__POOL_ANCHORS);
    int anchors = lua_gettop(L);
    while (self->ended != NULL) {
        settle(L, self, anchors, self->ended);
    }
    lua_settop(L, anchors - 1);
}

/* Every collect disarms the descriptor, whoever calls it. What ended before the descriptor is armed
 * again would not make it readable, so that is collected here. Returns how many ended. */
static int rearm(bko__lua_pool *self) {
    int count = 0;
    int more = 0;
    while (more >= 0 && self->watchers > 0 && bko_pool_arm(self->pool) == 1) {
        more = bko_pool_collect(self->pool, 0, BKO_ANY_TASK, on_ended, self);
        count += more > 0 ? more : 0;
    }
    return count;
}

int bko__lua_pool_collect(lua_State *L, int index, int64_t timeout_ns, uint64_t wanted) {
    bko__lua_pool *self = lua_touserdata(L, index);
    int count = bko_pool_collect(self->pool, timeout_ns, wanted, on_ended, self);
    count += count >= 0 ? rearm(self) : 0;
    bko__lua_pool_settle(L, index);
    return count;
}

void bko__lua_pool_abandon(bko__lua_pool *self, int error, const char *text) {
    bko__lua_future *future;
    while ((future = bko__lua_future_map_take_any(&self->tasks)) != NULL) {
        bko__lua_future_fail(self, future, error, text);
    }
}

/* Doubles the list of free slots, which must have room for every slot. */
static void grow_slots(lua_State *L, bko__lua_pool *self) {
    unsigned room = self->slots_room == 0 ? 64 : 2 * self->slots_room;
    unsigned *slots = realloc(self->free_slots, room * sizeof *slots);
    if (slots == NULL) {
        luaL_error(L, "not enough memory");
    }
    self->free_slots = slots;
    self->slots_room = room;
}

bko__lua_future *bko__lua_future_push(lua_State *L, bko__lua_pool *self) {
    bko__lua_future *future = lua_newuserdatauv(L, sizeof *future, BKO__FUTURE_VALUES);
    memset(future, 0, offsetof(bko__lua_future, small));
    future->pool = self;
    future->error = BKO__PENDING;
    luaL_setmetatable(L, BKO__FUTURE_TYPE);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, BKO__FUTURE_VALUE);
    if (self->free_count == 0 && self->slots == self->slots_room) {
        grow_slots(L, self);
    }
    bool is_used = self->free_count > 0;
    unsigned slot = is_used ? self->free_slots[self->free_count - 1] : self->slots + 1;
    lua_getiuservalue(L, 1, BKO__POOL_ANCHORS);
    lua_pushvalue(L, -2);
    lua_rawseti(L, -2, slot);
    lua_pop(L, 1);
    self->free_count -= is_used ? 1 : 0;
    self->slots += is_used ? 0 : 1;
    future->slot = slot;
    return future;
}

/*
 * Submits tasks: the function, its arguments and a future; or, for map, a piece of a list.
 *
 * A task needs no allocation except its future: the bytes are built in a buffer that the pool
 * keeps.
 */
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "bakeoff/error.h"
#include "lua/pool/item.h"
#include "lua/pool/message.h"
#include "lua/pool/pool.h"
#include "lua/wire/list.h"

#define ENCODED_TYPE "bakeoff.pool_shipped"

/* A function that map keeps in its state at the start. User value 1: the pool. */
typedef struct encoded {
    bko__lua_pool *pool;
    bko__lua_encoding *encoding;
} encoded;

/* Starts the message of a task. */
static void put_head(lua_State *L, bko__lua_pool *self, bko__lua_encoding *encoding,
                     unsigned flags) {
    bko__buffer_clear(&self->message);
    if (bko__lua_encodings_put_head(&self->encodings, encoding, flags, &self->message) != BKO_OK) {
        luaL_error(L, "not enough memory");
    }
}

/* Ends the future with the reason why the pool didn't take the task. */
static void fail_submit(lua_State *L, bko__lua_pool *self, bko__lua_future *future, int err) {
    char text[160];
    if (err == BKO_EBROKEN) {
        bko__lua_future_fail(self, future, err, bko_pool_reason(self->pool));
    } else if (err == BKO_EDEADLOCK) {
        bko__lua_future_fail(self, future, err, bko__lua_pool_deadlock(self));
    } else if (err == BKO_ETOOLARGE) {
        snprintf(text, sizeof text,
                 "the function and its arguments take %zu bytes, more than frame_max",
                 self->message.size);
        bko__lua_future_fail(self, future, err, text);
    } else {
        bko__lua_future_fail(self, future, err, bko_error_text(err));
    }
    bko__lua_pool_settle(L, 1);
}

/* Hands the message to the pool. Stack: the pool at 1, the future on top. */
static void hand_over(lua_State *L, bko__lua_pool *self, bko__lua_future *future,
                      bko__lua_encoding *encoding) {
    uint64_t task = 0;
    if (bko__lua_future_map_reserve(&self->tasks, self->next_task) != BKO_OK) {
        fail_submit(L, self, future, BKO_ENOMEM);
        return;
    }
    int err = bko_pool_submit(self->pool, self->message.data, self->message.size, &task);
    if (err == BKO_OK && task != self->next_task) {
        err = bko__lua_future_map_reserve(&self->tasks, task);
    }
    if (err != BKO_OK) {
        fail_submit(L, self, future, err);
        return;
    }
    self->next_task = task + 1;
    future->task = task;
    future->function = encoding;
    encoding->users++;
    bko__lua_future_map_put(&self->tasks, task, future);
}

/* Pushes a future that has failed already, because the pool is the one that runs this task. */
static int refuse_own(lua_State *L, bko__lua_pool *self) {
    bko__lua_future *future = bko__lua_future_push(L, self);
    bko__lua_future_fail(self, future, BKO_EDEADLOCK, bko__lua_pool_deadlock(self));
    bko__lua_pool_settle(L, 1);
    return 1;
}

/* pool:submit(fn, ...) → future */
static int pool_submit(lua_State *L) {
    bko__lua_pool *self = bko__lua_pool_check_open(L, 1, "submit");
    luaL_checktype(L, 2, LUA_TFUNCTION);
    int arguments = lua_gettop(L) - 2;
    if (self->setup.me != NULL) {
        return refuse_own(L, self);
    }
    bko__lua_encoding *encoding = bko__lua_pool_function(L, self);
    put_head(L, self, encoding, 0);
    char error[512];
    int err = bko__lua_wire_encode_list(L, 3, arguments, BKO__WIRE_ARGUMENTS, &self->message, error,
                                        sizeof error);
    if (err != BKO_OK) {
        return luaL_error(L, "pool:submit: %s", error[0] != '\0' ? error : bko_error_text(err));
    }
    bko__lua_future *future = bko__lua_future_push(L, self);
    hand_over(L, self, future, encoding);
    return 1;
}

/* --- pieces of a map ------------------------------------------------------------------------------ */

static int encoded_gc(lua_State *L) {
    encoded *self = luaL_checkudata(L, 1, ENCODED_TYPE);
    if (self->encoding != NULL) {
        bko__lua_encodings_release(&self->pool->encodings, self->encoding);
        self->encoding = NULL;
    }
    return 0;
}

/* pool:encode(fn) → the function in its present state, for submit_chunk; <close> releases it */
static int pool_encode(lua_State *L) {
    bko__lua_pool *self = bko__lua_pool_check_open(L, 1, "map");
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    encoded *box = lua_newuserdatauv(L, sizeof *box, 1);
    *box = (encoded){.pool = self};
    if (luaL_newmetatable(L, ENCODED_TYPE)) {
        lua_pushcfunction(L, encoded_gc);
        lua_pushvalue(L, -1);
        lua_setfield(L, -3, "__gc");
        lua_setfield(L, -2, "__close");
    }
    lua_setmetatable(L, -2);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 1);
    box->encoding = bko__lua_pool_function(L, self);
    box->encoding->users++;
    return 1;
}

/* Appends the item on top of the stack, which is not plain. */
static void put_message(lua_State *L, bko__lua_pool *self, lua_Integer number) {
    char error[512];
    char what[40];
    snprintf(what, sizeof what, "item %lld", (long long)number);
    error[0] = '\0';
    int err = bko__lua_item_put_message(L, -1, what, &self->message, error, sizeof error);
    if (err != BKO_OK) {
        luaL_error(L, "pool:map: %s", error[0] != '\0' ? error : bko_error_text(err));
    }
}

/* Appends the item on top of the stack. */
static inline void put_item(lua_State *L, bko__lua_pool *self, lua_Integer number) {
    int written = bko__lua_plain_put(L, -1, &self->message);
    if (written == 0) {
        put_message(L, self, number);
    } else if (written < 0) {
        luaL_error(L, "not enough memory");
    }
}

/* pool:submit_chunk(encoded, list, first, last, goes_on, number) → future whose take() gives the
 * results. Raw access to the list; `number` is the number of the first item in messages. */
static int pool_submit_chunk(lua_State *L) {
    bko__lua_pool *self = bko__lua_pool_check_open(L, 1, "map");
    encoded *box = luaL_checkudata(L, 2, ENCODED_TYPE);
    if (box->pool != self || box->encoding == NULL) {
        return luaL_argerror(L, 2, "the function was prepared for another pool");
    }
    luaL_checktype(L, 3, LUA_TTABLE);
    lua_Integer first = luaL_checkinteger(L, 4);
    lua_Integer last = luaL_checkinteger(L, 5);
    unsigned flags = BKO__TASK_CHUNK | (lua_toboolean(L, 6) ? BKO__TASK_GOES_ON : 0u);
    lua_Integer number = luaL_optinteger(L, 7, first);
    if (self->setup.me != NULL) {
        return refuse_own(L, self);
    }
    put_head(L, self, box->encoding, flags);
    if (bko__varint_append(&self->message, (uint64_t)(last - first + 1)) != BKO_OK) {
        return luaL_error(L, "not enough memory");
    }
    for (lua_Integer i = first; i <= last; i++) {
        lua_rawgeti(L, 3, i);
        put_item(L, self, number + i - first);
        lua_pop(L, 1);
    }
    bko__lua_future *future = bko__lua_future_push(L, self);
    future->is_chunk = true;
    hand_over(L, self, future, box->encoding);
    return 1;
}

const luaL_Reg bko__lua_submit_methods[] = {{"submit", pool_submit},
                                            {"encode", pool_encode},
                                            {"submit_chunk", pool_submit_chunk},
                                            {NULL, NULL}};

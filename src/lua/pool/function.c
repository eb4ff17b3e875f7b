/*
 * Finds out which of a pool's functions this is, and whether what it captured has changed.
 *
 * The pool recognises a known function by identity, and keeps what the function captured beside it.
 * A number or string is compared with its earlier value; things that travel by name (modules, their
 * functions, the globals) are compared by identity; captured functions in turn by what they
 * captured. Only a function that captured a table of data has to be encoded every time to find out.
 */
#include <lauxlib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "lua/pool/pool.h"
#include "lua/wire/private.h"
#include "lua/wire/wire.h"

#define FUNCTION_TYPE "bakeoff.pool_function"

/* A variable that the function, or a function that it captured, refers to. */
typedef struct cell {
    int function; /* 0: the function itself, else its index in the anchors */
    int upvalue;
    int type; /* LUA_T… of the value it held */
    bool is_float;
    union {
        lua_Integer integer;
        lua_Number number;
        const void *pointer; /* of strings and objects, which the anchors keep alive */
    } held;
} cell;

/* User value 1: the anchors, a list of functions and held objects; also function → its index. */
struct bko__lua_function {
    bko__lua_pool *pool;
    bko__lua_encoding *encoding;
    bool is_steady; /* the cells are enough to tell whether it has changed */
    bko__buffer cells;
};

static int function_gc(lua_State *L) {
    bko__lua_function *self = luaL_checkudata(L, 1, FUNCTION_TYPE);
    bko__lua_encodings_release(&self->pool->encodings, self->encoding);
    self->encoding = NULL;
    bko__buffer_free(&self->cells);
    return 0;
}

/* --- what it captured ----------------------------------------------------------------------------- */

/* How the value on top travels: one of the wire's tags. */
static int travels_as(lua_State *L, bko__buffer *scratch) {
    int type = lua_type(L, -1);
    if (type != LUA_TTABLE && type != LUA_TFUNCTION && type != LUA_TUSERDATA) {
        return WIRE_STRING;
    }
    bko__buffer_clear(scratch);
    int err = bko__lua_wire_encode(L, -1, NULL, scratch, NULL, 0);
    return err == BKO_OK ? scratch->data[1] : WIRE_TABLE;
}

static void anchor(lua_State *L, int anchors) {
    lua_pushvalue(L, -1);
    lua_rawseti(L, anchors, (lua_Integer)lua_rawlen(L, anchors) + 1);
}

static void add_cell(lua_State *L, bko__lua_function *self, const cell *held) {
    if (bko__buffer_append(&self->cells, held, sizeof *held) != BKO_OK) {
        luaL_error(L, "not enough memory");
    }
}

static void scan(lua_State *L, bko__lua_function *self, int anchors, int function, int index);

/* Handles the captured function on top of the stack: its own variables count as well. */
static void scan_captured(lua_State *L, bko__lua_function *self, int anchors) {
    lua_pushvalue(L, -1);
    bool is_new = lua_rawget(L, anchors) == LUA_TNIL;
    lua_pop(L, 1);
    if (is_new) {
        int index = (int)lua_rawlen(L, anchors) + 1;
        anchor(L, anchors);
        lua_pushvalue(L, -1);
        lua_pushinteger(L, index);
        lua_rawset(L, anchors);
        scan(L, self, anchors, lua_gettop(L), index);
    }
}

/* Records the value on top of the stack as what the variable holds. */
static void scan_value(lua_State *L, bko__lua_function *self, int anchors, cell *held) {
    held->type = lua_type(L, -1);
    if (held->type == LUA_TNUMBER) {
        held->is_float = !lua_isinteger(L, -1);
        if (held->is_float) {
            held->held.number = lua_tonumber(L, -1);
        } else {
            held->held.integer = lua_tointeger(L, -1);
        }
    } else if (held->type == LUA_TBOOLEAN) {
        held->held.integer = lua_toboolean(L, -1);
    } else if (held->type != LUA_TNIL) {
        held->held.pointer = lua_topointer(L, -1);
        int tag = travels_as(L, &self->pool->message);
        if (tag == WIRE_TABLE) {
            self->is_steady = false;
        } else if (tag == WIRE_FUNCTION) {
            scan_captured(L, self, anchors);
        } else {
            anchor(L, anchors);
        }
    }
    add_cell(L, self, held);
}

/* Records what the function at `function` captured; stops at the first value that isn't steady. */
static void scan(lua_State *L, bko__lua_function *self, int anchors, int function, int index) {
    luaL_checkstack(L, LUA_MINSTACK, "captured functions");
    for (int i = 1; self->is_steady && lua_getupvalue(L, function, i) != NULL; i++) {
        cell held = {.function = index, .upvalue = i};
        scan_value(L, self, anchors, &held);
        lua_pop(L, 1);
    }
}

/* Records what the function at 2 captured; the userdata is at `index`. */
static void take_stock(lua_State *L, bko__lua_function *self, int index) {
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_setiuservalue(L, index, 1);
    bko__buffer_clear(&self->cells);
    self->is_steady = true;
    if (!lua_iscfunction(L, 2)) {
        scan(L, self, lua_gettop(L), 2, 0);
    }
    lua_pop(L, 1);
}

/* Compares bits, because == takes 0.0 for -0.0 and sees a change in NaN. */
static uint64_t bits_of(lua_Number number) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* Does the value on top of the stack still equal the recorded one? */
static bool holds_still(lua_State *L, const cell *was) {
    if (lua_type(L, -1) != was->type) {
        return false;
    }
    switch (was->type) {
    case LUA_TNIL:
        return true;
    case LUA_TBOOLEAN:
        return lua_toboolean(L, -1) == (int)was->held.integer;
    case LUA_TNUMBER:
        if (was->is_float) {
            lua_Number now = lua_tonumber(L, -1);
            return !lua_isinteger(L, -1) && bits_of(now) == bits_of(was->held.number);
        }
        return lua_isinteger(L, -1) && lua_tointeger(L, -1) == was->held.integer;
    default:
        return lua_topointer(L, -1) == was->held.pointer;
    }
}

/* Checks the function at 2; fetches the userdata's anchors only if a captured function needs a
 * look. */
static bool is_unchanged(lua_State *L, const bko__lua_function *self) {
    const cell *cells = (const cell *)(const void *)self->cells.data;
    size_t count = self->cells.size / sizeof *cells;
    int top = lua_gettop(L);
    bool same = true;
    for (size_t i = 0; i < count && same; i++) {
        int function = 2;
        if (cells[i].function != 0) {
            if (lua_gettop(L) == top) {
                lua_getiuservalue(L, 1, BKO__POOL_FUNCTIONS);
                lua_pushvalue(L, 2);
                lua_rawget(L, -2);
                lua_getiuservalue(L, -1, 1);
            }
            lua_rawgeti(L, top + 3, cells[i].function);
            function = lua_gettop(L);
        }
        lua_getupvalue(L, function, cells[i].upvalue);
        same = holds_still(L, &cells[i]);
        lua_settop(L, function == 2 ? lua_gettop(L) - 1 : top + 3);
    }
    lua_settop(L, top);
    return same;
}

/* --- functions by identity ------------------------------------------------------------------------ */

/* Encodes the function at 2 in its present state. */
static void encode(lua_State *L, bko__lua_function *self) {
    bko__lua_pool *pool = self->pool;
    char error[512];
    bko__buffer_clear(&pool->encoded);
    int err = bko__lua_wire_encode(L, 2, NULL, &pool->encoded, error, sizeof error);
    if (err != BKO_OK) {
        const char *sentence = error[0] != '\0' ? error : bko_error_text(err);
        luaL_error(L, "the function cannot be sent to a worker: %s", sentence);
    }
    bko__lua_encoding *now = bko__lua_encodings_get(&pool->encodings, &pool->encoded);
    if (now == NULL) {
        luaL_error(L, "not enough memory");
    }
    bko__lua_encodings_release(&pool->encodings, self->encoding);
    self->encoding = now;
}

/* Pushes the userdata of a function that the pool doesn't know yet. */
static bko__lua_function *push_new(lua_State *L, bko__lua_pool *pool) {
    bko__lua_function *self = lua_newuserdatauv(L, sizeof *self, 1);
    *self = (bko__lua_function){.pool = pool};
    if (luaL_newmetatable(L, FUNCTION_TYPE)) {
        lua_pushcfunction(L, function_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return self;
}

/* Pushes the userdata of the function at 2, up to date. */
static bko__lua_function *push_function(lua_State *L, bko__lua_pool *pool) {
    lua_getiuservalue(L, 1, BKO__POOL_FUNCTIONS);
    lua_pushvalue(L, 2);
    lua_rawget(L, -2);
    bko__lua_function *self = lua_touserdata(L, -1);
    if (self != NULL) {
        if (!self->is_steady || !is_unchanged(L, self)) {
            bool was_steady = self->is_steady;
            encode(L, self);
            if (was_steady) {
                take_stock(L, self, lua_gettop(L));
            }
        }
        lua_remove(L, -2);
        return self;
    }
    lua_pop(L, 1);
    self = push_new(L, pool);
    encode(L, self);
    take_stock(L, self, lua_gettop(L));
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_rawset(L, -4);
    lua_remove(L, -2);
    return self;
}

bko__lua_encoding *bko__lua_pool_function(lua_State *L, bko__lua_pool *self) {
    const void *identity = lua_topointer(L, 2);
    bko__lua_function *function = self->last_function;
    if (identity == self->last && function->is_steady &&
        (function->cells.size == 0 || is_unchanged(L, function))) {
        return function->encoding;
    }
    function = push_function(L, self);
    self->last = identity;
    self->last_function = function;
    lua_pop(L, 1);
    lua_pushvalue(L, 2);
    lua_setiuservalue(L, 1, BKO__POOL_LAST);
    return function->encoding;
}

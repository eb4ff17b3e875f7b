/* Encodes values as bytes. Format and rules: wire.h; who may raise: private.h. */
#include <lauxlib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "core/varint.h"
#include "lua/wire/private.h"
#include "lua/wire/wire.h"

static const bko__lua_wire_path whole = {.kind = STEP_ROOT};

static void put(bko__lua_wire_writer *w, const void *data, size_t size) {
    if (bko__buffer_append(w->out, data, size) != BKO_OK) {
        bko__lua_wire_refuse(w, &whole, BKO_ENOMEM, "does not fit into memory");
    }
}

void bko__lua_wire_put_byte(bko__lua_wire_writer *w, unsigned char byte) {
    put(w, &byte, 1);
}

void bko__lua_wire_put_varint(bko__lua_wire_writer *w, uint64_t number) {
    unsigned char bytes[BKO__VARINT_MAX];
    put(w, bytes, (size_t)(bko__varint_write(bytes, number) - bytes));
}

void bko__lua_wire_put_string(bko__lua_wire_writer *w, const char *text, size_t size) {
    bko__lua_wire_put_varint(w, size);
    put(w, text, size);
}

size_t bko__lua_wire_put_hole(bko__lua_wire_writer *w) {
    size_t hole = w->out->size;
    put(w, "\0\0\0", 4);
    return hole;
}

void bko__lua_wire_fill_hole(bko__lua_wire_writer *w, size_t hole, size_t number) {
    if (number > UINT32_MAX) {
        bko__lua_wire_refuse(w, &whole, BKO_ENOMEM, "does not fit into a message");
    }
    uint32_t n = (uint32_t)number;
    memcpy(w->out->data + hole, &n, sizeof n);
}

void bko__lua_wire_need_slot(lua_State *L, int slot) {
    if (lua_isnil(L, slot)) {
        lua_newtable(L);
        lua_replace(L, slot);
    }
}

int bko__lua_wire_put_seen(bko__lua_wire_writer *w, int index) {
    lua_State *L = w->L;
    bko__lua_wire_need_slot(L, SLOT_OBJECTS);
    lua_pushvalue(L, index);
    if (lua_rawget(L, SLOT_OBJECTS) != LUA_TNIL) {
        bko__lua_wire_put_byte(w, WIRE_SEEN);
        bko__lua_wire_put_varint(w, (uint64_t)lua_tointeger(L, -1));
        lua_pop(L, 1);
        return 1;
    }
    lua_pop(L, 1);
    lua_pushvalue(L, index);
    lua_pushinteger(L, w->objects++);
    lua_rawset(L, SLOT_OBJECTS);
    return 0;
}

static int is_globals(lua_State *L, int index) {
    lua_pushglobaltable(L);
    int same = lua_rawequal(L, index, -1);
    lua_pop(L, 1);
    return same;
}

/* Writes the values of the keys 1, 2, … up to the first nil; returns how many. */
static lua_Integer put_items(bko__lua_wire_writer *w, int table, const bko__lua_wire_path *path) {
    lua_State *L = w->L;
    lua_Integer i = 1;
    for (; lua_rawgeti(L, table, i) != LUA_TNIL; i++) {
        bko__lua_wire_path step = {path, STEP_INDEX, NULL, i, path->depth + 1};
        bko__lua_wire_put_value(w, lua_gettop(L), &step);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return i - 1;
}

/* The step to the value of the key at `index`. Does not convert the key: lua_next needs it as it
 * is. */
static bko__lua_wire_path step_to(lua_State *L, int index, const bko__lua_wire_path *path) {
    bko__lua_wire_path step = {path, STEP_OTHER, luaL_typename(L, index), 0, path->depth + 1};
    if (lua_type(L, index) == LUA_TSTRING) {
        step.kind = STEP_FIELD;
        step.name = lua_tostring(L, index);
    } else if (lua_isinteger(L, index)) {
        step.kind = STEP_INDEX;
        step.number = lua_tointeger(L, index);
    }
    return step;
}

static int is_item(lua_State *L, int index, lua_Integer items) {
    return lua_isinteger(L, index) && lua_tointeger(L, index) >= 1 &&
           lua_tointeger(L, index) <= items;
}

/* Writes all other pairs of the table; returns how many. */
static size_t put_pairs(bko__lua_wire_writer *w, int table, lua_Integer items,
                        const bko__lua_wire_path *path) {
    lua_State *L = w->L;
    size_t pairs = 0;
    for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
        int key = lua_gettop(L) - 1;
        if (is_item(L, key, items)) {
            continue;
        }
        bko__lua_wire_path of_key = {path, STEP_KEY, NULL, 0, path->depth + 1};
        bko__lua_wire_path of_value = step_to(L, key, path);
        bko__lua_wire_put_value(w, key, &of_key);
        bko__lua_wire_put_value(w, key + 1, &of_value);
        pairs++;
    }
    return pairs;
}

static void put_table(bko__lua_wire_writer *w, int index, const bko__lua_wire_path *path) {
    lua_State *L = w->L;
    if (is_globals(L, index)) {
        bko__lua_wire_put_byte(w, WIRE_GLOBALS);
        return;
    }
    if (bko__lua_wire_put_module(w, index)) {
        return;
    }
    if (lua_getmetatable(L, index)) {
        lua_pop(L, 1);
        if (!bko__lua_wire_put_field(w, index)) {
            bko__lua_wire_refuse(w, path, BKO_EINVAL, "is a table with a metatable");
        }
        return;
    }
    if (bko__lua_wire_put_seen(w, index)) {
        return;
    }
    bko__lua_wire_check_depth(w, path);
    bko__lua_wire_put_byte(w, WIRE_TABLE);
    size_t items_hole = bko__lua_wire_put_hole(w);
    size_t pairs_hole = bko__lua_wire_put_hole(w);
    lua_Integer items = put_items(w, index, path);
    bko__lua_wire_fill_hole(w, items_hole, (size_t)items);
    bko__lua_wire_fill_hole(w, pairs_hole, put_pairs(w, index, items, path));
}

static void put_number(bko__lua_wire_writer *w, int index) {
    if (lua_isinteger(w->L, index)) {
        bko__lua_wire_put_byte(w, WIRE_INTEGER);
        bko__lua_wire_put_varint(w, bko__zigzag(lua_tointeger(w->L, index)));
        return;
    }
    lua_Number n = lua_tonumber(w->L, index);
    bko__lua_wire_put_byte(w, WIRE_FLOAT);
    put(w, &n, sizeof n);
}

static void put_userdata(bko__lua_wire_writer *w, int index, const bko__lua_wire_path *path) {
    if (bko__lua_wire_put_module(w, index) || bko__lua_wire_put_field(w, index)) {
        return;
    }
    const char *why = "is a userdata";
    /* A type of ours may tell the user what to do instead. */
    if (luaL_getmetafield(w->L, index, "__refused") == LUA_TSTRING) {
        bko__lua_wire_refuse(w, path, BKO_EINVAL, lua_tostring(w->L, -1));
    }
    if (luaL_getmetafield(w->L, index, "__name") == LUA_TSTRING) {
        why = lua_pushfstring(w->L, "is a userdata (%s)", lua_tostring(w->L, -1));
    }
    bko__lua_wire_refuse(w, path, BKO_EINVAL, why);
}

/* The limit also bounds the C stack. Values that travel by name are not entered, so they do not
 * count. */
void bko__lua_wire_check_depth(bko__lua_wire_writer *w, const bko__lua_wire_path *path) {
    if (path->depth >= BKO__WIRE_DEPTH) {
        const char *why =
            lua_pushfstring(w->L, "is nested more than %d levels deep", BKO__WIRE_DEPTH);
        bko__lua_wire_refuse(w, path, BKO_EINVAL, why);
    }
}

void bko__lua_wire_put_value(bko__lua_wire_writer *w, int index, const bko__lua_wire_path *path) {
    size_t size = 0;
    if (!lua_checkstack(w->L, LUA_MINSTACK)) {
        bko__lua_wire_refuse(w, path, BKO_ENOMEM, "does not fit on the Lua stack");
    }
    switch (lua_type(w->L, index)) {
    case LUA_TNIL:
        bko__lua_wire_put_byte(w, WIRE_NIL);
        return;
    case LUA_TBOOLEAN:
        bko__lua_wire_put_byte(w, lua_toboolean(w->L, index) ? WIRE_TRUE : WIRE_FALSE);
        return;
    case LUA_TNUMBER:
        put_number(w, index);
        return;
    case LUA_TSTRING:
        bko__lua_wire_put_byte(w, WIRE_STRING);
        const char *text = lua_tolstring(w->L, index, &size);
        bko__lua_wire_put_string(w, text, size);
        return;
    case LUA_TTABLE:
        put_table(w, index, path);
        return;
    case LUA_TFUNCTION:
        bko__lua_wire_put_function(w, index, path);
        return;
    case LUA_TTHREAD:
        bko__lua_wire_refuse(w, path, BKO_EINVAL, "is a thread");
    default:
        put_userdata(w, index, path);
    }
}

static int encode_protected(lua_State *L) {
    bko__lua_wire_writer *w = lua_touserdata(L, SLOT_STATE);
    lua_settop(L, SLOTS);
    bko__lua_wire_put_byte(w, BKO__WIRE_VERSION);
    bko__lua_wire_put_value(w, SLOT_VALUE, &whole);
    return 0;
}

int bko__lua_wire_encode(lua_State *L, int index, const char *what, bko__buffer *out, char *error,
                         size_t error_size) {
    bko__lua_wire_writer w = {
        .L = L, .out = out, .what = what, .error = {error, error_size, BKO_OK}};
    size_t before = out->size;
    if (error_size > 0) {
        error[0] = '\0';
    }
    if (!lua_checkstack(L, 3)) {
        return BKO_ENOMEM;
    }
    index = lua_absindex(L, index);
    lua_pushcfunction(L, encode_protected);
    lua_pushlightuserdata(L, &w);
    lua_pushvalue(L, index);
    int status = lua_pcall(L, 2, 0, 0);
    int err = bko__lua_wire_outcome(L, status, &w.error);
    if (err != BKO_OK) {
        out->size = before;
    }
    return err;
}

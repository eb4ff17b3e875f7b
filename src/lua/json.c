/*
 * Writes JSON as lua/bakeoff/base/json.lua describes it. Rows are written between two trials, so
 * this is done in C. Lua handles strings that are not plain ASCII.
 */
#include <lauxlib.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/number.h"
#include "lua/json_keys.h"
#include "lua/module.h"

/* Stack positions of the arguments of json_encode; behind them the memory of the text. */
enum { VALUE = 1, INDENT, KEYS, ARRAY, ORDERED, TEXT_OF, MEMORY };

enum { FIRST_SIZE = 4096, MOST_DEPTH = 100, NUMBER = 64 };

typedef struct text {
    lua_State *L;
    const char *indent; /* indentation of one level; NULL: all in one line */
    char *bytes;        /* memory of the userdata at MEMORY */
    size_t size;
    size_t capacity;
} text;

static void put_value(text *out, int depth);

/* --- bytes ---------------------------------------------------------------------------------------- */

static void reserve(text *out, size_t more) {
    if (out->capacity - out->size >= more) {
        return;
    }
    size_t capacity = out->capacity;
    while (capacity - out->size < more) {
        capacity *= 2;
    }
    char *bytes = lua_newuserdatauv(out->L, capacity, 0);
    memcpy(bytes, out->bytes, out->size);
    lua_replace(out->L, MEMORY);
    out->bytes = bytes;
    out->capacity = capacity;
}

static void put(text *out, const char *bytes, size_t size) {
    reserve(out, size);
    memcpy(out->bytes + out->size, bytes, size);
    out->size += size;
}

static void put_text(text *out, const char *bytes) {
    put(out, bytes, strlen(bytes));
}

/* Starts a new line, if the text has lines. */
static void put_break(text *out, int depth) {
    if (out->indent == NULL) {
        return;
    }
    put(out, "\n", 1);
    for (int i = 0; i < depth; i++) {
        put_text(out, out->indent);
    }
}

/* --- scalars -------------------------------------------------------------------------------------- */

static bool is_plain(const char *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte < ' ' || byte >= 0x7f || byte == '"' || byte == '\\') {
            return false;
        }
    }
    return true;
}

static void put_string(text *out, const char *bytes, size_t size) {
    if (is_plain(bytes, size)) {
        put(out, "\"", 1);
        put(out, bytes, size);
        put(out, "\"", 1);
        return;
    }
    lua_pushvalue(out->L, TEXT_OF);
    lua_pushlstring(out->L, bytes, size);
    lua_call(out->L, 1, 1);
    bytes = lua_tolstring(out->L, -1, &size);
    put(out, bytes, size);
    lua_pop(out->L, 1);
}

/* Decoded integers are floats, and byte counts must stay exact. */
static void put_number(text *out) {
    static const double exact = 9007199254740992.0; /* 2^53 */
    char number[NUMBER];
    int length;
    if (lua_isinteger(out->L, -1)) {
        length = snprintf(number, sizeof number, LUA_INTEGER_FMT, lua_tointeger(out->L, -1));
    } else {
        double value = lua_tonumber(out->L, -1);
        bool is_whole = fabs(value) < exact && floor(value) == value;
        length = !isfinite(value)
                     ? snprintf(number, sizeof number, "null")
                     : bko__number_print(number, sizeof number, is_whole ? "%.0f" : "%.9g", value);
    }
    put(out, number, (size_t)length);
}

/* --- lists ---------------------------------------------------------------------------------------- */

static bool is_array(lua_State *L) {
    if (lua_rawlen(L, -1) > 0) {
        return true;
    }
    if (!lua_getmetatable(L, -1)) {
        return false;
    }
    bool is_marked = lua_rawequal(L, -1, ARRAY);
    lua_pop(L, 1);
    return is_marked;
}

static void put_array(text *out, int depth) {
    lua_Unsigned count = lua_rawlen(out->L, -1);
    put(out, "[", 1);
    for (lua_Unsigned i = 1; i <= count; i++) {
        if (i > 1) {
            put(out, ",", 1);
        }
        put_break(out, depth + 1);
        lua_rawgeti(out->L, -1, (lua_Integer)i);
        put_value(out, depth + 1);
        lua_pop(out->L, 1);
    }
    if (count > 0) {
        put_break(out, depth);
    }
    put(out, "]", 1);
}

/* --- objects -------------------------------------------------------------------------------------- */

/* Pushes the key order of the object on top of the stack: its own, or the common one; nil if there
 * is none. */
static void push_order(lua_State *L) {
    lua_pushvalue(L, -1);
    if (lua_rawget(L, ORDERED) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_pushvalue(L, KEYS);
    }
}

/* Writes the fields of the object on top of the stack; its keys are above it. */
static void put_fields(text *out, const bko__lua_json_key *keys, size_t count, int depth) {
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            put(out, ",", 1);
        }
        put_break(out, depth + 1);
        put_string(out, keys[i].bytes, keys[i].size);
        put_text(out, out->indent != NULL ? ": " : ":");
        lua_pushlstring(out->L, keys[i].bytes, keys[i].size);
        lua_rawget(out->L, -3); /* the keys are in between */
        put_value(out, depth + 1);
        lua_pop(out->L, 1);
    }
}

static void put_object(text *out, int depth) {
    lua_State *L = out->L;
    size_t fields = bko__lua_json_count(L);
    put(out, "{", 1);
    if (fields > 0) {
        push_order(L);
        bko__lua_json_key *keys = lua_newuserdatauv(L, fields * sizeof *keys, 0);
        lua_insert(L, -3); /* stack: keys, object, order */
        bko__lua_json_take_keys(L, keys);
        lua_insert(L, -2);
        put_fields(out, keys, fields, depth);
        lua_pop(L, 1);
        put_break(out, depth);
    }
    put(out, "}", 1);
}

/* --- everything ----------------------------------------------------------------------------------- */

static void put_table(text *out, int depth) {
    if (depth > MOST_DEPTH) {
        lua_pushliteral(out->L, "json: nested too deeply (does a table contain itself?)");
        lua_error(out->L);
    }
    luaL_checkstack(out->L, 10, "json");
    if (is_array(out->L)) {
        put_array(out, depth);
    } else {
        put_object(out, depth);
    }
}

/* Writes the value on top of the stack and leaves it there. */
static void put_value(text *out, int depth) {
    size_t size;
    const char *bytes;
    lua_State *L = out->L;
    switch (lua_type(L, -1)) {
    case LUA_TTABLE:
        put_table(out, depth);
        break;
    case LUA_TSTRING:
        bytes = lua_tolstring(L, -1, &size);
        put_string(out, bytes, size);
        break;
    case LUA_TNUMBER:
        put_number(out);
        break;
    case LUA_TBOOLEAN:
        put_text(out, lua_toboolean(L, -1) ? "true" : "false");
        break;
    case LUA_TNIL:
        put_text(out, "null");
        break;
    default:
        if (lua_touserdata(L, -1) != NULL || lua_type(L, -1) != LUA_TLIGHTUSERDATA) {
            lua_pushfstring(L, "json: cannot store a %s", luaL_typename(L, -1));
            lua_error(L);
        }
        put_text(out, "null"); /* lua-cjson's null */
    }
}

/* json_encode(value, indent | nil, keys | nil, array, ordered, text_of) → text. array: the
 * metatable of lists; ordered: object → its own order of keys; text_of(string) → the JSON of a
 * string that is not plain. */
static int json_encode(lua_State *L) {
    lua_settop(L, TEXT_OF);
    luaL_checktype(L, ARRAY, LUA_TTABLE);
    luaL_checktype(L, ORDERED, LUA_TTABLE);
    luaL_checktype(L, TEXT_OF, LUA_TFUNCTION);
    text out = {.L = L, .indent = luaL_optstring(L, INDENT, NULL)};
    out.bytes = lua_newuserdatauv(L, FIRST_SIZE, 0); /* at MEMORY */
    out.capacity = FIRST_SIZE;
    lua_pushvalue(L, VALUE);
    put_value(&out, 0);
    lua_pushlstring(L, out.bytes, out.size);
    return 1;
}

void bko__lua_json(lua_State *L) {
    lua_pushcfunction(L, json_encode);
    lua_setfield(L, -2, "json_encode");
}

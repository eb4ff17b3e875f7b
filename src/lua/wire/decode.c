/* Decodes bytes to values. Every length is checked against the remaining bytes before it is
 * used. */
#include <string.h>

#include "bakeoff/error.h"
#include "core/varint.h"
#include "lua/wire/private.h"
#include "lua/wire/wire.h"

/* The most room made for a table in advance: a broken length must not cost more memory than
 * this. */
enum { ROOM_AHEAD = 4096 };

const char *bko__lua_wire_get_bytes(bko__lua_wire_reader *r, size_t size) {
    if (size > r->size - r->at) {
        bko__lua_wire_malformed(r);
    }
    const char *bytes = (const char *)r->data + r->at;
    r->at += size;
    return bytes;
}

static unsigned char get_byte(bko__lua_wire_reader *r) {
    return (unsigned char)*bko__lua_wire_get_bytes(r, 1);
}

uint64_t bko__lua_wire_get_varint(bko__lua_wire_reader *r) {
    uint64_t number;
    const unsigned char *at = r->data + r->at;
    const unsigned char *rest = bko__varint_read(at, r->data + r->size, &number);
    if (rest == NULL) {
        bko__lua_wire_malformed(r);
    }
    r->at += (size_t)(rest - at);
    return number;
}

size_t bko__lua_wire_get_number(bko__lua_wire_reader *r) {
    uint32_t number;
    memcpy(&number, bko__lua_wire_get_bytes(r, sizeof number), sizeof number);
    return number;
}

void bko__lua_wire_got_object(bko__lua_wire_reader *r) {
    if (lua_isnil(r->L, SLOT_OBJECTS)) {
        lua_newtable(r->L);
        lua_replace(r->L, SLOT_OBJECTS);
    }
    lua_pushvalue(r->L, -1);
    lua_rawseti(r->L, SLOT_OBJECTS, ++r->objects);
}

static void get_seen(bko__lua_wire_reader *r) {
    uint64_t number = bko__lua_wire_get_varint(r);
    if (number >= (uint64_t)r->objects) {
        bko__lua_wire_malformed(r);
    }
    lua_rawgeti(r->L, SLOT_OBJECTS, (lua_Integer)number + 1);
}

static void get_integer(bko__lua_wire_reader *r) {
    lua_pushinteger(r->L, bko__unzigzag(bko__lua_wire_get_varint(r)));
}

static void get_float(bko__lua_wire_reader *r) {
    lua_Number n;
    memcpy(&n, bko__lua_wire_get_bytes(r, sizeof n), sizeof n);
    lua_pushnumber(r->L, n);
}

static void get_string(bko__lua_wire_reader *r) {
    size_t size = (size_t)bko__lua_wire_get_varint(r);
    const char *bytes = bko__lua_wire_get_bytes(r, size);
    lua_pushlstring(r->L, bytes, size);
}

/* Reads a count of values that take at least `each` bytes; a count larger than the rest can hold is
 * malformed. */
static size_t get_count(bko__lua_wire_reader *r, size_t each) {
    size_t count = bko__lua_wire_get_number(r);
    if (count > (r->size - r->at) / each) {
        bko__lua_wire_malformed(r);
    }
    return count;
}

/* Lua raises for nil and NaN as keys; our encoder writes neither. */
static void check_key(bko__lua_wire_reader *r) {
    lua_Number n = lua_type(r->L, -1) == LUA_TNUMBER ? lua_tonumber(r->L, -1) : 0;
    if (lua_isnil(r->L, -1) || n != n) {
        bko__lua_wire_malformed(r);
    }
}

static int room(size_t count) {
    return count < ROOM_AHEAD ? (int)count : ROOM_AHEAD;
}

static void get_table(bko__lua_wire_reader *r) {
    size_t items = get_count(r, 1);
    size_t pairs = get_count(r, 2);
    lua_createtable(r->L, room(items), room(pairs));
    bko__lua_wire_got_object(r);
    for (size_t i = 1; i <= items; i++) {
        bko__lua_wire_get_value(r);
        lua_rawseti(r->L, -2, (lua_Integer)i);
    }
    for (size_t i = 0; i < pairs; i++) {
        bko__lua_wire_get_value(r);
        check_key(r);
        bko__lua_wire_get_value(r);
        lua_rawset(r->L, -3);
    }
}

static void get_tagged(bko__lua_wire_reader *r, unsigned char tag) {
    switch (tag) {
    case WIRE_NIL:
        lua_pushnil(r->L);
        return;
    case WIRE_FALSE:
    case WIRE_TRUE:
        lua_pushboolean(r->L, tag == WIRE_TRUE);
        return;
    case WIRE_INTEGER:
        get_integer(r);
        return;
    case WIRE_FLOAT:
        get_float(r);
        return;
    case WIRE_STRING:
        get_string(r);
        return;
    case WIRE_TABLE:
        get_table(r);
        return;
    case WIRE_FUNCTION:
        bko__lua_wire_get_function(r);
        return;
    case WIRE_SEEN:
        get_seen(r);
        return;
    case WIRE_GLOBALS:
        lua_pushglobaltable(r->L);
        return;
    case WIRE_NAMED:
        bko__lua_wire_get_named(r);
        return;
    default:
        bko__lua_wire_malformed(r);
    }
}

void bko__lua_wire_get_value(bko__lua_wire_reader *r) {
    if (r->depth++ > BKO__WIRE_DEPTH) {
        bko__lua_wire_malformed(r);
    }
    if (!lua_checkstack(r->L, LUA_MINSTACK)) {
        r->error.code = BKO_ENOMEM;
        lua_pushnil(r->L);
        lua_error(r->L);
    }
    get_tagged(r, get_byte(r));
    r->depth--;
}

static int decode_protected(lua_State *L) {
    bko__lua_wire_reader *r = lua_touserdata(L, SLOT_STATE);
    lua_settop(L, SLOTS);
    if (get_byte(r) != BKO__WIRE_VERSION) {
        bko__lua_wire_malformed(r);
    }
    bko__lua_wire_get_value(r);
    if (r->at != r->size) {
        bko__lua_wire_malformed(r);
    }
    return 1;
}

int bko__lua_wire_decode(lua_State *L, const void *data, size_t size, char *error,
                         size_t error_size) {
    bko__lua_wire_reader r = {
        .L = L, .data = data, .size = size, .error = {error, error_size, BKO_OK}};
    if (error_size > 0) {
        error[0] = '\0';
    }
    if (!lua_checkstack(L, 2)) {
        return BKO_ENOMEM;
    }
    lua_pushcfunction(L, decode_protected);
    lua_pushlightuserdata(L, &r);
    int status = lua_pcall(L, 1, 1, 0);
    return bko__lua_wire_outcome(L, status, &r.error);
}

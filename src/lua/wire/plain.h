/*
 * Plain values are those that hold no other values: nil, booleans, numbers, strings. Most arguments
 * and results consist of them. They are written and read without a protected call and without
 * tables; the bytes are those of wire.h.
 *
 * Threads: any thread, as long as the lua_State belongs to the caller.
 */
#ifndef BAKEOFF_LUA_WIRE_PLAIN_H
#define BAKEOFF_LUA_WIRE_PLAIN_H

#include <lua.h>
#include <stdint.h>
#include <string.h>

#include "bakeoff/error.h"
#include "core/buffer.h"
#include "core/varint.h"
#include "lua/wire/private.h"

/* The most bytes of a plain value, without the bytes of a string. */
enum { BKO__PLAIN_MAX = 1 + BKO__VARINT_MAX };

/* Appends the value at `index` if it is plain. Returns 1, 0 if it is not plain (nothing is
 * written), or BKO_ENOMEM. Never raises. */
static inline int bko__lua_plain_put(lua_State *L, int index, bko__buffer *out) {
    if (out->capacity - out->size < BKO__PLAIN_MAX &&
        bko__buffer_reserve(out, BKO__PLAIN_MAX) != BKO_OK) {
        return BKO_ENOMEM;
    }
    unsigned char *at = out->data + out->size;
    if (lua_isinteger(L, index)) { /* the most frequent by far */
        *at++ = WIRE_INTEGER;
        at = bko__varint_write(at, bko__zigzag(lua_tointeger(L, index)));
        out->size = (size_t)(at - out->data);
        return 1;
    }
    switch (lua_type(L, index)) {
    case LUA_TNUMBER: {
        lua_Number number = lua_tonumber(L, index);
        *at++ = WIRE_FLOAT;
        memcpy(at, &number, sizeof number);
        at += sizeof number;
        break;
    }
    case LUA_TSTRING: {
        size_t size = 0;
        const char *text = lua_tolstring(L, index, &size);
        *at++ = WIRE_STRING;
        out->size = (size_t)(bko__varint_write(at, size) - out->data);
        return bko__buffer_append(out, text, size) == BKO_OK ? 1 : BKO_ENOMEM;
    }
    case LUA_TNIL:
        *at++ = WIRE_NIL;
        break;
    case LUA_TBOOLEAN:
        *at++ = lua_toboolean(L, index) ? WIRE_TRUE : WIRE_FALSE;
        break;
    default:
        return 0;
    }
    out->size = (size_t)(at - out->data);
    return 1;
}

/* Pushes the plain value at `at` and returns what follows it; NULL if there is none. May raise when
 * memory runs out; the caller provides one free stack slot. */
static inline const unsigned char *bko__lua_plain_push(lua_State *L, const unsigned char *at,
                                                       const unsigned char *end) {
    uint64_t n = 0;
    lua_Number number;
    if (at >= end) {
        return NULL;
    }
    switch (*at++) {
    case WIRE_INTEGER:
        at = bko__varint_read(at, end, &n);
        if (at != NULL) {
            lua_pushinteger(L, bko__unzigzag(n));
        }
        return at;
    case WIRE_STRING:
        at = bko__varint_read(at, end, &n);
        if (at == NULL || n > (uint64_t)(end - at)) {
            return NULL;
        }
        lua_pushlstring(L, (const char *)at, (size_t)n);
        return at + n;
    case WIRE_FLOAT:
        if ((size_t)(end - at) < sizeof number) {
            return NULL;
        }
        memcpy(&number, at, sizeof number);
        lua_pushnumber(L, number);
        return at + sizeof number;
    case WIRE_NIL:
        lua_pushnil(L);
        return at;
    case WIRE_FALSE:
    case WIRE_TRUE:
        lua_pushboolean(L, at[-1] == WIRE_TRUE);
        return at;
    default:
        return NULL;
    }
}

#endif

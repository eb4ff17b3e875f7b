/* See lua/json_keys.h. */
#include "lua/json_keys.h"

#include <lauxlib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_same(const bko__lua_json_key *a, const bko__lua_json_key *b) {
    return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

static int by_name(const void *left, const void *right) {
    const bko__lua_json_key *a = left;
    const bko__lua_json_key *b = right;
    size_t common = a->size < b->size ? a->size : b->size;
    int order = memcmp(a->bytes, b->bytes, common);
    return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

static bool is_among(const bko__lua_json_key *keys, size_t count, const bko__lua_json_key *wanted) {
    for (size_t i = 0; i < count; i++) {
        if (is_same(&keys[i], wanted)) {
            return true;
        }
    }
    return false;
}

/* Counts the fields of the object on top of the stack. */
size_t bko__lua_json_count(lua_State *L) {
    size_t count = 0;
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        lua_pop(L, 1);
        count++;
    }
    return count;
}

/* Takes those keys of the object below the top that the order on top of the stack names. */
static size_t take_ordered(lua_State *L, bko__lua_json_key *keys) {
    size_t count = 0;
    lua_Unsigned named = lua_istable(L, -1) ? lua_rawlen(L, -1) : 0;
    for (lua_Unsigned i = 1; i <= named; i++) {
        bko__lua_json_key one;
        bool is_name = lua_rawgeti(L, -1, (lua_Integer)i) == LUA_TSTRING;
        one.bytes = is_name ? lua_tolstring(L, -1, &one.size) : NULL;
        bool is_there = lua_rawget(L, -3) != LUA_TNIL && is_name;
        lua_pop(L, 1);
        if (is_there && !is_among(keys, count, &one)) {
            keys[count++] = one;
        }
    }
    return count;
}

/* Takes all other keys of the object on top of the stack, sorted. */
static void take_others(lua_State *L, bko__lua_json_key *keys, size_t ordered) {
    size_t count = ordered;
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING) {
            lua_pushfstring(L, "json: key %s is not a string", luaL_tolstring(L, -1, NULL));
            lua_error(L);
        }
        bko__lua_json_key one;
        one.bytes = lua_tolstring(L, -1, &one.size);
        if (!is_among(keys, ordered, &one)) {
            keys[count++] = one;
        }
    }
    qsort(keys + ordered, count - ordered, sizeof *keys, by_name);
}

void bko__lua_json_take_keys(lua_State *L, bko__lua_json_key *keys) {
    size_t ordered = take_ordered(L, keys);
    lua_pop(L, 1);
    take_others(L, keys, ordered);
}

/* The keys of an object in the order in which they are written (json_keys.c). */
#ifndef BAKEOFF_LUA_JSON_KEYS_H
#define BAKEOFF_LUA_JSON_KEYS_H

#include <lua.h>
#include <stddef.h>

typedef struct bko__lua_json_key {
    const char *bytes; /* of a string that the object or the order keeps alive */
    size_t size;
} bko__lua_json_key;

/* Counts the fields of the object on top of the stack. */
size_t bko__lua_json_count(lua_State *L);

/*
 * Fills `keys` with the keys of the object below the top: first those that the order names, then
 * all others, sorted. The order is on top of the stack: a list of names, or any other value for
 * none; it is popped. Raises if a key is not a string.
 */
void bko__lua_json_take_keys(lua_State *L, bko__lua_json_key *keys);

#endif

/* The keys of an object in the order in which they are written (json_keys.c). */
#ifndef BAKEOFF_LUA_JSON_KEYS_H
#define BAKEOFF_LUA_JSON_KEYS_H

#include <lua.h>
#include <stddef.h>

typedef struct bko__json_key {
    const char *bytes; /* of a string that the object, or the order, keeps */
    size_t size;
} bko__json_key;

/* How many fields the object at the top of the stack has. */
size_t bko__json_count(lua_State *L);

/*
 * The object is below the top, at which its order is: a list of names, or anything else for none. Fills
 * `keys` with those that the order names and then all others, sorted, and takes the order from the
 * stack. Raises where a key is no string.
 */
void bko__json_take_keys(lua_State *L, bko__json_key *keys);

#endif

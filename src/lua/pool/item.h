/*
 * Items of a chunk: plain values are written as they are, other values as messages of their own
 * (message.h).
 *
 * Threads: any thread, as long as the lua_State belongs to the caller.
 */
#ifndef BAKEOFF_LUA_POOL_ITEM_H
#define BAKEOFF_LUA_POOL_ITEM_H

#include "lua/wire/plain.h"

/* For an item that is not plain; see bko__lua_item_put and bko__lua_item_push. */
int bko__lua_item_put_message(lua_State *L, int index, const char *what, bko__buffer *out,
                              char *error, size_t error_size);
const unsigned char *bko__lua_item_push_message(lua_State *L, const unsigned char *at,
                                                const unsigned char *end);

/* Appends the value at `index`; parameters and result as for bko__lua_wire_encode. */
static inline int bko__lua_item_put(lua_State *L, int index, const char *what, bko__buffer *out,
                                    char *error, size_t error_size) {
    int written = bko__lua_plain_put(L, index, out);
    if (written == 1) {
        return BKO_OK;
    }
    return bko__lua_item_put_message(L, index, what, out, error, error_size);
}

/* Pushes the item at `at` and returns what follows it; raises when the item cannot be decoded. */
static inline const unsigned char *bko__lua_item_push(lua_State *L, const unsigned char *at,
                                                      const unsigned char *end) {
    const unsigned char *next = bko__lua_plain_push(L, at, end);
    return next != NULL ? next : bko__lua_item_push_message(L, at, end);
}

#endif

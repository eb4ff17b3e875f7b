/* Takes the results and failures of a map from a future and stores them where they belong. */
#include <lauxlib.h>

#include "bakeoff/error.h"
#include "lua/pool/item.h"
#include "lua/pool/message.h"
#include "lua/pool/pool.h"

/* Pushes the message of a failed item, without its traceback; returns what follows the item's
 * text. */
static const unsigned char *push_item_failure(lua_State *L, const unsigned char *at,
                                              const unsigned char *end) {
    uint64_t size = 0;
    at = bko__varint_read(at + 1, end, &size);
    if (at == NULL || size > (uint64_t)(end - at)) {
        luaL_error(L, "%s", bko_error_text(BKO_EPROTOCOL));
    }
    lua_pushlstring(L, (const char *)at, bko__lua_message_size((const char *)at, (size_t)size));
    return at + size;
}

/* future:take(results, first, failures) → how many items, or nil, message, code. For a chunk that
 * is done. Stores result i in results[first + i - 1], or its error message at the same index of
 * failures. */
int bko__lua_future_take(lua_State *L) {
    bko__lua_future *self = bko__lua_future_check(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_Integer first = luaL_checkinteger(L, 3);
    luaL_checktype(L, 4, LUA_TTABLE);
    luaL_argcheck(L, self->error != BKO__PENDING, 1, "the chunk has not ended");
    if (self->error != BKO_OK) {
        return bko__lua_future_push_failure(L, self);
    }
    const unsigned char *at = (const unsigned char *)bko__lua_future_push_answer(L, self);
    const unsigned char *end = at != NULL ? at + self->size : NULL;
    lua_Integer i = first;
    for (; at < end; i++) {
        if (*at == BKO__ITEM_FAILED) {
            at = push_item_failure(L, at, end);
            lua_rawseti(L, 4, i);
        } else {
            at = bko__lua_item_push(L, at, end);
            lua_rawseti(L, 2, i);
        }
    }
    lua_pushinteger(L, i - first);
    return 1;
}

/* The answer of a future that is done: its bytes, or the message of its failure. See lua/pool/pool.h. */
#include <string.h>

#include "bakeoff/error.h"
#include "lua/pool/pool.h"

static const char trace_start[] = "\nstack traceback:";

const char *bko__lua_future_push_answer(lua_State *L, const bko__lua_future *self) {
    lua_getiuservalue(L, 1, BKO__FUTURE_VALUE);
    if (self->heavy != NULL) {
        return self->heavy;
    }
    return self->size <= sizeof self->small ? self->small : lua_tostring(L, -1);
}

size_t bko__lua_message_size(const char *text, size_t size) {
    const char *trace =
        text != NULL && size > 0 ? memmem(text, size, trace_start, sizeof trace_start - 1) : NULL;
    return trace != NULL ? (size_t)(trace - text) : size;
}

int bko__lua_future_push_failure(lua_State *L, const bko__lua_future *self) {
    const char *text = bko__lua_future_push_answer(L, self);
    lua_pushnil(L);
    if (self->error == BKO_ENOMEM && self->size == 0) {
        lua_pushstring(L, bko_error_text(BKO_ENOMEM));
    } else {
        lua_pushlstring(L, text, bko__lua_message_size(text, self->size));
    }
    lua_pushstring(L, bko_error_name(self->error));
    return 3;
}

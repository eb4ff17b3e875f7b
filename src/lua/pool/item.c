/* See lua/pool/item.h. */
#include "lua/pool/item.h"

#include <lauxlib.h>

#include "lua/pool/message.h"
#include "lua/wire/wire.h"

int bko__lua_item_put_message(lua_State *L, int index, const char *what, bko__buffer *out,
                              char *error, size_t error_size) {
    size_t before = out->size;
    unsigned char head[5] = {BKO__ITEM_MESSAGE};
    int err = bko__buffer_append(out, head, sizeof head);
    if (err != BKO_OK) {
        return err;
    }
    err = bko__lua_wire_encode(L, index, what, out, error, error_size);
    size_t size = out->size - before - sizeof head;
    if (err == BKO_OK && size > UINT32_MAX) {
        err = BKO_ETOOLARGE;
    }
    if (err != BKO_OK) {
        out->size = before;
        return err;
    }
    uint32_t size32 = (uint32_t)size;
    memcpy(out->data + before + 1, &size32, sizeof size32);
    return BKO_OK;
}

const unsigned char *bko__lua_item_push_message(lua_State *L, const unsigned char *at,
                                                const unsigned char *end) {
    char error[512] = "";
    uint32_t size = 0;
    if ((size_t)(end - at) > sizeof size && *at == BKO__ITEM_MESSAGE) {
        memcpy(&size, at + 1, sizeof size);
        at += 1 + sizeof size;
    }
    if (size == 0 || size > (size_t)(end - at)) {
        luaL_error(L, "%s", bko_error_text(BKO_EPROTOCOL));
    }
    if (bko__lua_wire_decode(L, at, size, error, sizeof error) != BKO_OK) {
        luaL_error(L, "%s", error[0] != '\0' ? error : bko_error_text(BKO_ENOMEM));
    }
    return at + size;
}

/* fetch(request): one blocking transfer; and what Lua needs to know about URLs and descriptors. */
#include "bakeoff/fetch.h"

#include <string.h>

#include "bakeoff/error.h"
#include "core/gil.h"
#include "lua/base/push.h"
#include "lua/base/type.h"
#include "lua/fetch/options.h"
#include "lua/fetch/response.h"
#include "lua/module.h"
#include "net/descriptors.h"

#define TRANSFER_TYPE "bakeoff.transfer"

typedef struct transfer_box {
    bko_fetch_options options;
    bko_transfer *transfer;
} transfer_box;

static int transfer_gc(lua_State *L) {
    transfer_box *box = luaL_checkudata(L, 1, TRANSFER_TYPE);
    bko_transfer_free(box->transfer);
    box->transfer = NULL;
    return 0;
}

/* fetch { url=, method=, headers=, body=, timeout=, max_bytes=, … } → response
 * or nil, message, code, response */
static int fetch_fetch(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_getfield(L, 1, "url");
    const char *url = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    luaL_argcheck(L, url != NULL, 1, "url: expected a string");
    int refusal = bko__lua_fetch_check_url(L, -1);
    if (refusal > 0) {
        return refusal;
    }
    transfer_box *box = lua_newuserdatauv(L, sizeof *box, 0);
    *box = (transfer_box){0};
    luaL_setmetatable(L, TRANSFER_TYPE);
    bko__lua_fetch_options(L, 1, &box->options);
    box->options.keep_body = true;
    int err = bko_transfer_create(&box->transfer, &box->options);
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "fetch");
    }
    const bko_response *response;
    bko__blocking_begin();
    (void)bko_transfer_fetch(box->transfer, url, &response); /* the response holds the error */
    bko__blocking_end();
    return bko__lua_response_push_fetched(L, response, true);
}

/* url_file_name(url) → the file name under which a body is saved */
static int fetch_url_file_name(lua_State *L) {
    char name[128];
    bko_url_file_name(luaL_checkstring(L, 1), name, sizeof name);
    lua_pushstring(L, name);
    return 1;
}

/* url_redact(text) → the text without accounts and secret parameters of URLs */
static int fetch_url_redact(lua_State *L) {
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    luaL_Buffer buffer;
    char *out = luaL_buffinitsize(L, &buffer, 3 * length + 1);
    bko_url_redact(text, out, 3 * length + 1);
    luaL_pushresultsize(&buffer, strlen(out));
    return 1;
}

/* descriptors() → how many more files and sockets may be opened */
static int fetch_descriptors(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)bko__descriptors_available());
    return 1;
}

void bko__lua_fetch(lua_State *L) {
    static const luaL_Reg functions[] = {{"fetch", fetch_fetch},
                                         {"url_file_name", fetch_url_file_name},
                                         {"url_redact", fetch_url_redact},
                                         {"descriptors", fetch_descriptors},
                                         {NULL, NULL}};
    static const luaL_Reg methods[] = {
        {"__gc", transfer_gc}, {"__close", transfer_gc}, {NULL, NULL}};
    bko__lua_type_add(L, TRANSFER_TYPE, methods);
    luaL_setfuncs(L, functions, 0);
}

/* Whether servers still listen. */
#include "net/reach.h"

#include "bakeoff/error.h"
#include "lua/base/options.h"
#include "lua/base/push.h"
#include "lua/module.h"
#include "net/transfer.h"

/* reach{host=, port= (a text) | unix=, timeout=seconds} → true, or nil, message, code ("connect": certainly
 * nobody listens there) */
static int reach(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    int64_t limit_ns = bko__lua_opt_ns(L, 1, "timeout");
    const char *path = bko__lua_opt_text(L, 1, "unix", NULL);
    const char *host = bko__lua_opt_text(L, 1, "host", NULL);
    const char *port = bko__lua_opt_text(L, 1, "port", NULL);
    luaL_argcheck(L, path != NULL || (host != NULL && port != NULL), 1,
                  "host and port, or unix, must be given");
    int err = path != NULL ? bko__reach_unix(path, limit_ns) : bko__reach(host, port, limit_ns);
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, path != NULL ? path : host);
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* names_proxy() → does the environment name a proxy for fetches? */
static int names_proxy(lua_State *L) {
    lua_pushboolean(L, bko__environment_names_proxy());
    return 1;
}

void bko__lua_reach(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"reach", reach}, {"names_proxy", names_proxy}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}

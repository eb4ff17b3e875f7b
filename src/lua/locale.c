/* Makes Lua code format numbers as bakeoff's files have them, even in a host that called
 * os.setlocale. */
#include <lauxlib.h>
#include <stdbool.h>

#include "core/number.h"
#include "lua/base/type.h"
#include "lua/module.h"

#define METATABLE "bakeoff.locale"

typedef struct guard {
    bko__locale locale;
    bool is_entered;
} guard;

/* locale("plain" | "host") → a guard that the caller must close. Until then this thread formats,
 * reads and compares as in the C locale, or as the host's setlocale says. */
static int locale_enter(lua_State *L) {
    static const char *const kinds[] = {"plain", "host", NULL};
    int is_host = luaL_checkoption(L, 1, NULL, kinds);
    guard *self = lua_newuserdatauv(L, sizeof *self, 0);
    self->is_entered = false;
    luaL_setmetatable(L, METATABLE);
    if (is_host) {
        bko__locale_enter_host(&self->locale);
    } else {
        bko__locale_enter_plain(&self->locale);
    }
    self->is_entered = true;
    return 1;
}

static int locale_close(lua_State *L) {
    guard *self = luaL_checkudata(L, 1, METATABLE);
    if (self->is_entered) {
        self->is_entered = false;
        bko__locale_leave(&self->locale);
    }
    return 0;
}

void bko__lua_locale(lua_State *L) {
    static const luaL_Reg meta[] = {{"__close", locale_close}, {NULL, NULL}};
    bko__lua_type_add(L, METATABLE, meta);
    lua_pushcfunction(L, locale_enter);
    lua_setfield(L, -2, "locale");
}

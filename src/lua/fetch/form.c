/* core.form(list) → form, for the field `form` of fetch options. The list is that of lua/bakeoff/net/form.lua, which has
 * checked it: { { name =, data = or file =, file_name =, type = }, … }. */
#include "lua/fetch/form.h"

#include <lauxlib.h>

#include "lua/base/options.h"
#include "lua/base/type.h"
#include "net/transfer.h"

#define FORM_TYPE "bakeoff.form"

/* Its user value is the list, whose texts it borrows. */
typedef struct box {
    bko_form form;
    bko_form_part parts[];
} box;

static void take(lua_State *L, int index, bko_form_part *out) {
    *out = (bko_form_part){.name = bko__lua_opt_text(L, index, "name", NULL),
                           .file = bko__lua_opt_text(L, index, "file", NULL),
                           .file_name = bko__lua_opt_text(L, index, "file_name", NULL),
                           .type = bko__lua_opt_text(L, index, "type", NULL)};
    out->data = bko__lua_opt_text(L, index, "data", &out->size);
    luaL_argcheck(L, out->name != NULL, 1, "a part has no name");
    luaL_argcheck(L, (out->data != NULL) != (out->file != NULL), 1, "expected data or a file");
}

static int form_new(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    size_t count = (size_t)lua_rawlen(L, 1);
    box *self = lua_newuserdatauv(L, sizeof *self + count * sizeof self->parts[0], 1);
    self->form = (bko_form){.parts = self->parts, .count = count};
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 1);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, 1, (lua_Integer)i + 1);
        luaL_argcheck(L, lua_istable(L, -1), 1, "expected a list of tables");
        take(L, lua_gettop(L), &self->parts[i]);
        lua_pop(L, 1);
    }
    luaL_setmetatable(L, FORM_TYPE);
    return 1;
}

const bko_form *bko__lua_opt_form(lua_State *L, int index, const char *name) {
    const box *self = NULL;
    if (lua_getfield(L, index, name) != LUA_TNIL) {
        self = luaL_testudata(L, -1, FORM_TYPE);
        if (self == NULL) {
            luaL_error(L, "%s: expected what core.form returns", name);
        }
    }
    lua_pop(L, 1);
    return self != NULL ? &self->form : NULL;
}

/* has_http3() → can libcurl speak HTTP/3? */
static int form_has_http3(lua_State *L) {
    lua_pushboolean(L, bko__fetch_has_http3());
    return 1;
}

void bko__lua_form(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"form", form_new}, {"has_http3", form_has_http3}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{NULL, NULL}};
    bko__lua_type_add(L, FORM_TYPE, methods);
    luaL_setfuncs(L, functions, 0);
}

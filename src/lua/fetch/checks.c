/* core.checks(list, must_pass) → checks, for the field `checks` of fetch options. The list is that of
 * lua/bakeoff/net/checks.lua, which has checked it: { { kind =, name =, … }, … }. */
#include "lua/fetch/checks.h"

#include <lauxlib.h>

#include "lua/base/options.h"
#include "lua/base/type.h"
#include "lua/fetch/statuses.h"

#define CHECKS_TYPE "bakeoff.checks"

/* Its user value is the list, whose texts it borrows. */
typedef struct box {
    bko_checks checks;
    bko_check list[];
} box;

static void take(lua_State *L, int index, bko_check *out) {
    static const char *const kinds[] = {"status",    "header",    "body", "max_time",
                                        "min_bytes", "max_bytes", NULL};
    double amount = bko__lua_opt_number(L, index, "amount", 0, &bko__lua_opt_amount);
    *out = (bko_check){.kind = (bko_check_kind)bko__lua_opt_choice(L, index, "kind", kinds),
                       .name = bko__lua_opt_text(L, index, "name", NULL),
                       .header = bko__lua_opt_text(L, index, "header", NULL),
                       .amount = (uint64_t)amount};
    out->text = bko__lua_opt_text(L, index, "text", &out->text_size);
    out->status_count = (uint8_t)bko__lua_opt_statuses(L, index, "statuses", out->statuses);
    luaL_argcheck(L, out->name != NULL, 1, "a check has no name");
    luaL_argcheck(L, out->kind != BKO_CHECK_HEADER || out->header != NULL, 1, "which header?");
    luaL_argcheck(L, out->kind != BKO_CHECK_BODY || out->text != NULL, 1, "which text?");
}

static int checks_new(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    size_t count = (size_t)lua_rawlen(L, 1);
    luaL_argcheck(L, count >= 1 && count <= BKO_CHECKS_MAX, 1, "too many checks, or none");
    box *self = lua_newuserdatauv(L, sizeof *self + count * sizeof self->list[0], 1);
    self->checks =
        (bko_checks){.list = self->list, .count = count, .must_pass = lua_toboolean(L, 2)};
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 1);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, 1, (lua_Integer)i + 1);
        luaL_argcheck(L, lua_istable(L, -1), 1, "expected a list of tables");
        take(L, lua_gettop(L), &self->list[i]);
        lua_pop(L, 1);
    }
    luaL_setmetatable(L, CHECKS_TYPE);
    return 1;
}

const bko_checks *bko__lua_opt_checks(lua_State *L, int index, const char *name) {
    const box *self = NULL;
    if (lua_getfield(L, index, name) != LUA_TNIL) {
        self = luaL_testudata(L, -1, CHECKS_TYPE);
        if (self == NULL) {
            luaL_error(L, "%s: expected what core.checks returns", name);
        }
    }
    lua_pop(L, 1);
    return self != NULL ? &self->checks : NULL;
}

void bko__lua_checks(lua_State *L) {
    static const luaL_Reg functions[] = {{"checks", checks_new}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{NULL, NULL}};
    bko__lua_type_add(L, CHECKS_TYPE, methods);
    luaL_setfuncs(L, functions, 0);
}

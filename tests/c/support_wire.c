/* See support_wire.h. */
#include "support_wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>

long wire_allocations_left = -1;

/* Lua's allocator contract; freeing and shrinking may not fail. */
static void *limited_alloc(void *user, void *block, size_t old_size, size_t size) {
    (void)user;
    if (size == 0) {
        free(block);
        return NULL;
    }
    if ((block == NULL || size > old_size) && wire_allocations_left >= 0 &&
        wire_allocations_left-- == 0) {
        wire_allocations_left = 0;
        return NULL;
    }
    return realloc(block, size);
}

lua_State *wire_state(void) {
    lua_State *L = lua_newstate(limited_alloc, NULL);
    assert_non_null(L);
    luaL_openlibs(L);
    return L;
}

int wire_eval(lua_State *L, const char *code) {
    int top = lua_gettop(L);
    if (luaL_loadstring(L, code) != LUA_OK || lua_pcall(L, 0, LUA_MULTRET, 0) != LUA_OK) {
        fail_msg("%s", lua_tostring(L, -1));
    }
    return lua_gettop(L) - top;
}

void wire_check(lua_State *L, const char *code, int count) {
    assert_int_equal(luaL_loadstring(L, code), LUA_OK);
    lua_insert(L, -count - 1);
    if (lua_pcall(L, count, 0, 0) != LUA_OK) {
        fail_msg("%s", lua_tostring(L, -1));
    }
}

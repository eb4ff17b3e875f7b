/*
 * See lua/pool/shared.h. An empty table stands for a shared one; its metatable reads from it. Inner
 * tables are wrapped on first access, so nothing is copied.
 */
#include "lua/pool/shared.h"

#include <lauxlib.h>

static const char shared_key = 0; /* registry: the value as it is shown */
static const char views_key = 0;  /* registry: table → its view, weak */

/* Upvalue 1 of all of these functions is the table behind the view. */

static void push_view(lua_State *L, int index);

/* Replaces the value on top of the stack with what scripts may see of it. */
static void show(lua_State *L) {
    if (lua_istable(L, -1)) {
        push_view(L, lua_gettop(L));
        lua_remove(L, -2);
    }
}

/* __index(view, key) */
static int view_index(lua_State *L) {
    lua_settop(L, 2);
    lua_rawget(L, lua_upvalueindex(1));
    show(L);
    return 1;
}

static int view_newindex(lua_State *L) {
    const char *key = luaL_tolstring(L, 2, NULL);
    return luaL_error(
        L, "bake.shared is read-only: '%s' cannot be set; return it as the task's result", key);
}

static int view_len(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, lua_upvalueindex(1)));
    return 1;
}

static int view_next(lua_State *L) {
    lua_settop(L, 2);
    if (lua_next(L, lua_upvalueindex(1)) == 0) {
        return 0;
    }
    show(L);
    return 2;
}

static int view_pairs(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushcclosure(L, view_next, 1);
    lua_pushvalue(L, 1);
    return 2;
}

/* Pushes the table of views. */
static void push_views(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &views_key) == LUA_TTABLE) {
        return;
    }
    lua_pop(L, 1);
    lua_newtable(L);
    lua_newtable(L);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &views_key);
}

/* Pushes the view of the table at `index`. */
static void push_view(lua_State *L, int index) {
    static const luaL_Reg methods[] = {{"__index", view_index},
                                       {"__newindex", view_newindex},
                                       {"__len", view_len},
                                       {"__pairs", view_pairs},
                                       {NULL, NULL}};
    luaL_checkstack(L, 8, "shared");
    push_views(L);
    lua_pushvalue(L, index);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_createtable(L, 0, 5);
        lua_pushvalue(L, index);
        luaL_setfuncs(L, methods, 1);
        lua_pushliteral(L, "read-only");
        lua_setfield(L, -2, "__metatable");
        lua_setmetatable(L, -2);
        lua_pushvalue(L, index);
        lua_pushvalue(L, -2);
        lua_rawset(L, -4);
    }
    lua_remove(L, -2);
}

void bko__lua_shared_set(lua_State *L, int index) {
    lua_pushvalue(L, index);
    show(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &shared_key);
}

void bko__lua_shared_push(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &shared_key);
}

/* shared() → what this worker's pool shares, read-only; nil outside of workers */
static int shared_get(lua_State *L) {
    bko__lua_shared_push(L);
    return 1;
}

void bko__lua_shared(lua_State *L) {
    static const luaL_Reg functions[] = {{"shared", shared_get}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}

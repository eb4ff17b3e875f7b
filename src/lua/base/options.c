/* See lua/base/options.h. */
#include "lua/base/options.h"

#include <lauxlib.h>
#include <math.h>
#include <string.h>

const bko__lua_opt_range bko__lua_opt_any = {-HUGE_VAL, HUGE_VAL, "a number"};
/* 2^53, which as milliseconds still fits an int64_t */
const bko__lua_opt_range bko__lua_opt_amount = {0, 9007199254740992.0, "a number from 0 to 2^53"};

/* Raises for the field whose value is on top of the stack. */
static void refuse(lua_State *L, const char *name, const char *wanted) {
    if (lua_isstring(L, -1)) { /* true for numbers as well */
        luaL_error(L, "%s: expected %s, got '%s'", name, wanted, luaL_tolstring(L, -1, NULL));
    }
    luaL_error(L, "%s: expected %s, got %s", name, wanted, luaL_typename(L, -1));
}

bool bko__lua_opt_is_given(lua_State *L, int index, const char *name) {
    bool is_given = lua_getfield(L, index, name) != LUA_TNIL;
    lua_pop(L, 1);
    return is_given;
}

bool bko__lua_opt_flag(lua_State *L, int index, const char *name, bool otherwise) {
    int type = lua_getfield(L, index, name);
    if (type != LUA_TNIL && type != LUA_TBOOLEAN) {
        refuse(L, name, "true or false");
    }
    bool value = type == LUA_TNIL ? otherwise : lua_toboolean(L, -1);
    lua_pop(L, 1);
    return value;
}

double bko__lua_opt_number(lua_State *L, int index, const char *name, double otherwise,
                           const bko__lua_opt_range *range) {
    int is_number = 1;
    double value = otherwise;
    if (lua_getfield(L, index, name) != LUA_TNIL) {
        value = lua_tonumberx(L, -1, &is_number);
    }
    if (!is_number || !(value >= range->least && value <= range->most)) {
        refuse(L, name, range->wanted);
    }
    lua_pop(L, 1);
    return value;
}

static const char *push_integers(lua_State *L, lua_Integer least, lua_Integer most) {
    if (most == LUA_MAXINTEGER) {
        return lua_pushfstring(L, "a whole number from %I", (LUAI_UACINT)least);
    }
    return lua_pushfstring(L, "a whole number from %I to %I", (LUAI_UACINT)least,
                           (LUAI_UACINT)most);
}

lua_Integer bko__lua_opt_integer(lua_State *L, int index, const char *name, lua_Integer otherwise,
                                 lua_Integer least, lua_Integer most) {
    int is_integer = 1;
    lua_Integer value = otherwise;
    if (lua_getfield(L, index, name) != LUA_TNIL) {
        value = lua_tointegerx(L, -1, &is_integer);
    }
    if (!is_integer || value < least || value > most) {
        const char *wanted = push_integers(L, least, most);
        lua_insert(L, -2);
        refuse(L, name, wanted);
    }
    lua_pop(L, 1);
    return value;
}

int64_t bko__lua_opt_ns(lua_State *L, int index, const char *name) {
    static const bko__lua_opt_range seconds = {0, 9e9, "0 to 9e9 seconds"};
    return (int64_t)(bko__lua_opt_number(L, index, name, 0, &seconds) * 1e9);
}

static void refuse_choice(lua_State *L, const char *name, const char *const names[]) {
    luaL_Buffer known;
    const char *given = luaL_tolstring(L, -1, NULL);
    luaL_buffinit(L, &known);
    for (int i = 0; names[i] != NULL; i++) {
        luaL_addstring(&known, i == 0 ? "" : names[i + 1] != NULL ? ", " : " or ");
        luaL_addchar(&known, '"');
        luaL_addstring(&known, names[i]);
        luaL_addchar(&known, '"');
    }
    luaL_pushresult(&known);
    luaL_error(L, "%s: '%s' is unknown; write %s", name, given, lua_tostring(L, -1));
}

int bko__lua_opt_choice(lua_State *L, int index, const char *name, const char *const names[]) {
    int type = lua_getfield(L, index, name);
    const char *given = type == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    int found = 0;
    while (given != NULL && names[found] != NULL && strcmp(given, names[found]) != 0) {
        found++;
    }
    if ((given == NULL && type != LUA_TNIL) || names[found] == NULL) {
        refuse_choice(L, name, names);
    }
    lua_pop(L, 1);
    return found;
}

/* The string stays alive in the table. A number converted on the stack would not, so only strings
 * are accepted. */
const char *bko__lua_opt_text(lua_State *L, int index, const char *name, size_t *size) {
    int type = lua_getfield(L, index, name);
    if (type != LUA_TNIL && type != LUA_TSTRING) {
        luaL_error(L, "%s: expected a string, got %s", name, luaL_typename(L, -1));
    }
    size_t length = 0;
    const char *text = type == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
    if (text != NULL && size != NULL) {
        *size = length;
    } else if (text != NULL && strlen(text) != length) {
        luaL_error(L, "%s: contains a zero byte",
                   name); /* C would read only what stands before it */
    }
    lua_pop(L, 1);
    return text;
}

int bko__lua_opt_ref(lua_State *L, int index, const char *name) {
    if (lua_getfield(L, index, name) == LUA_TNIL) {
        lua_pop(L, 1);
        return LUA_NOREF;
    }
    return luaL_ref(L, LUA_REGISTRYINDEX);
}

const char **bko__lua_opt_list(lua_State *L, int index, const char *name,
                               bool (*fits)(const char *text), const char *wanted, size_t *count) {
    *count = 0;
    int type = lua_getfield(L, index, name);
    if (type == LUA_TNIL) {
        return NULL;
    }
    if (type != LUA_TTABLE) {
        luaL_error(L, "%s: expected a list, got %s", name, luaL_typename(L, -1));
    }
    size_t length = (size_t)lua_rawlen(L, -1);
    const char **array = lua_newuserdatauv(L, (length + 1) * sizeof *array, 1);
    for (size_t i = 0; i < length; i++) {
        bool is_string = lua_rawgeti(L, -2, (lua_Integer)i + 1) == LUA_TSTRING &&
                         strlen(lua_tostring(L, -1)) == (size_t)lua_rawlen(L, -1);
        if (!is_string || (fits != NULL && !fits(lua_tostring(L, -1)))) {
            luaL_error(L, "%s[%d]: expected %s", name, (int)i + 1, wanted);
        }
        array[i] = lua_tostring(L, -1);
        lua_pop(L, 1);
    }
    array[length] = NULL;
    *count = length;
    lua_insert(L, -2);
    lua_setiuservalue(L, -2, 1);
    return array;
}

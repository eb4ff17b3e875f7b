/*
 * Values that travel by name: what package.loaded holds, and fields of loaded modules.
 *
 * All lookups use raw access, so that looking for a name never runs a script's code. A value with
 * several names gets the same one every time: names in the standard libraries come first, base
 * functions last (a script may have put anything into its globals); among the others the
 * alphabetically first one wins.
 */
#include <lauxlib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "lua/wire/private.h"
#include "lua/wire/wire.h"

static const char *const standard[] = {"coroutine", "debug",  "io",    "math", "os",
                                       "package",   "string", "table", "utf8"};

static const char *const base[] = {
    "assert",       "collectgarbage", "dofile",   "error",  "getmetatable", "ipairs",
    "load",         "loadfile",       "next",     "pairs",  "pcall",        "print",
    "rawequal",     "rawget",         "rawlen",   "rawset", "require",      "select",
    "setmetatable", "tonumber",       "tostring", "type",   "warn",         "xpcall"};

static int is_standard(const char *module) {
    for (size_t i = 0; i < sizeof standard / sizeof standard[0]; i++) {
        if (strcmp(module, standard[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

/* The key at `index` if it can name a module or field (a string without a zero byte); else NULL. */
static const char *name_at(lua_State *L, int index) {
    size_t size = 0;
    if (lua_type(L, index) != LUA_TSTRING) {
        return NULL;
    }
    const char *name = lua_tolstring(L, index, &size);
    return strlen(name) == size ? name : NULL;
}

/* --- modules ---------------------------------------------------------------------------------- */

/* Records that module `name` returned the object on top of the stack, if that is the object's best
 * name. */
static void note_module(lua_State *L, const char *name) {
    lua_pushvalue(L, -1);
    if (lua_rawget(L, SLOT_MODULES) == LUA_TNIL || strcmp(name, lua_tostring(L, -1)) < 0) {
        lua_pushvalue(L, -2);
        lua_pushstring(L, name);
        lua_rawset(L, SLOT_MODULES);
    }
    lua_pop(L, 1);
}

static int is_object(int type) {
    return type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TUSERDATA;
}

static void need_modules(lua_State *L) {
    if (!lua_isnil(L, SLOT_MODULES)) {
        return;
    }
    bko__lua_wire_need_slot(L, SLOT_MODULES);
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    int loaded = lua_gettop(L);
    if (lua_istable(L, loaded)) {
        for (lua_pushnil(L); lua_next(L, loaded) != 0; lua_pop(L, 1)) {
            const char *name = name_at(L, -2);
            if (name != NULL && is_object(lua_type(L, -1))) {
                note_module(L, name);
            }
        }
    }
    lua_settop(L, loaded - 1);
}

int bko__lua_wire_put_module(bko__lua_wire_writer *w, int index) {
    lua_State *L = w->L;
    need_modules(L);
    lua_pushvalue(L, index);
    int found = lua_rawget(L, SLOT_MODULES) == LUA_TSTRING;
    if (found) {
        size_t size = 0;
        const char *name = lua_tolstring(L, -1, &size);
        bko__lua_wire_put_byte(w, WIRE_NAMED);
        bko__lua_wire_put_string(w, name, size);
    }
    lua_pop(L, 1);
    return found;
}

/* --- fields ----------------------------------------------------------------------------------- */

typedef struct found_name {
    const char *module; /* keys of package.loaded and of the module: alive as long as those are */
    const char *field;
} found_name;

static int better(const found_name *a, const found_name *b) {
    if (b->module == NULL) {
        return 1;
    }
    int standard_a = is_standard(a->module);
    int standard_b = is_standard(b->module);
    if (standard_a != standard_b) {
        return standard_a;
    }
    int order = strcmp(a->module, b->module);
    return order < 0 || (order == 0 && strcmp(a->field, b->field) < 0);
}

/* Does `path` end with the file of the module? "a.b" is a/b.lua or a/b/init.lua. */
static int is_file_of(const char *path, const char *module) {
    static const char *const tails[] = {".lua", "/init.lua"};
    for (size_t t = 0; t < 2; t++) {
        size_t path_size = strlen(path);
        size_t size = strlen(module);
        size_t rest = size + strlen(tails[t]);
        if (path_size < rest || strcmp(path + path_size - strlen(tails[t]), tails[t]) != 0) {
            continue;
        }
        const char *start = path + path_size - rest;
        size_t same = 0;
        while (same < size && start[same] == (module[same] == '.' ? '/' : module[same])) {
            same++;
        }
        if (same == size && (start == path || start[-1] == '/')) {
            return 1;
        }
    }
    return 0;
}

/* Lua functions have a name only in the module whose file defines them, because what a script adds
 * to a module is missing on arrival. `source` is NULL for other values. */
static int may_name(const char *module, const char *source) {
    if (strcmp(module, "_G") == 0) {
        return 0;
    }
    return source == NULL || (source[0] == '@' && is_file_of(source + 1, module));
}

/* Looks for the value at `index` in the module table on top of the stack. */
static void look_into(lua_State *L, int index, const char *module, found_name *found) {
    int table = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
        const char *field = name_at(L, -2);
        found_name here = {module, field};
        if (field != NULL && lua_rawequal(L, -1, index) && better(&here, found)) {
            *found = here;
        }
    }
}

static void look_into_modules(lua_State *L, int index, const char *source, found_name *found) {
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    int loaded = lua_gettop(L);
    if (lua_istable(L, loaded)) {
        for (lua_pushnil(L); lua_next(L, loaded) != 0; lua_pop(L, 1)) {
            const char *module = name_at(L, -2);
            if (module != NULL && lua_istable(L, -1) && may_name(module, source)) {
                look_into(L, index, module, found);
            }
        }
    }
    lua_settop(L, loaded - 1);
}

static void look_into_base(lua_State *L, int index, found_name *found) {
    lua_pushglobaltable(L);
    for (size_t i = 0; i < sizeof base / sizeof base[0] && found->module == NULL; i++) {
        lua_pushstring(L, base[i]);
        lua_rawget(L, -2);
        if (lua_rawequal(L, -1, index)) {
            *found = (found_name){"_G", base[i]};
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* The file in which a Lua function was defined; NULL for everything else. Alive as long as the
 * function is. */
static const char *source_of(lua_State *L, int index) {
    lua_Debug info;
    if (!lua_isfunction(L, index) || lua_iscfunction(L, index)) {
        return NULL;
    }
    lua_pushvalue(L, index);
    lua_getinfo(L, ">S", &info);
    return info.source;
}

/* Keeps the name for later: a value such as cjson.null may occur in every row. */
static void note_field(lua_State *L, int index, const found_name *found) {
    lua_pushvalue(L, index);
    luaL_Buffer name;
    luaL_buffinit(L, &name);
    luaL_addstring(&name, found->module);
    luaL_addchar(&name, '\0');
    luaL_addstring(&name, found->field);
    luaL_pushresult(&name);
    lua_rawset(L, SLOT_MODULES);
}

int bko__lua_wire_put_field(bko__lua_wire_writer *w, int index) {
    lua_State *L = w->L;
    found_name found = {NULL, NULL};
    look_into_modules(L, index, source_of(L, index), &found);
    if (found.module == NULL && lua_iscfunction(L, index)) {
        look_into_base(L, index, &found);
    }
    if (found.module == NULL) {
        return 0;
    }
    note_field(L, index, &found);
    return bko__lua_wire_put_module(w, index);
}

/* --- arrival ---------------------------------------------------------------------------------- */

/* Pushes the module: from package.loaded, else by `require`, which may raise anything. */
static void push_module(lua_State *L, const char *name) {
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushstring(L, name);
    if (lua_rawget(L, -2) != LUA_TNIL) {
        lua_remove(L, -2);
        return;
    }
    lua_pop(L, 2);
    if (lua_getglobal(L, "require") != LUA_TFUNCTION) {
        luaL_error(L, "module '%s' is needed here, but there is no 'require'", name);
    }
    lua_pushstring(L, name);
    lua_call(L, 1, 1);
}

void bko__lua_wire_get_named(bko__lua_wire_reader *r) {
    lua_State *L = r->L;
    size_t size = (size_t)bko__lua_wire_get_varint(r);
    lua_pushlstring(L, bko__lua_wire_get_bytes(r, size), size);
    const char *module = lua_tostring(L, -1);
    size_t length = strlen(module);
    push_module(L, module);
    if (length < size) {
        const char *field = module + length + 1;
        if (lua_getfield(L, -1, field) == LUA_TNIL) {
            luaL_error(L, "module '%s' has no field '%s' here", module, field);
        }
        lua_remove(L, -2);
    }
    lua_remove(L, -2);
}

/* See lua/fetch/options.h. */
#include "lua/fetch/options.h"

#include <lauxlib.h>
#include <string.h>

bool bko__lua_flag(lua_State *L, int index, const char *name) {
    lua_getfield(L, index, name);
    if (!lua_isnil(L, -1) && !lua_isboolean(L, -1)) {
        luaL_error(L, "%s: expected true or false, got %s", name, luaL_typename(L, -1));
    }
    bool value = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return value;
}

/* The string stays alive in the table. Converting a number in place would not, so only strings pass. */
static const char *text(lua_State *L, int index, const char *name, size_t *size) {
    lua_getfield(L, index, name);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        return NULL;
    }
    if (lua_type(L, -1) != LUA_TSTRING) {
        luaL_error(L, "%s: expected a string, got %s", name, luaL_typename(L, -1));
    }
    const char *value = lua_tolstring(L, -1, size);
    lua_pop(L, 1);
    return value;
}

static const double LARGEST = 9007199254740992.0; /* 2^53; in ms it still fits an int64_t */

static double number(lua_State *L, int index, const char *name) {
    lua_getfield(L, index, name);
    double given = lua_tonumber(L, -1);
    if (!lua_isnil(L, -1) && (!lua_isnumber(L, -1) || !(given >= 0 && given <= LARGEST))) {
        luaL_error(L, "%s: expected a number of 0 or more, got '%s'", name,
                   luaL_tolstring(L, -1, NULL));
    }
    lua_pop(L, 1);
    return given;
}

static bko_http_version http_version(lua_State *L, int index) {
    static const char *const names[] = {"1.1", "2", "any", NULL};
    const char *name = text(L, index, "http_version", NULL);
    for (int i = 0; name != NULL && names[i] != NULL; i++) {
        if (strcmp(name, names[i]) == 0) {
            return (bko_http_version)i;
        }
    }
    if (name != NULL) {
        luaL_error(L, "http_version: '%s' is unknown; write \"1.1\", \"2\" or \"any\"", name);
    }
    return BKO_HTTP_1_1;
}

static bool is_header_line(const char *line) {
    const char *colon = strchr(line, ':');
    return colon != NULL && colon != line && strpbrk(line, "\r\n") == NULL;
}

/* Of the table on top; one with other keys than 1 … n would lose what stands there. */
static size_t list_length(lua_State *L) {
    size_t length = lua_istable(L, -1) ? (size_t)lua_rawlen(L, -1) : 0;
    size_t entries = 0;
    if (lua_istable(L, -1)) {
        for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
            entries++;
        }
    }
    if (!lua_istable(L, -1) || entries != length) {
        luaL_error(L, "headers: expected a list of \"Name: value\" lines");
    }
    return length;
}

/* Pushes the array of header lines (a userdata, or nil when there are none). */
static void headers(lua_State *L, int index, bko_fetch_options *out) {
    lua_getfield(L, index, "headers");
    if (lua_isnil(L, -1)) {
        return;
    }
    size_t count = list_length(L);
    const char **lines = lua_newuserdatauv(L, (count + 1) * sizeof *lines, 0);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, -2, (lua_Integer)i + 1);
        if (lua_type(L, -1) != LUA_TSTRING || !is_header_line(lua_tostring(L, -1))) {
            luaL_error(L, "headers[%d]: expected a line such as \"Accept: text/html\"", (int)i + 1);
        }
        lines[i] = lua_tostring(L, -1);
        lua_pop(L, 1);
    }
    lua_remove(L, -2);
    out->headers = lines;
    out->header_count = count;
}

/* Each taker leaves *out as it was where the field is absent. */
static void take_text(lua_State *L, int index, const char *name, const char **out, size_t *size) {
    const char *given = text(L, index, name, size);
    *out = given != NULL ? given : *out;
}

static bool is_given(lua_State *L, int index, const char *name) {
    bool is_there = lua_getfield(L, index, name) != LUA_TNIL;
    lua_pop(L, 1);
    return is_there;
}

static void take_size(lua_State *L, int index, const char *name, size_t *out) {
    *out = is_given(L, index, name) ? (size_t)number(L, index, name) : *out;
}

static void take_flag(lua_State *L, int index, const char *name, bool *out) {
    *out = is_given(L, index, name) ? bko__lua_flag(L, index, name) : *out;
}

void bko__lua_fetch_override(lua_State *L, int index, bko_fetch_options *out) {
    index = lua_absindex(L, index);
    take_text(L, index, "method", &out->method, NULL);
    take_text(L, index, "ca_file", &out->ca_file, NULL);
    take_text(L, index, "proxy", &out->proxy, NULL);
    const char *body = text(L, index, "body", &out->body_size);
    out->body = body != NULL ? body : out->body;
    if (is_given(L, index, "timeout")) {
        out->timeout_ms = (int64_t)(number(L, index, "timeout") * 1000 + 0.5);
    }
    take_size(L, index, "max_bytes", &out->max_bytes);
    take_size(L, index, "buffer_size", &out->buffer_size);
    if (is_given(L, index, "http_version")) {
        out->http_version = http_version(L, index);
    }
    take_flag(L, index, "insecure", &out->insecure);
    take_flag(L, index, "compressed", &out->compressed);
    take_flag(L, index, "session_per_request", &out->session_per_request);
    take_flag(L, index, "keep_body", &out->keep_body);
    if (is_given(L, index, "follow")) {
        out->no_follow = !bko__lua_flag(L, index, "follow");
    }
    headers(L, index, out);
}

void bko__lua_fetch_options(lua_State *L, int index, bko_fetch_options *out) {
    *out = (bko_fetch_options){0};
    bko__lua_fetch_override(L, index, out);
}

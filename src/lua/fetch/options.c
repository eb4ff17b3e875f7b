/* See lua/fetch/options.h. */
#include "lua/fetch/options.h"

#include <lauxlib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "bakeoff/recorder.h"
#include "lua/base/options.h"
#include "lua/fetch/checks.h"
#include "lua/fetch/form.h"
#include "lua/fetch/statuses.h"
#include "net/url.h"

static bool is_header_line(const char *line) {
    const char *colon = strchr(line, ':');
    return colon != NULL && colon != line && strpbrk(line, "\r\n") == NULL;
}

/* Refuses a list with keys other than 1 … n, whose values would be lost. */
static void check_headers(lua_State *L, int index) {
    int type = lua_getfield(L, index, "headers");
    size_t entries = 0;
    if (type == LUA_TTABLE) {
        for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
            entries++;
        }
    }
    if (type != LUA_TNIL && (type != LUA_TTABLE || entries != (size_t)lua_rawlen(L, -1))) {
        luaL_error(L, "headers: expected a list of \"Name: value\" lines");
    }
    lua_pop(L, 1);
}

/* Pushes a value that keeps the array of header lines alive, or nil if there are none. */
static void headers(lua_State *L, int index, bko_fetch_options *out) {
    static const char wanted[] = "a line such as \"Accept: text/html\"";
    size_t count = 0;
    check_headers(L, index);
    const char **lines = bko__lua_opt_list(L, index, "headers", is_header_line, wanted, &count);
    if (lines != NULL) {
        out->headers = lines;
        out->header_count = count;
    }
}

/* Each of these leaves *out as it was if the field is absent. */

static void take_text(lua_State *L, int index, const char *name, const char **out) {
    const char *given = bko__lua_opt_text(L, index, name, NULL);
    *out = given != NULL ? given : *out;
}

/* What a request line can hold: a word of letters, digits and these characters (RFC 9110, 5.6.2). */
static bool is_method(const char *text) {
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                  "!#$%&'*+-.^_`|~";
    size_t length = strspn(text, allowed);
    return length > 0 && text[length] == '\0';
}

static void take_method(lua_State *L, int index, const char **out) {
    take_text(L, index, "method", out);
    if (*out != NULL && !is_method(*out)) {
        luaL_error(L, "method: expected a word such as \"PUT\"");
    }
}

static void take_size(lua_State *L, int index, const char *name, size_t *out) {
    *out = (size_t)bko__lua_opt_number(L, index, name, (double)*out, &bko__lua_opt_amount);
}

static void take_flag(lua_State *L, int index, const char *name, bool *out) {
    *out = bko__lua_opt_flag(L, index, name, *out);
}

static void take_timeout(lua_State *L, int index, int64_t *out_ms) {
    if (bko__lua_opt_is_given(L, index, "timeout")) {
        double seconds = bko__lua_opt_number(L, index, "timeout", 0, &bko__lua_opt_amount);
        int64_t given_ms = (int64_t)(seconds * 1000 + 0.5);
        *out_ms = seconds > 0 && given_ms < 1 ? 1 : given_ms; /* 0 would be the default */
    }
}

static void take_http_version(lua_State *L, int index, bko_http_version *out) {
    static const char *const names[] = {"1.1", "2", "any", "3", NULL};
    if (bko__lua_opt_is_given(L, index, "http_version")) {
        *out = (bko_http_version)bko__lua_opt_choice(L, index, "http_version", names);
    }
}

static void take_expect(lua_State *L, int index, bko_fetch_options *out) {
    bko_status_range given[BKO_FETCH_EXPECT_MAX];
    size_t count = bko__lua_opt_statuses(L, index, "expect", given);
    if (count > 0) {
        memcpy(out->expect, given, count * sizeof given[0]);
        out->expect_count = (uint8_t)count;
    }
}

static void take_checks(lua_State *L, int index, const bko_checks **out) {
    const bko_checks *given = bko__lua_opt_checks(L, index, "checks");
    *out = given != NULL ? given : *out;
}

static void take_statuses(lua_State *L, bko_retries *out) {
    lua_getfield(L, -1, "statuses");
    size_t count = lua_istable(L, -1) ? (size_t)lua_rawlen(L, -1) : 0;
    out->status_count = (uint8_t)(count < BKO_RETRY_STATUSES_MAX ? count : BKO_RETRY_STATUSES_MAX);
    for (size_t i = 0; i < out->status_count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        out->statuses[i] = (uint16_t)lua_tointeger(L, -1);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* A bit for each kind of error that is named. */
static uint32_t kinds_of(lua_State *L) {
    uint32_t bits = 0;
    lua_getfield(L, -1, "kinds");
    for (lua_Integer i = 1; lua_istable(L, -1) && i <= (lua_Integer)lua_rawlen(L, -1); i++) {
        lua_rawgeti(L, -1, i);
        const char *name = lua_tostring(L, -1);
        for (int code = 1; name != NULL && code < BKO_RECORDER_ERRORS; code++) {
            bits |= strcmp(name, bko_error_name(-code)) == 0 ? UINT32_C(1) << code : 0;
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return bits;
}

/* { times=, backoff_s=, statuses=, kinds = { "timeout", … }, unsafe=, seed= }, which lua/bakeoff/net/retries.lua has
 * checked and completed. The budget stays as it is. */
static void take_retries(lua_State *L, int index, bko_retries *out) {
    if (lua_getfield(L, index, "retries") != LUA_TNIL) {
        luaL_checktype(L, -1, LUA_TTABLE);
        int top = lua_gettop(L);
        out->times = (uint8_t)bko__lua_opt_integer(L, top, "times", 0, 0, BKO_RETRIES_MAX);
        out->errors = kinds_of(L);
        out->unsafe = bko__lua_opt_flag(L, top, "unsafe", false);
        out->backoff_ns = bko__lua_opt_ns(L, top, "backoff_s");
        out->seed = (uint64_t)bko__lua_opt_integer(L, top, "seed", 0, 0, LUA_MAXINTEGER);
        take_statuses(L, out);
    }
    lua_pop(L, 1);
}

/* One of the three forms of a body takes the place of any of them. */
static void take_body(lua_State *L, int index, bko_fetch_options *out) {
    size_t size = 0;
    const char *body = bko__lua_opt_text(L, index, "body", &size);
    const char *upload = bko__lua_opt_text(L, index, "upload", NULL);
    const bko_form *form = bko__lua_opt_form(L, index, "form");
    if (body != NULL || upload != NULL || form != NULL) {
        out->body = body;
        out->body_size = size;
        out->upload = upload;
        out->form = form;
    }
}

void bko__lua_fetch_override(lua_State *L, int index, bko_fetch_options *out) {
    index = lua_absindex(L, index);
    take_method(L, index, &out->method);
    take_text(L, index, "ca_file", &out->ca_file);
    take_text(L, index, "proxy", &out->proxy);
    take_text(L, index, "unix", &out->unix_socket);
    take_text(L, index, "cert", &out->cert);
    take_text(L, index, "key", &out->key);
    take_text(L, index, "key_password", &out->key_password);
    take_body(L, index, out);
    take_timeout(L, index, &out->timeout_ms);
    take_size(L, index, "max_bytes", &out->max_bytes);
    take_size(L, index, "buffer_size", &out->buffer_size);
    take_http_version(L, index, &out->http_version);
    take_expect(L, index, out);
    take_checks(L, index, &out->checks);
    take_retries(L, index, &out->retries);
    take_flag(L, index, "insecure", &out->insecure);
    take_flag(L, index, "cookies", &out->cookies);
    take_flag(L, index, "compressed", &out->compressed);
    take_flag(L, index, "session_per_request", &out->session_per_request);
    take_flag(L, index, "keep_body", &out->keep_body);
    out->no_follow = !bko__lua_opt_flag(L, index, "follow", !out->no_follow);
    headers(L, index, out);
}

void bko__lua_fetch_options(lua_State *L, int index, bko_fetch_options *out) {
    *out = (bko_fetch_options){0};
    bko__lua_fetch_override(L, index, out);
}

int bko__lua_fetch_check_url(lua_State *L, int index) {
    size_t length = 0;
    const char *url = lua_tolstring(L, index, &length);
    bool is_whole = strlen(url) == length; /* a C string ends at the first zero byte */
    const char *fault = is_whole ? bko__url_fault(url) : "contains a zero byte";
    if (fault == NULL) {
        return 0;
    }
    int code = is_whole ? bko_url_check(url) : BKO_EINVAL;
    lua_pushnil(L);
    lua_pushfstring(L, "url: %s", fault);
    lua_pushstring(L, bko_error_name(code));
    return 3;
}

/* ctx:fetch(url or request) → response, or nil, message, code, response. */
#include "lua/jobs/task_fetch.h"

#include <lauxlib.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/gil.h"
#include "lua/base/options.h"
#include "lua/base/push.h"
#include "lua/base/type.h"
#include "lua/fetch/options.h"
#include "lua/fetch/response.h"

#define SINGLE_TYPE "bakeoff.task_single_fetch"

/* A request with its own options. */
typedef struct single {
    bko_fetch_options options;
    bko_transfer *transfer; /* owned */
} single;

static int single_gc(lua_State *L) {
    single *self = luaL_checkudata(L, 1, SINGLE_TYPE);
    bko_transfer_free(self->transfer);
    self->transfer = NULL;
    return 0;
}

static int fetch_with(lua_State *L, bko__lua_task_context *self, bko_transfer *transfer,
                      const char *url, bool headers) {
    const bko_response *response;
    int64_t since_ns = bko_clock_now_ns();
    bko__blocking_begin();
    (void)bko_transfer_fetch(transfer, url, &response); /* the response holds the error as well */
    bko__blocking_end();
    bko__lua_response_note(response, &self->fetches, self->row, self->jobs->jobs.recorder);
    bko__lua_task_context_waited(self, BKO_SPAN_FETCH, since_ns);
    return bko__lua_response_push_fetched(L, response, headers);
}

/* Fetches with the experiment's options over the worker's kept connections. */
static int fetch_as_usual(lua_State *L, bko__lua_task_context *self, const char *url) {
    const bko__lua_jobs *jobs = self->jobs;
    int err =
        self->transfer == NULL ? bko_transfer_create(&self->transfer, jobs->jobs.fetch) : BKO_OK;
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "fetch");
    }
    return fetch_with(L, self, self->transfer, url, jobs->headers_wanted);
}

/* Pushes the request at index 2 with durations and sizes as numbers. Raises if a field is wrong. */
static void parse_request(lua_State *L) {
    lua_getglobal(L, "require");
    lua_pushliteral(L, "bakeoff.net.request");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "check");
    lua_pushvalue(L, 2);
    lua_pushliteral(L, "fetch");
    lua_pushliteral(L, "url");
    lua_call(L, 3, 1);
}

/* Fetches with the experiment's options, except for those that the request overrides. */
static int fetch_once(lua_State *L, bko__lua_task_context *self, const char *url) {
    single *box = lua_newuserdatauv(L, sizeof *box, 0);
    *box = (single){.options = *self->jobs->jobs.fetch};
    luaL_setmetatable(L, SINGLE_TYPE);
    parse_request(L);
    int parsed = lua_gettop(L);
    bko__lua_fetch_override(L, parsed, &box->options);
    box->options.keep_body = true;
    bool headers =
        self->jobs->headers_wanted || bko__lua_opt_flag(L, parsed, "headers_wanted", false);
    int err = bko_transfer_create(&box->transfer, &box->options);
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "fetch");
    }
    int results = fetch_with(L, self, box->transfer, url, headers);
    bko_transfer_free(box->transfer); /* no other fetch uses its connection */
    box->transfer = NULL;
    return results;
}

static bool has_only_url(lua_State *L) {
    bool only = true;
    for (lua_pushnil(L); lua_next(L, 2) != 0; lua_pop(L, 1)) {
        only = only && lua_rawequal(L, -2, 3);
    }
    return only;
}

int bko__lua_task_context_fetch(lua_State *L) {
    bko__lua_task_context *self = bko__lua_task_context_check(L);
    bool is_table = lua_istable(L, 2);
    lua_settop(L, 2);
    lua_pushliteral(L, "url");
    if (is_table) {
        lua_pushvalue(L, 3);
        lua_rawget(L, 2);
    } else {
        lua_pushvalue(L, 2);
    }
    const char *url = lua_type(L, 4) == LUA_TSTRING ? lua_tostring(L, 4) : NULL;
    luaL_argcheck(L, url != NULL, 2, "expected a URL, or a table such as { url = \"http://…\" }");
    int refusal = bko__lua_fetch_check_url(L, 4);
    if (refusal > 0) {
        return refusal;
    }
    return !is_table || has_only_url(L) ? fetch_as_usual(L, self, url) : fetch_once(L, self, url);
}

void bko__lua_task_fetch_register(lua_State *L) {
    static const luaL_Reg methods[] = {{"__gc", single_gc}, {"__close", single_gc}, {NULL, NULL}};
    bko__lua_type_add(L, SINGLE_TYPE, methods);
}

/*
 * The fixture server for Lua: core.server{…} → userdata "bakeoff.server".
 *
 * Scripts see lua/bakeoff/net/server.lua; here options are complete, and numbers in base units.
 */
#include "bakeoff/server.h"

#include <math.h>
#include <signal.h>
#include <string.h>

#include "bakeoff/error.h"
#include "lua/base/options.h"
#include "lua/base/push.h"
#include "lua/base/type.h"
#include "lua/module.h"
#include "server/wait.h"

#define METATABLE "bakeoff.server"

enum { MESSAGE_SIZE = 256, LARGEST_PORT = 65535 };

static const char *const DISTRIBUTIONS[] = {"default", "fixed",     "uniform",
                                            "normal",  "lognormal", NULL};
static const char *const BODIES[] = {"plain", "tickets", "page", NULL};

/* The userdata; server is NULL once freed. */
typedef struct {
    bko_server *server;
} box;

/* --- options: the fields of the table at index 1 ---------------------------------------------- */

static double number(lua_State *L, const char *name) {
    return bko__lua_opt_number(L, 1, name, 0, &bko__lua_opt_any);
}

static lua_Integer count(lua_State *L, const char *name, lua_Integer most) {
    return bko__lua_opt_integer(L, 1, name, 0, 0, most);
}

/* faults = { name = fraction } */
static void take_faults(lua_State *L, double *faults) {
    if (lua_getfield(L, 1, "faults") == LUA_TTABLE) {
        for (int i = BKO_FAULT_NONE + 1; i < BKO_FAULT_COUNT; i++) {
            const char *name = bko_server_fault_name(i);
            faults[i] = bko__lua_opt_number(L, -1, name, 0, &bko__lua_opt_any);
        }
    }
    lua_pop(L, 1);
}

static bko_server_options options_at_1(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    bko_server_options options = {
        .port = (uint16_t)count(L, "port", LARGEST_PORT),
        .latency_s = number(L, "latency_s"),
        .jitter_s = number(L, "jitter_s"),
        .distribution =
            (bko_server_distribution)bko__lua_opt_choice(L, 1, "distribution", DISTRIBUTIONS),
        .body = (bko_server_body)bko__lua_opt_choice(L, 1, "body", BODIES),
        .size_bytes = (uint64_t)count(L, "size_bytes", LUA_MAXINTEGER),
        .rate = number(L, "rate"),
        .stall_s = number(L, "stall_s"),
        .stall_after = (uint64_t)count(L, "stall_after", LUA_MAXINTEGER),
        .connections = (uint32_t)count(L, "connections", UINT32_MAX),
        .errors = number(L, "errors"),
        .seed = (uint64_t)count(L, "seed", LUA_MAXINTEGER),
        .start_limit_s = number(L, "start_limit_s"),
    };
    take_faults(L, options.faults);
    return options;
}

/* --- functions and methods ------------------------------------------------------------------------ */

/* server{port, latency_s, jitter_s, distribution, body, size_bytes, rate, stall_s, stall_after, connections,
 * errors, faults, seed, start_limit_s} → server | nil, message, code */
static int server_start(lua_State *L) {
    char message[MESSAGE_SIZE];
    bko_server_options options = options_at_1(L);
    box *b = lua_newuserdatauv(L, sizeof *b, 0);
    b->server = NULL;
    luaL_setmetatable(L, METATABLE);
    int err = bko_server_start(&b->server, &options, message, sizeof message);
    if (err == BKO_EINVAL) {
        return luaL_error(L, "%s", message);
    }
    if (err != BKO_OK) {
        return bko__lua_fail_text(L, err, message);
    }
    return 1;
}

/* server_faults() → { { name =, about =, class =, curl_code = } … }: the table of bakeoff/faults.h */
static int server_faults(lua_State *L) {
    lua_createtable(L, BKO_FAULT_COUNT, 0);
    for (int i = BKO_FAULT_NONE + 1; i < BKO_FAULT_COUNT; i++) {
        lua_createtable(L, 0, 4);
        bko__lua_set_text(L, "name", bko_server_fault_name(i));
        bko__lua_set_text(L, "about", bko_server_fault_text(i));
        bko__lua_set_text(L, "class", bko_server_fault_class(i));
        bko__lua_set_integer(L, "curl_code", bko_server_fault_curl_code(i));
        lua_rawseti(L, -2, i);
    }
    return 1;
}

static bko_server *server_at_1(lua_State *L) {
    box *b = luaL_checkudata(L, 1, METATABLE);
    luaL_argcheck(L, b->server != NULL, 1, "the server object was collected");
    return b->server;
}

/* server:port() → number */
static int server_port(lua_State *L) {
    lua_pushinteger(L, bko_server_port(server_at_1(L)));
    return 1;
}

/* server:pid() → process id, or nil once stopped */
static int server_pid(lua_State *L) {
    int pid = bko_server_pid(server_at_1(L));
    if (pid == 0) {
        lua_pushnil(L);
    } else {
        lua_pushinteger(L, pid);
    }
    return 1;
}

/* server:is_running() → false once its process has ended, for whatever reason */
static int server_is_running(lua_State *L) {
    lua_pushboolean(L, !bko__server_has_ended(server_at_1(L)));
    return 1;
}

/* server:stats() → {requests, connections, bytes, errors, faults, served_peak, stalls, stall_start_s,
 * stall_end_s (as core.now() counts; absent without a stall)}; also after stop */
static int server_stats(lua_State *L) {
    bko_server_stats stats;
    bko_server_stats_read(server_at_1(L), &stats);
    lua_createtable(L, 0, 9);
    bko__lua_set_count(L, "requests", stats.requests);
    bko__lua_set_count(L, "connections", stats.connections);
    bko__lua_set_count(L, "bytes", stats.bytes);
    bko__lua_set_count(L, "errors", stats.errors);
    bko__lua_set_count(L, "faults", stats.faults);
    bko__lua_set_count(L, "served_peak", stats.served_peak);
    bko__lua_set_count(L, "stalls", stats.stalls);
    if (stats.stalls > 0) {
        bko__lua_set_seconds(L, "stall_start_s", stats.stall_start_ns);
        bko__lua_set_seconds(L, "stall_end_s", stats.stall_end_ns);
    }
    return 1;
}

/* server:epoch(n): starts a new series of draws */
static int server_epoch(lua_State *L) {
    bko_server_set_epoch(server_at_1(L), (uint64_t)luaL_checkinteger(L, 2));
    return 0;
}

/* server:stop(): stops the server; harmless when repeated */
static int server_stop(lua_State *L) {
    bko_server_stop(server_at_1(L));
    return 0;
}

/* server:forget(): closes the descriptors in a forked child */
static int server_forget(lua_State *L) {
    bko_server_forget(server_at_1(L));
    return 0;
}

/* Calls the function at index 2 and keeps its error for later, because no raise may cross
 * bko__server_wait. */
static int call_watching(void *user) {
    lua_State *L = user;
    if (lua_isnil(L, 2)) {
        return 0;
    }
    lua_pushvalue(L, 2);
    int failed = lua_pcall(L, 0, 0, 0) != LUA_OK;
    if (!failed) {
        lua_pushnil(L);
    }
    lua_replace(L, 2); /* nil, or the error */
    return failed;
}

static const char *name_of(int signal_number) {
    switch (signal_number) {
    case SIGINT:
        return "SIGINT";
    case SIGTERM:
        return "SIGTERM";
    case SIGHUP:
        return "SIGHUP";
    default:
        return "ended";
    }
}

/* server:wait([watching]) → "SIGINT", "SIGTERM", "SIGHUP", or "ended" if the server's process
 * ended. Calls `watching` as soon as no signal can be missed any more. | nil, message, code */
static int server_wait(lua_State *L) {
    int signal_number = 0;
    lua_settop(L, 2);
    if (!lua_isnoneornil(L, 2)) {
        luaL_checktype(L, 2, LUA_TFUNCTION);
    }
    int err = bko__server_wait(server_at_1(L), call_watching, L, &signal_number);
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "wait");
    }
    if (!lua_isnil(L, 2)) {
        lua_settop(L, 2);
        return lua_error(L);
    }
    lua_pushstring(L, name_of(signal_number));
    return 1;
}

static int server_gc(lua_State *L) {
    box *b = luaL_checkudata(L, 1, METATABLE);
    bko_server_free(b->server);
    b->server = NULL;
    return 0;
}

void bko__lua_server(lua_State *L) {
    static const luaL_Reg methods[] = {{"port", server_port},
                                       {"pid", server_pid},
                                       {"stats", server_stats},
                                       {"is_running", server_is_running},
                                       {"epoch", server_epoch},
                                       {"stop", server_stop},
                                       {"forget", server_forget},
                                       {"wait", server_wait},
                                       {"__gc", server_gc},
                                       {"__close", server_stop},
                                       {NULL, NULL}};
    bko__lua_type_add(L, METATABLE, methods);
    lua_pushcfunction(L, server_start);
    lua_setfield(L, -2, "server");
    lua_pushcfunction(L, server_faults);
    lua_setfield(L, -2, "server_faults");
}

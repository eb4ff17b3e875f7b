/*
 * The sampler: core.sampler{ pid=, every=, budget=, tree=, runs_on= } → userdata "bakeoff.sampler".
 *
 * It has no timer: the script calls :tick() from its own loop. Sizes are in bytes, times in
 * seconds.
 */
#include <unistd.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "bakeoff/sampler.h"
#include "lua/base/options.h"
#include "lua/base/push.h"
#include "lua/base/type.h"
#include "lua/module.h"
#include "lua/rows/rows.h"

#define METATABLE "bakeoff.sampler"

struct box {
    bko_sampler *sampler; /* owned; NULL once stopped */
};

/* sampler{ pid = this process, every = 0.01, budget = 0.01, tree = true, runs_on = false } */
static int sampler_new(lua_State *L) {
    static const bko__lua_opt_range intervals = {1e-6, 86400, "0.000001 to 86400 seconds"};
    static const bko__lua_opt_range shares = {1e-9, 1,
                                              "a fraction of a core, above 0 and at most 1"};
    if (lua_isnoneornil(L, 1)) {
        lua_settop(L, 0);
        lua_newtable(L);
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    bko_sampler_options options = {0};
    options.root = (pid_t)bko__lua_opt_integer(L, 1, "pid", getpid(), 1, 0x7fffffff);
    options.every_ns = (int64_t)(bko__lua_opt_number(L, 1, "every", 0.01, &intervals) * 1e9);
    options.budget = bko__lua_opt_number(L, 1, "budget", 0.01, &shares);
    options.root_only = !bko__lua_opt_flag(L, 1, "tree", true);
    options.runs_on = bko__lua_opt_flag(L, 1, "runs_on", false);
    struct box *box = lua_newuserdatauv(L, sizeof *box, 0);
    box->sampler = NULL;
    luaL_setmetatable(L, METATABLE);
    int err = bko_sampler_create(&box->sampler, &options);
    return err == BKO_OK ? 1 : bko__lua_fail(L, err, "sampler");
}

static bko_sampler *check_open(lua_State *L) {
    struct box *box = luaL_checkudata(L, 1, METATABLE);
    luaL_argcheck(L, box->sampler != NULL, 1, "the sampler has been stopped");
    return box->sampler;
}

static int taken_or_fail(lua_State *L, int taken) {
    if (taken < 0) {
        return bko__lua_fail(L, taken, "sampler");
    }
    lua_pushboolean(L, taken);
    return 1;
}

/* s:tick([phase]) → was a sample taken? nil, message, code if none of the processes is alive any
 * more */
static int sampler_tick(lua_State *L) {
    bko_sampler *sampler = check_open(L);
    int phase = (int)luaL_optinteger(L, 2, 0);
    return taken_or_fail(L, bko_sampler_tick(sampler, bko_clock_now_ns(), phase));
}

/* s:full([phase]): takes a complete sample now, whatever it costs */
static int sampler_full(lua_State *L) {
    bko_sampler *sampler = check_open(L);
    int phase = (int)luaL_optinteger(L, 2, 0);
    return taken_or_fail(L, bko_sampler_full(sampler, bko_clock_now_ns(), phase));
}

/* s:add(pid) → true: a further process, with all below it unless tree = false; or nil, message, code */
static int sampler_add(lua_State *L) {
    bko_sampler *sampler = check_open(L);
    lua_Integer pid = luaL_checkinteger(L, 2);
    luaL_argcheck(L, pid > 0 && pid <= 0x7fffffff, 2, "pid must be a positive integer");
    int err = bko_sampler_add(sampler, (pid_t)pid);
    return taken_or_fail(L, err == BKO_OK ? 1 : err);
}

/* s:alive() → is any process of the tree that was seen alive? Takes no sample. */
static int sampler_alive(lua_State *L) {
    lua_pushboolean(L, bko_sampler_is_alive(check_open(L)));
    return 1;
}

/* s:due() → seconds until the next tick, 0 when it is due */
static int sampler_due(lua_State *L) {
    int64_t left = bko_sampler_due_ns(check_open(L)) - bko_clock_now_ns();
    lua_pushnumber(L, left > 0 ? (lua_Number)left / 1e9 : 0);
    return 1;
}

static void push_sample(lua_State *L, const bko_memory_sample *sample) {
    lua_createtable(L, 0, 8);
    bko__lua_set_seconds(L, "time_s", sample->time_ns);
    bko__lua_set_seconds(L, "cpu_s", sample->cpu_ns);
    bko__lua_set_integer(L, "phase", sample->phase);
    bko__lua_set_known(L, "processes", sample->processes);
    bko__lua_set_known(L, "rss_bytes", sample->rss);
    bko__lua_set_known(L, "pss_bytes", sample->pss);
    bko__lua_set_known(L, "uss_bytes", sample->uss);
    bko__lua_set_known(L, "footprint_bytes", sample->footprint);
}

static void push_result(lua_State *L, const bko_sampler_result *result) {
    lua_createtable(L, 0, 14);
    bko__lua_set_known(L, "footprint_peak_bytes", result->footprint_peak);
    bko__lua_set_known(L, "footprint_peak_high_bytes", result->footprint_peak_high);
    if (result->is_high_unknown) {
        bko__lua_set_flag(L, "footprint_peak_high_unknown", true);
    }
    if (result->is_unreaped) {
        bko__lua_set_flag(L, "cpu_at_least", true);
    }
    bko__lua_set_known(L, "footprint_baseline_bytes", result->footprint_baseline);
    bko__lua_set_known(L, "pss_peak_bytes", result->pss_peak);
    bko__lua_set_known(L, "uss_peak_bytes", result->uss_peak);
    bko__lua_set_known(L, "rss_peak_bytes", result->rss_peak);
    bko__lua_set_known(L, "processes_peak", result->processes_peak);
    bko__lua_set_known(L, "unreadable_peak", result->unreadable_peak);
    bko__lua_set_known(L, "outside_peak_bytes", result->outside_peak);
    bko__lua_set_known(L, "samples", result->samples);
    bko__lua_set_seconds(L, "probe_s", result->probe_ns);
    bko__lua_set_seconds(L, "probe_cpu_s", result->probe_cpu_ns);
}

/* s:peaks() → what stop would return as its second value; sampling goes on */
static int sampler_peaks(lua_State *L) {
    bko_sampler_result result;
    bko_sampler_read(check_open(L), &result);
    push_result(L, &result);
    return 1;
}

/* s:write_memory(file, cell, zero), s:write_processes(file, cell, zero): lines of memory.csv and
 * memory_processes.csv, each beginning with `cell`; times count from `zero` (seconds) */
static int sampler_write_memory(lua_State *L) {
    const bko_sampler *sampler = check_open(L);
    FILE *file = bko__lua_file_check(L, 2);
    const char *cell = luaL_checkstring(L, 3);
    bko__lua_write_samples(file, cell, sampler, (int64_t)(luaL_checknumber(L, 4) * 1e9), "work");
    return 0;
}

static int sampler_write_processes(lua_State *L) {
    const bko_sampler *sampler = check_open(L);
    FILE *file = bko__lua_file_check(L, 2);
    const char *cell = luaL_checkstring(L, 3);
    bko__lua_write_holdings(L, file, cell, sampler, (int64_t)(luaL_checknumber(L, 4) * 1e9), NULL);
    return 0;
}

static int sampler_close(lua_State *L) {
    struct box *box = luaL_checkudata(L, 1, METATABLE);
    bko_sampler_free(box->sampler);
    box->sampler = NULL;
    return 0;
}

/* s:stop() → samples in order of time, peaks. The userdata owns the samples while they are read. */
static int sampler_stop(lua_State *L) {
    bko_sampler *sampler = check_open(L);
    bko_sampler_result result;
    size_t count = 0;
    const bko_memory_sample *samples = bko_sampler_samples(sampler, &count);
    bko_sampler_read(sampler, &result);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        push_sample(L, &samples[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    push_result(L, &result);
    (void)sampler_close(L);
    return 2;
}

void bko__lua_sampler(lua_State *L) {
    static const luaL_Reg functions[] = {{"sampler", sampler_new}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"tick", sampler_tick},
                                       {"full", sampler_full},
                                       {"add", sampler_add},
                                       {"alive", sampler_alive},
                                       {"due", sampler_due},
                                       {"peaks", sampler_peaks},
                                       {"stop", sampler_stop},
                                       {"write_memory", sampler_write_memory},
                                       {"write_processes", sampler_write_processes},
                                       {"__gc", sampler_close},
                                       {"__close", sampler_close},
                                       {NULL, NULL}};
    bko__lua_type_add(L, METATABLE, methods);
    luaL_setfuncs(L, functions, 0);
}

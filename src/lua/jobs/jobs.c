/* core.jobs: see lua/jobs/jobs.h. */
#include "lua/jobs/jobs.h"

#include <lauxlib.h>
#include <stdlib.h>

#include "bakeoff/error.h"
#include "lua/base/options.h"
#include "lua/base/push.h"
#include "lua/base/state.h"
#include "lua/base/type.h"
#include "lua/fetch/options.h"
#include "lua/jobs/save.h"

bko__lua_jobs *bko__lua_jobs_check(lua_State *L, int index) {
    return luaL_checkudata(L, index, BKO__JOBS_TYPE);
}

static int jobs_gc(lua_State *L) {
    bko__lua_jobs *self = bko__lua_jobs_check(L, 1);
    bko_recorder_free(self->jobs.recorder);
    bko_spans_free(self->jobs.spans);
    self->jobs.recorder = NULL;
    self->jobs.spans = NULL;
    bko__lua_jobs_free_encoded(self);
    int *const refs[] = {&self->function_ref, &self->items_ref, &self->shared_ref,
                         &self->random_ref};
    for (size_t i = 0; i < sizeof refs / sizeof refs[0]; i++) {
        luaL_unref(L, LUA_REGISTRYINDEX, *refs[i]);
        *refs[i] = LUA_NOREF;
    }
    return 0;
}

static bool is_url(const char *text) {
    return bko_url_check(text) == BKO_OK;
}

/* Stack: options, self, anchor. */
static void take_urls(lua_State *L, bko__lua_jobs *self) {
    self->jobs.urls =
        bko__lua_opt_list(L, 1, "urls", is_url, "an http or https URL", &self->jobs.count);
    luaL_argcheck(L, self->jobs.urls != NULL, 1, "urls: expected a list");
    lua_setfield(L, 3, "urls");
}

static bool has_function(lua_State *L, const char *name) {
    lua_getfield(L, 1, name);
    bool is_there = !lua_isnil(L, -1);
    if (is_there && !lua_isfunction(L, -1)) {
        luaL_error(L, "%s: expected a function", name);
    }
    lua_pop(L, 1);
    return is_there;
}

static void take_items(lua_State *L, bko__lua_jobs *self) {
    lua_getfield(L, 1, "items");
    luaL_argcheck(L, lua_istable(L, -1), 1, "items: expected a list");
    size_t count = (size_t)lua_rawlen(L, -1);
    lua_pop(L, 1);
    self->items_ref = bko__lua_opt_ref(L, 1, "items");
    self->shared_ref = bko__lua_opt_ref(L, 1, "shared");
    self->items = calloc(count + 1, sizeof *self->items);
    if (self->items == NULL) {
        luaL_error(L, "items: %s", bko_error_text(BKO_ENOMEM));
    }
    self->jobs.items = self->items;
    self->jobs.count = count;
}

static void take_work(lua_State *L, bko__lua_jobs *self) {
    if (has_function(L, "task")) {
        take_items(L, self);
        self->function_ref = bko__lua_opt_ref(L, 1, "task");
        bko__lua_task_hook(self);
        self->jobs.task = &self->task_hook;
        return;
    }
    take_urls(L, self);
    if (has_function(L, "process")) {
        self->function_ref = bko__lua_opt_ref(L, 1, "process");
        bko__lua_process_hook(self);
        self->jobs.process = &self->process_hook;
    }
}

static bool checks_bodies(const bko_checks *checks) {
    for (size_t i = 0; checks != NULL && i < checks->count; i++) {
        if (checks->list[i].kind == BKO_CHECK_BODY) {
            return true;
        }
    }
    return false;
}

static void take_fetch(lua_State *L, bko__lua_jobs *self) {
    lua_getfield(L, 1, "fetch");
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_newtable(L);
    }
    luaL_argcheck(L, lua_istable(L, -1), 1, "fetch: expected a table");
    bko__lua_fetch_options(L, -1, &self->fetch);
    lua_setfield(L, 3, "headers");
    self->headers_wanted = bko__lua_opt_flag(L, lua_gettop(L), "headers_wanted", false);
    lua_setfield(L, 3, "fetch");
    if (self->function_ref != LUA_NOREF || self->jobs.save_dir != NULL ||
        checks_bodies(self->fetch.checks)) {
        self->fetch.keep_body = true;
    }
    self->jobs.fetch = &self->fetch;
}

/* jobs { urls=, process=, fetch=, save=, rows_max=, same_results= } → jobs, or jobs { items=, task=,
 * shared=, … }.
 * The tables are borrowed and must not be changed. This starts the TLS library, which survives a
 * fork, but nothing of libcurl, which does not. */
static int jobs_new(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    bko_tls_start();
    lua_settop(L, 1);
    bko__lua_jobs *self = lua_newuserdatauv(L, sizeof *self, 1);
    *self = (bko__lua_jobs){.function_ref = LUA_NOREF,
                            .items_ref = LUA_NOREF,
                            .shared_ref = LUA_NOREF,
                            .random_ref = LUA_NOREF};
    luaL_setmetatable(L, BKO__JOBS_TYPE);
    lua_newtable(L);
    lua_pushvalue(L, 3);
    lua_setiuservalue(L, 2, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
    self->L = lua_tothread(L, -1);
    self->module = bko__lua_module(L);
    lua_pop(L, 1);
    self->jobs.save_dir = bko__lua_opt_text(L, 1, "save", NULL);
    lua_getfield(L, 1, "save");
    lua_setfield(L, 3, "save");
    self->rows_max = (size_t)bko__lua_opt_integer(L, 1, "rows_max", 0, 0, LUA_MAXINTEGER);
    self->same_results = bko__lua_opt_flag(L, 1, "same_results", false);
    take_work(L, self);
    take_fetch(L, self);
    lua_settop(L, 2);
    return 1;
}

enum { SPANS_PER_JOB = 8, SPANS_MAX = 16384 };

/* Spans are needed only for what tasks wait for and what a pool does with responses; the rows hold
 * the rest. */
static int new_spans(bko__lua_jobs *self) {
    bool has_spans = self->jobs.task != NULL || self->jobs.process != NULL;
    size_t most =
        self->jobs.count < SPANS_MAX / SPANS_PER_JOB ? self->jobs.count * SPANS_PER_JOB : SPANS_MAX;
    bko_spans_free(self->jobs.spans);
    return bko_spans_create(&self->jobs.spans, has_spans ? most : 0);
}

/* Reads the schedule; the option `rate`, jobs per second, makes an open loop. */
static bko_schedule schedule_of(lua_State *L) {
    static const char *const names[] = {"constant", "poisson", "recorded", NULL};
    static const bko_arrivals arrivals[] = {BKO_ARRIVALS_CONSTANT, BKO_ARRIVALS_POISSON,
                                            BKO_ARRIVALS_RECORDED};
    bko_schedule schedule = {
        .rate_per_s = bko__lua_opt_number(L, 2, "rate", 0, &bko__lua_opt_amount),
        .max_queue = (size_t)bko__lua_opt_number(L, 2, "max_queue", 0, &bko__lua_opt_amount),
        .start_within_ns = bko__lua_opt_ns(L, 2, "start_within")};
    int kind = bko__lua_opt_choice(L, 2, "arrivals", names);
    schedule.arrivals = schedule.rate_per_s > 0 ? arrivals[kind] : BKO_ARRIVALS_CLOSED;
    return schedule;
}

/* The option `times`: when each job is due, in seconds from the first, as lua/bakeoff/experiment/spec_rate.lua has
 * checked. Pushes what holds them. */
static const int64_t *times_of(lua_State *L, size_t count) {
    lua_getfield(L, 2, "times");
    luaL_argcheck(L, lua_istable(L, -1) && (size_t)lua_rawlen(L, -1) == count, 2,
                  "times: expected one for each job");
    int64_t *times = lua_newuserdatauv(L, (count + 1) * sizeof *times, 0);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, -2, (lua_Integer)i + 1);
        times[i] = (int64_t)(lua_tonumber(L, -1) * 1e9 + 0.5);
        lua_pop(L, 1);
    }
    return times;
}

/* A share such as 0.29 is a little less than it says. */
static const double ROUNDING = 1e-6;

/* The retries that a trial may make, if the fetch options limit them to a share of its jobs. */
static bool retry_budget(lua_State *L, const bko__lua_jobs *self, uint64_t *out) {
    double share = -1;
    lua_getiuservalue(L, 1, 1);
    lua_getfield(L, -1, "fetch");
    if (lua_getfield(L, -1, "retries") == LUA_TTABLE) {
        share = bko__lua_opt_number(L, lua_gettop(L), "budget", -1, &bko__lua_opt_any);
    }
    lua_pop(L, 3);
    *out = share >= 0 ? (uint64_t)(share * (double)self->jobs.count + ROUNDING) : 0;
    return share >= 0;
}

/* jobs:new_recorder([{ rate=, arrivals=, times=, max_queue=, start_within=, seed= }]): empties the records for the next
 * trial. → true or nil, message, code */
static int jobs_new_recorder(lua_State *L) {
    bko__lua_jobs *self = bko__lua_jobs_check(L, 1);
    bko_recorder_options options = {.jobs = self->jobs.count, .rows_max = self->rows_max};
    if (!lua_isnoneornil(L, 2)) {
        luaL_checktype(L, 2, LUA_TTABLE);
        options.schedule = schedule_of(L);
        if (options.schedule.arrivals == BKO_ARRIVALS_RECORDED) {
            options.schedule.times_ns = times_of(L, self->jobs.count);
        }
        options.seed = (uint64_t)bko__lua_opt_number(L, 2, "seed", 0, &bko__lua_opt_amount);
    }
    bool has_budget = retry_budget(L, self, &options.retries_max);
    bko_recorder_free(self->jobs.recorder);
    int err = bko_recorder_create(&self->jobs.recorder, &options);
    err = err == BKO_OK ? new_spans(self) : err;
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "recorder");
    }
    self->fetch.retries.budget = has_budget ? bko_recorder_retry_budget(self->jobs.recorder) : NULL;
    lua_pushboolean(L, 1);
    return 1;
}

/* jobs:encode(copies) → true or nil, message, code. Encodes the items for workers that receive
 * them in messages; with `copies` also the function and `shared`, for workers with a state of
 * their own. */
static int jobs_encode(lua_State *L) {
    bko__lua_jobs *self = bko__lua_jobs_check(L, 1);
    char reason[512] = "";
    int err =
        lua_toboolean(L, 2) ? bko__lua_jobs_encode_function(self, reason, sizeof reason) : BKO_OK;
    if (err == BKO_OK) {
        err = bko__lua_jobs_encode_items(self, reason, sizeof reason);
    }
    if (err != BKO_OK) {
        return bko__lua_fail_text(L, err, reason);
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* jobs:draw(values): what ctx.random is in the trials that begin from now on; nil: nothing */
static int jobs_draw(lua_State *L) {
    bko__lua_jobs *self = bko__lua_jobs_check(L, 1);
    char reason[512] = "";
    lua_settop(L, 2);
    luaL_unref(L, LUA_REGISTRYINDEX, self->random_ref);
    self->random_ref = lua_isnil(L, 2) ? LUA_NOREF : luaL_ref(L, LUA_REGISTRYINDEX);
    int err = bko__lua_jobs_encode_random(self, reason, sizeof reason);
    if (err != BKO_OK) {
        return bko__lua_fail_text(L, err, reason);
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* jobs:save(name, data): see lua/jobs/save.h */
static int jobs_save(lua_State *L) {
    return bko__lua_save(L, bko__lua_jobs_check(L, 1)->jobs.save_dir, 2, 3);
}

/* jobs:fetch_options() → the table given as `fetch`, which must not be changed */
static int jobs_fetch_options(lua_State *L) {
    bko__lua_jobs_check(L, 1);
    lua_getiuservalue(L, 1, 1);
    lua_getfield(L, -1, "fetch");
    return 1;
}

static int jobs_len(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)bko__lua_jobs_check(L, 1)->jobs.count);
    return 1;
}

void bko__lua_jobs_part(lua_State *L) {
    static const luaL_Reg functions[] = {{"jobs", jobs_new}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"new_recorder", jobs_new_recorder},
                                       {"encode", jobs_encode},
                                       {"draw", jobs_draw},
                                       {"save", jobs_save},
                                       {"fetch_options", jobs_fetch_options},
                                       {"__len", jobs_len},
                                       {"__gc", jobs_gc},
                                       {"__close", jobs_gc},
                                       {NULL, NULL}};
    bko__lua_type_add(L, BKO__JOBS_TYPE, methods);
    luaL_setfuncs(L, functions, 0);
}

/*
 * Trials for Lua: core.trial_run(jobs, body, options) → result. The body runs in the forked trial, in
 * the same (copied) Lua state: closures and upvalues simply work.
 */

#include "bakeoff/trial.h"
#include "bakeoff/error.h"
#include "lua/interrupt.h"
#include "lua/jobs.h"
#include "lua/module.h"
#include "lua/program.h"
#include "lua/trial_rows.h"

#define INTERRUPT_TYPE "bakeoff.interrupt"

typedef struct body_call {
    lua_State *L;
    int body; /* stack index */
} body_call;

/* trial:enter(phase), as a closure over the trial: enter("work" | "teardown") */
static int trial_enter(lua_State *L) {
    static const char *const names[] = {"work", "teardown", NULL};
    static const bko_phase phases[] = {BKO_PHASE_WORK, BKO_PHASE_TEARDOWN};
    bko_trial *trial = lua_touserdata(L, lua_upvalueindex(1));
    bko_trial_enter(trial, phases[luaL_checkoption(L, 1, NULL, names)]);
    return 0;
}

/* run(program [, "measured"]) → true, or nil, message when it could not be started. Measured is the one that
 * was given to trial_run. */
static int trial_program(lua_State *L) {
    static const char *const names[] = {"aside", "measured", NULL};
    bko_trial *trial = lua_touserdata(L, lua_upvalueindex(1));
    bko_program *program = bko__lua_check_program(L, 1);
    int is_measured = luaL_checkoption(L, 2, "aside", names);
    int err = is_measured ? bko_trial_program(trial, program) : bko_trial_aside(trial, program);
    if (err != BKO_OK) {
        lua_pushnil(L);
        lua_pushstring(L, bko_program_result_of(program)->problem);
        return 2;
    }
    lua_pushboolean(L, 1);
    return 1;
}

static void push_closure(lua_State *L, lua_CFunction function, bko_trial *trial) {
    lua_pushlightuserdata(L, trial);
    lua_pushcclosure(L, function, 1);
}

static int add_traceback(lua_State *L) {
    const char *message = lua_tostring(L, 1);
    luaL_traceback(L, L, message != NULL ? message : luaL_tolstring(L, 1, NULL), 1);
    return 1;
}

/* In the trial: body(enter, run) → true, or nil, message. */
static int run_body(void *user, bko_trial *trial) {
    body_call *call = user;
    lua_State *L = call->L;
    bko__lua_jobs *jobs = bko__lua_check_jobs(L, 1);
    lua_pushcfunction(L, add_traceback);
    lua_pushvalue(L, call->body);
    push_closure(L, trial_enter, trial);
    push_closure(L, trial_program, trial);
    if (lua_pcall(L, 2, 2, -4) != LUA_OK) {
        bko_recorder_reason(jobs->jobs.recorder, lua_tostring(L, -1));
        return BKO_ETASK;
    }
    if (!lua_toboolean(L, -2)) {
        bko_recorder_reason(jobs->jobs.recorder, luaL_tolstring(L, -1, NULL));
        return BKO_ETASK;
    }
    return BKO_OK;
}

static double option(lua_State *L, int index, const char *name) {
    lua_getfield(L, index, name);
    double value = luaL_optnumber(L, -1, 0);
    lua_pop(L, 1);
    return value;
}

int bko__lua_interrupt_fd(lua_State *L, int index) {
    const int *fd = luaL_testudata(L, index, INTERRUPT_TYPE);
    return fd != NULL ? *fd : -1;
}

static int interrupt_fd(lua_State *L, int index) {
    lua_getfield(L, index, "interrupt");
    int fd = bko__lua_interrupt_fd(L, -1);
    lua_pop(L, 1);
    return fd;
}

/* trial_run(jobs, body, { timeout=, sample_every=, interrupt=, program= }) → result (see trial_rows.c), or nil,
 * message, code. jobs:new_recorder() must have been called for this trial. */
static int trial_run(lua_State *L) {
    bko__lua_jobs *jobs = bko__lua_check_jobs(L, 1);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    luaL_checktype(L, 3, LUA_TTABLE);
    luaL_argcheck(L, jobs->jobs.recorder != NULL, 1, "no recorder: call new_recorder first");
    lua_settop(L, 3);
    body_call call = {.L = L, .body = 2};
    bko_trial_options options = {.body = run_body,
                                 .user = &call,
                                 .recorder = jobs->jobs.recorder,
                                 .timeout_ns = (int64_t)(option(L, 3, "timeout") * 1e9),
                                 .sample_every_ns = (int64_t)(option(L, 3, "sample_every") * 1e9),
                                 .interrupt_fd = interrupt_fd(L, 3),
                                 .program = bko__lua_program_field(L, 3, "program")};
    bko_trial_result *result = bko__lua_push_trial_result(L);
    int err = bko_trial_run(&options, result);
    return err == BKO_OK ? 1 : bko__lua_fail(L, err, "trial");
}

/* interrupt_open() → guard with :take() → signal number or nil, and :close() */
static int interrupt_open(lua_State *L) {
    int *fd = lua_newuserdatauv(L, sizeof *fd, 0);
    *fd = -1;
    luaL_setmetatable(L, INTERRUPT_TYPE);
    int err = bko_interrupt_open(fd);
    return err == BKO_OK ? 1 : bko__lua_fail(L, err, "interrupt");
}

static int interrupt_take(lua_State *L) {
    int *fd = luaL_checkudata(L, 1, INTERRUPT_TYPE);
    int number = *fd >= 0 ? bko_interrupt_take(*fd) : 0;
    if (number == 0) {
        lua_pushnil(L);
    } else {
        lua_pushinteger(L, number);
    }
    return 1;
}

static int interrupt_close(lua_State *L) {
    int *fd = luaL_checkudata(L, 1, INTERRUPT_TYPE);
    if (*fd >= 0) {
        bko_interrupt_close(*fd);
        *fd = -1;
    }
    return 0;
}

void bko__lua_trial(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"trial_run", trial_run}, {"interrupt_open", interrupt_open}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"take", interrupt_take},
                                       {"close", interrupt_close},
                                       {"__gc", interrupt_close},
                                       {"__close", interrupt_close},
                                       {NULL, NULL}};
    luaL_newmetatable(L, INTERRUPT_TYPE);
    luaL_setfuncs(L, methods, 0);
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
    bko__lua_trial_rows(L);
    luaL_setfuncs(L, functions, 0);
}

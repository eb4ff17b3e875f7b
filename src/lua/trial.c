/*
 * Trials for Lua: core.trial_run(jobs, body, options) → result. The body runs in the forked trial,
 * in the same (copied) Lua state, so closures and upvalues simply work. A program can replace the
 * body.
 */

#include "bakeoff/trial.h"

#include <errno.h>

#include "bakeoff/error.h"
#include "lua/base/collector.h"
#include "lua/base/options.h"
#include "lua/base/push.h"
#include "lua/interrupt.h"
#include "lua/jobs/jobs.h"
#include "lua/module.h"
#include "lua/program.h"
#include "lua/rows/rows.h"
#include "record/notes.h"

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

static int add_traceback(lua_State *L) {
    const char *message = lua_tostring(L, 1);
    luaL_traceback(L, L, message != NULL ? message : luaL_tolstring(L, 1, NULL), 1);
    return 1;
}

/* Runs in the trial: body(enter) → true, or nil, message. */
static int run_body(void *user, bko_trial *trial) {
    body_call *call = user;
    lua_State *L = call->L;
    bko__lua_jobs *jobs = bko__lua_jobs_check(L, 1);
    lua_pushcfunction(L, add_traceback);
    lua_pushvalue(L, call->body);
    lua_pushlightuserdata(L, trial);
    lua_pushcclosure(L, trial_enter, 1);
    if (lua_pcall(L, 1, 2, -3) != LUA_OK) {
        bko__recorder_reason(jobs->jobs.recorder, lua_tostring(L, -1));
        return BKO_ETASK;
    }
    if (!lua_toboolean(L, -2)) {
        bko__recorder_reason(jobs->jobs.recorder, luaL_tolstring(L, -1, NULL));
        return BKO_ETASK;
    }
    return BKO_OK;
}

static int interrupt_fd(lua_State *L, int index) {
    lua_getfield(L, index, "interrupt");
    int fd = bko__lua_interrupt_fd(L, -1);
    lua_pop(L, 1);
    return fd;
}

/* A forked trial starts with the memory of the bench; a program starts in a new process image. */
static int run(lua_State *L, const bko_trial_options *options, bko_trial_result *result) {
    if (options->program != NULL) {
        return bko_trial_run(options, result);
    }
    int mode = bko__lua_collector_settle(L);
    int err = bko_trial_run(options, result);
    int saved = errno;
    bko__lua_collector_restore(L, mode);
    errno = saved;
    return err;
}

/* trial_run(jobs, body, { timeout=, sample_every=, interrupt=, program=, before=, guardian=, counts= }) →
 * result (see trial_rows.c), or nil, message, code. Call jobs:new_recorder() first, for each trial.
 * With a program, body is nil; `before` lists programs that run first and must succeed. */
static int trial_run(lua_State *L) {
    bko__lua_jobs *jobs = bko__lua_jobs_check(L, 1);
    luaL_checktype(L, 3, LUA_TTABLE);
    lua_settop(L, 3);
    bko_program *program = bko__lua_program_field(L, 3, "program");
    luaL_checktype(L, 2, program != NULL ? LUA_TNIL : LUA_TFUNCTION);
    luaL_argcheck(L, jobs->jobs.recorder != NULL, 1, "no recorder: call new_recorder first");
    body_call call = {.L = L, .body = 2};
    bko_trial_options options = {.body = run_body,
                                 .user = &call,
                                 .recorder = jobs->jobs.recorder,
                                 .timeout_ns = bko__lua_opt_ns(L, 3, "timeout"),
                                 .sample_every_ns = bko__lua_opt_ns(L, 3, "sample_every"),
                                 .interrupt_fd = interrupt_fd(L, 3),
                                 .program = program,
                                 .counts = bko__lua_opt_flag(L, 3, "counts", false),
                                 .guardian = bko__lua_guardian_field(L, 3, "guardian")};
    options.before = bko__lua_program_list(L, 3, "before", &options.before_count);
    bko_trial_result *result = bko__lua_trial_result_push(L);
    int err = run(L, &options, result);
    return err == BKO_OK ? 1 : bko__lua_fail(L, err, "trial");
}

void bko__lua_trial(lua_State *L) {
    bko__lua_trial_rows(L);
    lua_pushcfunction(L, trial_run);
    lua_setfield(L, -2, "trial_run");
}

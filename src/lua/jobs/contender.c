/*
 * The native contenders for Lua: native_setup(name, jobs, workers, gil) → state with :work() and
 * :teardown(). lua/bakeoff/contenders/ calls it inside a trial.
 */

#include <lauxlib.h>

#include "bakeoff/contender.h"
#include "bakeoff/error.h"
#include "lua/base/push.h"
#include "lua/base/type.h"
#include "lua/jobs/jobs.h"

#define NATIVE_TYPE "bakeoff.native"

typedef struct native {
    const bko_contender *contender;
    void *state; /* owned; NULL after teardown */
} native;

/* The contender's own message says more than its code. */
static int fail(lua_State *L, const bko__lua_jobs *jobs, int err, const char *step) {
    const char *reason = bko_recorder_first_reason(jobs->jobs.recorder);
    if (reason[0] == '\0') {
        return bko__lua_fail(L, err, step);
    }
    return bko__lua_fail_text(L, err, reason);
}

/* native_setup(name, jobs, workers, gil) → state, or nil, message, code. The jobs need a recorder;
 * with `gil` all workers share one interpreter lock. */
static int native_setup(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    bko__lua_jobs *jobs = bko__lua_jobs_check(L, 2);
    lua_Integer workers = luaL_checkinteger(L, 3);
    const bko_contender *contender = bko_contender_find(name);
    luaL_argcheck(L, contender != NULL, 1, "unknown native contender");
    luaL_argcheck(L, workers >= 1 && workers <= 65535, 3, "expected 1 to 65,535 workers");
    luaL_argcheck(L, jobs->jobs.recorder != NULL, 2, "no recorder: call new_recorder first");
    native *self = lua_newuserdatauv(L, sizeof *self, 1);
    *self = (native){.contender = contender};
    luaL_setmetatable(L, NATIVE_TYPE);
    lua_pushvalue(L, 2);
    lua_setiuservalue(L, -2, 1);
    jobs->jobs.one_lock = lua_toboolean(L, 4);
    int err = contender->setup(&jobs->jobs, (unsigned)workers, &self->state);
    return err == BKO_OK ? 1 : fail(L, jobs, err, "setup");
}

static native *check_live(lua_State *L) {
    native *self = luaL_checkudata(L, 1, NATIVE_TYPE);
    luaL_argcheck(L, self->state != NULL, 1, "used after teardown");
    return self;
}

/* state:work() → true, or nil, message, code */
static int native_work(lua_State *L) {
    native *self = check_live(L);
    int err = self->contender->work(self->state);
    if (err != BKO_OK) {
        lua_getiuservalue(L, 1, 1);
        return fail(L, bko__lua_jobs_check(L, -1), err, "work");
    }
    lua_pushboolean(L, 1);
    return 1;
}

static int native_teardown(lua_State *L) {
    native *self = luaL_checkudata(L, 1, NATIVE_TYPE);
    if (self->state != NULL) {
        self->contender->teardown(self->state);
        self->state = NULL;
    }
    return 0;
}

void bko__lua_contender(lua_State *L) {
    static const luaL_Reg functions[] = {{"native_setup", native_setup}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"work", native_work},
                                       {"teardown", native_teardown},
                                       {"__gc", native_teardown},
                                       {"__close", native_teardown},
                                       {NULL, NULL}};
    bko__lua_type_add(L, NATIVE_TYPE, methods);
    luaL_setfuncs(L, functions, 0);
}

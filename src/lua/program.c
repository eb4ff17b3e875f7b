/* Other programs in trials: core.program, core.guardian, core.program_find, core.variables.
 * core.trial_run (trial.c) runs them. */
#include "lua/program.h"

#include <errno.h>
#include <lauxlib.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "lua/base/options.h"
#include "lua/base/push.h"
#include "lua/base/type.h"
#include "lua/module.h"
#include "trial/program/find.h"

#define PROGRAM_TYPE  "bakeoff.program"
#define GUARDIAN_TYPE "bakeoff.guardian"

extern char **environ;

typedef struct box {
    bko_program *program; /* owned; NULL once freed */
} box;

bko_program *bko__lua_program_check(lua_State *L, int index) {
    box *self = luaL_checkudata(L, index, PROGRAM_TYPE);
    luaL_argcheck(L, self->program != NULL, index, "the program was freed");
    return self->program;
}

bko_program *bko__lua_program_field(lua_State *L, int index, const char *name) {
    bko_program *program = NULL;
    if (lua_getfield(L, index, name) != LUA_TNIL) {
        program = bko__lua_program_check(L, lua_gettop(L));
    }
    lua_pop(L, 1);
    return program;
}

bko_program **bko__lua_program_list(lua_State *L, int index, const char *name, size_t *count) {
    lua_getfield(L, index, name);
    int list = lua_gettop(L);
    *count = lua_istable(L, list) ? (size_t)luaL_len(L, list) : 0;
    bko_program **programs = lua_newuserdatauv(L, (*count + 1) * sizeof(void *), 0);
    for (size_t i = 0; i < *count; i++) {
        lua_rawgeti(L, list, (lua_Integer)i + 1);
        programs[i] = bko__lua_program_check(L, lua_gettop(L)); /* the list keeps it alive */
        lua_pop(L, 1);
    }
    lua_remove(L, list);
    return programs;
}

static int program_free(lua_State *L) {
    box *self = luaL_checkudata(L, 1, PROGRAM_TYPE);
    bko_program_free(self->program);
    self->program = NULL;
    return 0;
}

static const int *take_codes(lua_State *L, size_t *count) {
    if (lua_getfield(L, 1, "ok_codes") == LUA_TNIL) {
        return NULL;
    }
    luaL_argcheck(L, lua_istable(L, -1), 1, "ok_codes must be a list of exit codes");
    int list = lua_gettop(L);
    *count = (size_t)luaL_len(L, list);
    int *codes = lua_newuserdatauv(L, (*count + 1) * sizeof *codes, 0);
    for (size_t i = 0; i < *count; i++) {
        lua_rawgeti(L, list, (lua_Integer)i + 1);
        codes[i] = (int)luaL_checkinteger(L, -1);
        lua_pop(L, 1);
    }
    return codes;
}

/* program { argv=, environment= {"NAME=value", …}, cwd=, stdin=, stdout=, ok_codes=, counts=, streams= "kept" |
 * "piped" | "shown" | "errors" } → program, or nil, message, code. Only argv is required. */
static int program_new(lua_State *L) {
    static const char *const streams[] = {"kept", "piped", "shown", "errors", NULL};
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkstack(L, 20, "program");
    bko_program_options options = {0};
    size_t count = 0;
    options.argv = bko__lua_opt_list(L, 1, "argv", NULL, "a string", &count);
    options.environment = bko__lua_opt_list(L, 1, "environment", NULL, "a string", &count);
    options.cwd = bko__lua_opt_text(L, 1, "cwd", NULL);
    options.input = bko__lua_opt_text(L, 1, "stdin", NULL);
    options.output = bko__lua_opt_text(L, 1, "stdout", NULL);
    options.streams = (bko_program_streams)bko__lua_opt_choice(L, 1, "streams", streams);
    options.ok_codes = take_codes(L, &options.ok_count);
    options.counts = bko__lua_opt_flag(L, 1, "counts", false);
    box *self = lua_newuserdatauv(L, sizeof *self, 0);
    self->program = NULL;
    luaL_setmetatable(L, PROGRAM_TYPE);
    int err = bko_program_create(&self->program, &options);
    luaL_argcheck(L, err != BKO_EINVAL, 1, "argv must name a program");
    return err == BKO_OK ? 1 : bko__lua_fail(L, err, "program");
}

static void set_exit(lua_State *L, const bko_program_result *result) {
    lua_createtable(L, 0, 2);
    if (result->stopped != 0) {
        bko__lua_set_integer(L, "stopped", result->stopped);
    }
    if (result->signal != 0) {
        bko__lua_set_integer(L, "signal", result->signal);
    } else {
        bko__lua_set_integer(L, "code", result->code);
    }
    lua_setfield(L, -2, "exit");
}

static void set_tail(lua_State *L, const bko_program_result *result) {
    size_t kept =
        result->error_bytes < BKO_PROGRAM_TAIL ? (size_t)result->error_bytes : BKO_PROGRAM_TAIL;
    bko__lua_set_bytes(L, "stderr_tail", result->tail, kept);
    bko__lua_set_integer(L, "stderr_bytes", (lua_Integer)result->error_bytes);
}

/* program:result() → { state = "new" | "failed" | "running" | "ended", ok, description, stderr_tail,
 * stderr_bytes, left_behind, and once it has ended: exit = { code | signal, stopped }, wall_s, user_s,
 * system_s } */
static int program_result(lua_State *L) {
    static const char *const states[] = {"new", "failed", "running", "ended"};
    const bko_program *self = bko__lua_program_check(L, 1);
    const bko_program_result *result = bko_program_result_of(self);
    char description[sizeof result->problem];
    bko_program_describe(self, description, sizeof description);
    lua_createtable(L, 0, 10);
    bko__lua_set_text(L, "state", states[result->state]);
    bko__lua_set_flag(L, "ok", bko_program_is_ok(self));
    bko__lua_set_text(L, "description", description);
    bko__lua_set_integer(L, "left_behind", result->left_behind);
    set_tail(L, result);
    if (result->state == BKO_PROGRAM_ENDED) {
        set_exit(L, result);
        bko__lua_set_seconds(L, "wall_s", result->ended_ns - result->started_ns);
        bko__lua_set_seconds(L, "user_s", result->user_ns);
        bko__lua_set_seconds(L, "system_s", result->system_ns);
    }
    return 1;
}

/* program_find(name [, path [, cwd]]) → file, or nil, message, "not_found" | "not_executable" | … */
static int program_find(lua_State *L) {
    char file[PATH_MAX];
    const char *name = luaL_checkstring(L, 1);
    const char *path = luaL_optstring(L, 2, getenv("PATH"));
    int err = bko__program_find(name, path, luaL_optstring(L, 3, NULL), file, sizeof file);
    if (err == BKO_OK) {
        lua_pushstring(L, file);
        return 1;
    }
    if (err != BKO_ESYS) {
        return bko__lua_fail(L, err, name);
    }
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", name, errno == EACCES ? "not executable" : "not found");
    lua_pushstring(L, errno == EACCES ? "not_executable" : "not_found");
    return 3;
}

/* variables() → list of "NAME=value": the environment of this process */
static int variables(lua_State *L) {
    lua_newtable(L);
    for (lua_Integer i = 0; environ != NULL && environ[i] != NULL; i++) {
        lua_pushstring(L, environ[i]);
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

/* --- guardians ------------------------------------------------------------------------------------ */

typedef struct guardian_box {
    bko_guardian *guardian; /* owned; NULL once freed */
} guardian_box;

bko_guardian *bko__lua_guardian_field(lua_State *L, int index, const char *name) {
    bko_guardian *guardian = NULL;
    if (lua_getfield(L, index, name) != LUA_TNIL) {
        const guardian_box *self = luaL_checkudata(L, -1, GUARDIAN_TYPE);
        luaL_argcheck(L, self->guardian != NULL, index, "the guardian was freed");
        guardian = self->guardian;
    }
    lua_pop(L, 1);
    return guardian;
}

/* guardian() → guardian, in which trials run their programs; the caller closes it */
static int guardian_new(lua_State *L) {
    guardian_box *self = lua_newuserdatauv(L, sizeof *self, 0);
    self->guardian = NULL;
    luaL_setmetatable(L, GUARDIAN_TYPE);
    int err = bko_guardian_create(&self->guardian);
    return err == BKO_OK ? 1 : bko__lua_fail(L, err, "guardian");
}

static int guardian_free(lua_State *L) {
    guardian_box *self = luaL_checkudata(L, 1, GUARDIAN_TYPE);
    bko_guardian_free(self->guardian);
    self->guardian = NULL;
    return 0;
}

void bko__lua_program(lua_State *L) {
    static const luaL_Reg functions[] = {{"program", program_new},
                                         {"guardian", guardian_new},
                                         {"program_find", program_find},
                                         {"variables", variables},
                                         {NULL, NULL}};
    static const luaL_Reg methods[] = {{"result", program_result},
                                       {"free", program_free},
                                       {"__gc", program_free},
                                       {"__close", program_free},
                                       {NULL, NULL}};
    static const luaL_Reg guardian_methods[] = {
        {"free", guardian_free}, {"__gc", guardian_free}, {"__close", guardian_free}, {NULL, NULL}};
    bko__lua_type_add(L, PROGRAM_TYPE, methods);
    bko__lua_type_add(L, GUARDIAN_TYPE, guardian_methods);
    luaL_setfuncs(L, functions, 0);
}

/* core.command runs another program without a shell; core.terminal tells whether a person is
 * reading. */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/command.h"
#include "lua/base/options.h"
#include "lua/base/push.h"
#include "lua/module.h"

enum { ORDINARY_WIDTH = 80 };

/* A userdata, so that the collector frees it even if setting the fields raises. */
static int result_free(lua_State *L) {
    bko__command_free(luaL_checkudata(L, 1, "bakeoff.command"));
    return 0;
}

static bko__command_result *new_result(lua_State *L) {
    bko__command_result *result = lua_newuserdatauv(L, sizeof *result, 0);
    *result = (bko__command_result){0};
    if (luaL_newmetatable(L, "bakeoff.command")) {
        lua_pushcfunction(L, result_free);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return result;
}

static const char *const *read_argv(lua_State *L) {
    size_t count = 0;
    const char *const *argv = bko__lua_opt_list(L, 1, "argv", NULL, "a string", &count);
    luaL_argcheck(L, count > 0, 1, "argv must name a program");
    return argv;
}

/* Pushes values that keep the lists alive; they stay on the stack while the program runs. */
static void read_options(lua_State *L, bko__command *command) {
    size_t count = 0;
    command->argv = read_argv(L);
    command->environment = bko__lua_opt_list(L, 1, "environment", NULL, "a string", &count);
    command->cwd = bko__lua_opt_text(L, 1, "cwd", NULL);
    command->input = bko__lua_opt_text(L, 1, "input", &command->input_length);
    command->timeout_ns = bko__lua_opt_ns(L, 1, "timeout");
    command->silence_ns = bko__lua_opt_ns(L, 1, "silence");
    command->plain_locale = bko__lua_opt_flag(L, 1, "plain_locale", false);
    command->dies_with_us = bko__lua_opt_flag(L, 1, "dies_with_us", false);
}

static int push_failure(lua_State *L, int err, const bko__command *command) {
    const char *name = command->argv[0];
    if (err == BKO_ESYS && errno == ENOENT) {
        lua_pushnil(L);
        lua_pushfstring(L, "%s: not found", name);
        lua_pushliteral(L, "not_found");
        return 3;
    }
    if (err == BKO_ESYS && errno == ENOTDIR && command->cwd != NULL) {
        name = command->cwd;
    }
    return bko__lua_fail(L, err, name);
}

static void push_result(lua_State *L, const bko__command_result *result) {
    lua_createtable(L, 0, 6);
    bko__lua_set_integer(L, "code", result->code);
    bko__lua_set_integer(L, "signal", result->signal);
    bko__lua_set_flag(L, "timed_out", result->timed_out);
    bko__lua_set_flag(L, "truncated", result->truncated);
    bko__lua_set_bytes(L, "stdout", result->out, result->out_length);
    bko__lua_set_bytes(L, "stderr", result->err, result->err_length);
}

/*
 * command{argv={program, ...}, environment={"NAME=value", ...}, cwd=, timeout=seconds, input=, plain_locale=,
 *   dies_with_us=, silence=seconds}
 *   → {code=, signal=, stdout=, stderr=, timed_out=, truncated=}
 *   | nil, "gnuplot: not found", "not_found" | nil, message, code
 */
static int command_run(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    bko__command command = {0};
    read_options(L, &command);
    bko__command_result *result = new_result(L);
    int err = bko__command_run(&command, result);
    if (err != BKO_OK) {
        return push_failure(L, err, &command);
    }
    push_result(L, result);
    bko__command_free(result);
    return 1;
}

/* terminal([fd=1]) → columns of the terminal behind the descriptor, or nil if it is not a
 * terminal */
static int command_terminal(lua_State *L) {
    int fd = (int)luaL_optinteger(L, 1, STDOUT_FILENO);
    struct winsize size = {0};
    if (!isatty(fd)) {
        lua_pushnil(L);
        return 1;
    }
    int known = ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    lua_pushinteger(L, known ? size.ws_col : ORDINARY_WIDTH);
    return 1;
}

void bko__lua_command(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"command", command_run}, {"terminal", command_terminal}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}

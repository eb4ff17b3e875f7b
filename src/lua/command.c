/* core.command: another program, run without a shell; core.terminal: is a person reading? */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/command.h"
#include "lua/base/push.h"
#include "lua/module.h"

enum { ORDINARY_WIDTH = 80 };

/* Userdata: freed by the collector even when pushing the fields raises. */
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

/* A field as an array of C strings, which the table keeps alive; the array is a userdata on the stack. NULL where
 * the field is absent. */
static const char *const *read_list(lua_State *L, const char *name) {
    if (lua_getfield(L, 1, name) == LUA_TNIL) {
        return NULL;
    }
    luaL_argcheck(L, lua_istable(L, -1), 1, "argv and environment must be lists of strings");
    lua_Integer n = luaL_len(L, -1);
    const char **list = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof *list, 0);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, -2, i);
        luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING, 1,
                      "argv and environment must be lists of strings");
        list[i - 1] = lua_tostring(L, -1); /* the list keeps the string while the call runs */
        lua_pop(L, 1);
    }
    list[n] = NULL;
    return list;
}

static const char *const *read_argv(lua_State *L) {
    const char *const *argv = read_list(L, "argv");
    luaL_argcheck(L, argv != NULL, 1, "argv must be a list of strings");
    luaL_argcheck(L, argv[0] != NULL, 1, "argv must name a program");
    return argv;
}

static void read_options(lua_State *L, bko__command *command) {
    lua_getfield(L, 1, "cwd");
    command->cwd = luaL_optstring(L, -1, NULL);
    lua_getfield(L, 1, "input");
    command->input = luaL_optlstring(L, -1, NULL, &command->input_length);
    lua_getfield(L, 1, "timeout");
    lua_Number seconds = luaL_optnumber(L, -1, 0);
    luaL_argcheck(L, seconds >= 0 && seconds < 1e6, 1, "timeout must be seconds");
    command->timeout_ns = (int64_t)(seconds * 1e9);
    lua_getfield(L, 1, "plain_locale");
    command->plain_locale = lua_toboolean(L, -1);
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
    lua_pushinteger(L, result->code);
    lua_setfield(L, -2, "code");
    lua_pushinteger(L, result->signal);
    lua_setfield(L, -2, "signal");
    lua_pushboolean(L, result->timed_out);
    lua_setfield(L, -2, "timed_out");
    lua_pushboolean(L, result->truncated);
    lua_setfield(L, -2, "truncated");
    lua_pushlstring(L, result->out, result->out_length);
    lua_setfield(L, -2, "stdout");
    lua_pushlstring(L, result->err, result->err_length);
    lua_setfield(L, -2, "stderr");
}

/*
 * command{argv={program, ...}, environment={"NAME=value", ...}, cwd=, timeout=seconds, input=, plain_locale=}
 *   → {code=, signal=, stdout=, stderr=, timed_out=, truncated=}
 *   | nil, "gnuplot: not found", "not_found" | nil, message, code
 */
static int command_run(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    bko__command command = {0};
    command.argv = read_argv(L);
    command.environment = read_list(L, "environment");
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

/* terminal([fd=1]) → columns of the terminal behind the descriptor, or nil when it is none */
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

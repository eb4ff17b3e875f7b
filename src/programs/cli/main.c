/*
 * The command: creates a Lua state and passes argv to lua/bakeoff/commands/init.lua in protected
 * mode. All of the command's behaviour is there and must not depend on what happens here.
 */
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lua/base/state.h"
#include "lua/module.h"

enum { EXIT_WRONG_USE = 2 };

static void push_arguments(lua_State *L, int argc, char **argv) {
    luaL_checkstack(L, argc + 2, "too many arguments");
    lua_createtable(L, argc, 0);
    for (int i = 1; i < argc; i++) {
        lua_pushstring(L, argv[i]);
        lua_rawseti(L, -2, i);
    }
}

/* require("bakeoff.commands").main(arguments) → exit code */
static int protected_main(lua_State *L) {
    int argc = (int)lua_tointeger(L, 1);
    char **argv = lua_touserdata(L, 2);
    luaL_openlibs(L);
    lua_warning(L, "@on", 0); /* warnings report tasks that failed unobserved */
    bko__lua_preload(L, luaopen_bakeoff_core);
    lua_getglobal(L, "require");
    lua_pushliteral(L, "bakeoff.commands");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "main");
    push_arguments(L, argc, argv);
    lua_call(L, 1, 1);
    return 1;
}

/*
 * Runs at every exit, also at that of a script that calls os.exit: Lua's print ignores errors, but a
 * full disk must not look like success. Trials don't get here; they leave with _exit.
 */
static void check_output(int code, void *unused) {
    (void)unused;
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return;
    }
    fputs("bakeoff: standard output could not be written; is the disk full?\n", stderr);
    _exit(code != EXIT_SUCCESS ? code : EXIT_FAILURE);
}

int main(int argc, char **argv) {
    on_exit(check_output, NULL);
    /* Answered here, so that no Lua file has to be read. */
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("bakeoff " BAKEOFF_VERSION);
        return EXIT_SUCCESS;
    }
    lua_State *L = luaL_newstate();
    if (L == NULL) {
        fputs("bakeoff: out of memory\n", stderr);
        return EXIT_FAILURE;
    }
    lua_pushcfunction(L, protected_main);
    lua_pushinteger(L, argc);
    lua_pushlightuserdata(L, argv);
    int code = EXIT_WRONG_USE;
    if (lua_pcall(L, 2, 1, 0) == LUA_OK) {
        code = (int)lua_tointeger(L, -1);
    } else { /* the command explains its own errors: this one is of loading it */
        fprintf(stderr, "bakeoff: %s\n", luaL_tolstring(L, -1, NULL));
    }
    lua_close(L);
    return code;
}

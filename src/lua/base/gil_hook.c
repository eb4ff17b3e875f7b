/* See lua/base/gil_hook.h. */
#include "lua/base/gil_hook.h"

#include <lauxlib.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

#include "bakeoff/error.h"
#include "core/gil.h"

enum { INSTRUCTIONS_BETWEEN_LOOKS = 1000 }; /* some microseconds */

static _Thread_local lua_State *volatile attached; /* read by the handler, on the same thread */

static void look_steadily(lua_State *L, lua_Debug *where) {
    (void)L;
    (void)where;
    bko__gil_breathe();
}

static pthread_once_t signal_once = PTHREAD_ONCE_INIT;
static bool has_signal;

#ifdef __SANITIZE_THREAD__
/* The thread sanitizer delays signals as long as a thread only computes. */
static void take_signal(void) {
}
#else
static void look_once(lua_State *L, lua_Debug *where) {
    (void)where;
    lua_sethook(L, NULL, 0, 0);
    bko__gil_breathe();
}

/* lua_sethook is the only Lua function that a signal handler may call; lua.c does the same. */
static void on_ask(int number) {
    (void)number;
    lua_State *L = attached;
    if (L != NULL) {
        lua_sethook(L, look_once, LUA_MASKCOUNT, 1);
    }
}

static void take_signal(void) {
    struct sigaction before;
    struct sigaction ours = {.sa_handler = on_ask, .sa_flags = SA_RESTART};
    sigemptyset(&ours.sa_mask);
    has_signal = sigaction(SIGURG, NULL, &before) == 0 && before.sa_handler == SIG_DFL &&
                 sigaction(SIGURG, &ours, NULL) == 0;
}
#endif

/* Replaces coroutine.create and coroutine.wrap: the handler doesn't know which coroutine runs, so
 * each coroutine checks for itself. It inherits its creator's hook, which is why the hook is set
 * here for a moment. */
static int make_coroutine(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, 1);
    lua_Hook hook = lua_gethook(L);
    int mask = lua_gethookmask(L);
    int count = lua_gethookcount(L);
    lua_sethook(L, look_steadily, LUA_MASKCOUNT, INSTRUCTIONS_BETWEEN_LOOKS);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 1, 1);
    lua_sethook(L, hook, mask, count);
    return 1;
}

static int wrap_coroutines(lua_State *L) {
    static const char *const names[] = {"create", "wrap"};
    lua_getglobal(L, "coroutine");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        lua_getfield(L, -1, names[i]);
        lua_pushcclosure(L, make_coroutine, 1);
        lua_setfield(L, -2, names[i]);
    }
    return 0;
}

int bko__lua_gil_attach(lua_State *L) {
    bko__gil *gil = bko__gil_bound();
    if (gil == NULL) {
        return BKO_OK;
    }
    pthread_once(&signal_once, take_signal);
    if (!has_signal) {
        lua_sethook(L, look_steadily, LUA_MASKCOUNT, INSTRUCTIONS_BETWEEN_LOOKS);
        return BKO_OK;
    }
    lua_pushcfunction(L, wrap_coroutines);
    if (lua_pcall(L, 0, 0, 0) != LUA_OK) {
        lua_pop(L, 1);
        return BKO_ENOMEM;
    }
    attached = L;
    bko__gil_ask_by_signal(gil, SIGURG);
    return BKO_OK;
}

void bko__lua_gil_detach(void) {
    attached = NULL;
}

/* core.interrupt_open: Ctrl-C and similar signals as a value. See lua/interrupt.h. */
#include "lua/interrupt.h"

#include <lauxlib.h>

#include "bakeoff/error.h"
#include "bakeoff/trial.h"
#include "lua/base/push.h"
#include "lua/base/type.h"
#include "lua/module.h"

#define INTERRUPT_TYPE "bakeoff.interrupt"

int bko__lua_interrupt_fd(lua_State *L, int index) {
    const int *fd = luaL_testudata(L, index, INTERRUPT_TYPE);
    return fd != NULL ? *fd : -1;
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

void bko__lua_interrupt(lua_State *L) {
    static const luaL_Reg methods[] = {{"take", interrupt_take},
                                       {"close", interrupt_close},
                                       {"__gc", interrupt_close},
                                       {"__close", interrupt_close},
                                       {NULL, NULL}};
    bko__lua_type_add(L, INTERRUPT_TYPE, methods);
    lua_pushcfunction(L, interrupt_open);
    lua_setfield(L, -2, "interrupt_open");
}

/* The guard of core.interrupt_open (interrupt.c), for bindings that poll. */
#ifndef BAKEOFF_LUA_INTERRUPT_H
#define BAKEOFF_LUA_INTERRUPT_H

#include <lua.h>

/* The descriptor of the guard at `index`; -1 (which poll ignores) if there is no guard or it is
 * closed. */
int bko__lua_interrupt_fd(lua_State *L, int index);

#endif

/*
 * A process that somebody else started, held by a descriptor so that PID reuse cannot confuse it
 * with another one: core.process_open(pid) → userdata "bakeoff.process" with :wait(seconds, guard).
 */
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/wait.h"
#include "lua/base/push.h"
#include "lua/base/type.h"
#include "lua/interrupt.h"
#include "lua/module.h"

#define METATABLE "bakeoff.process"

struct box {
    int pidfd; /* owned; -1 once closed */
    int ended; /* its end was reported: from then on only time and signals matter */
};

/* process_open(pid) → process, or nil, message, code ("gone": it does not exist) */
static int process_open(lua_State *L) {
    lua_Integer pid = luaL_checkinteger(L, 1);
    luaL_argcheck(L, pid > 0 && pid <= 0x7fffffff, 1, "pid must be a positive integer");
    struct box *box = lua_newuserdatauv(L, sizeof *box, 0);
    *box = (struct box){.pidfd = -1};
    luaL_setmetatable(L, METATABLE);
    box->pidfd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
    if (box->pidfd < 0) {
        return bko__lua_fail(L, errno == ESRCH ? BKO_EGONE : BKO_ESYS, "process");
    }
    return 1;
}

static int process_close(lua_State *L) {
    struct box *box = luaL_checkudata(L, 1, METATABLE);
    if (box->pidfd >= 0) {
        close(box->pidfd);
        box->pidfd = -1;
    }
    return 0;
}

/* process:wait(seconds, guard) → "ended" (once), "interrupted" (guard:take() tells by which signal)
 * or "time" */
static int process_wait(lua_State *L) {
    struct box *box = luaL_checkudata(L, 1, METATABLE);
    luaL_argcheck(L, box->pidfd >= 0, 1, "the process has been closed");
    lua_Number seconds = luaL_checknumber(L, 2);
    luaL_argcheck(L, seconds >= 0 && seconds <= 86400, 2, "seconds must be between 0 and 86400");
    struct pollfd polled[2] = {{.fd = box->ended ? -1 : box->pidfd, .events = POLLIN},
                               {.fd = bko__lua_interrupt_fd(L, 3), .events = POLLIN}};
    (void)bko__wait_until(polled, 2, bko__deadline((int64_t)(seconds * 1e9)));
    if (polled[1].revents != 0) {
        lua_pushliteral(L, "interrupted");
    } else if (polled[0].revents != 0) {
        box->ended = 1;
        lua_pushliteral(L, "ended");
    } else {
        lua_pushliteral(L, "time");
    }
    return 1;
}

void bko__lua_process(lua_State *L) {
    static const luaL_Reg functions[] = {{"process_open", process_open}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"wait", process_wait},
                                       {"close", process_close},
                                       {"__gc", process_close},
                                       {"__close", process_close},
                                       {NULL, NULL}};
    bko__lua_type_add(L, METATABLE, methods);
    luaL_setfuncs(L, functions, 0);
}

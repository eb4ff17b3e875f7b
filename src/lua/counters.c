/* Which counters this machine has: core.counters() → list of { name, available, reason }. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/counters.h"
#include "lua/base/push.h"
#include "lua/module.h"

/* Not being there is normal: few virtual machines have hardware counters. */
static const char *reason_of(int error) {
    switch (error) {
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
        return "this machine has no such counter, as most virtual machines";
    case EACCES:
        return "not permitted: /proc/sys/kernel/perf_event_paranoid must be 2 or less";
    case EPERM:
        return "not permitted, as in many containers (perf_event_open)";
    case ENOSYS:
        return "this kernel counts nothing (perf_event_open)";
    default:
        return strerror(error);
    }
}

static int counters(lua_State *L) {
    bko__counters set;
    bko__counters_open(&set, bko__counter_events, 0, false);
    lua_createtable(L, BKO_COUNTER_COUNT, 0);
    for (int i = 0; i < BKO_COUNTER_COUNT; i++) {
        lua_createtable(L, 0, 3);
        bko__lua_set_text(L, "name", bko_counter_name(i));
        bko__lua_set_flag(L, "available", set.fds[i] >= 0);
        if (set.fds[i] < 0) {
            bko__lua_set_text(L, "reason", reason_of(set.errors[i]));
        }
        lua_rawseti(L, -2, i + 1);
    }
    bko__counters_close(&set);
    return 1;
}

void bko__lua_counters(lua_State *L) {
    lua_pushcfunction(L, counters);
    lua_setfield(L, -2, "counters");
}

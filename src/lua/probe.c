/*
 * Memory, CPU time and descendants of a process: memory(pid), memory_tree(pid), tree(pid),
 * cpu(pid), cpu_tree(pid). Without a pid they look at this process. Sizes are in bytes, times in
 * seconds.
 */
#include <unistd.h>

#include "bakeoff/cpu.h"
#include "bakeoff/error.h"
#include "bakeoff/memory.h"
#include "bakeoff/tree.h"
#include "lua/base/push.h"
#include "lua/module.h"

static pid_t check_pid(lua_State *L) {
    lua_Integer pid = luaL_optinteger(L, 1, (lua_Integer)getpid());
    luaL_argcheck(L, pid > 0 && pid <= 0x7fffffff, 1, "pid must be a positive integer");
    return (pid_t)pid;
}

/* memory(pid) → { rss_bytes, pss_bytes, uss_bytes, shared_bytes } */
static int probe_memory(lua_State *L) {
    bko_memory memory;
    int err = bko_memory_read(check_pid(L), &memory);
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "memory");
    }
    lua_createtable(L, 0, 4);
    bko__lua_set_integer(L, "rss_bytes", memory.rss);
    bko__lua_set_integer(L, "pss_bytes", memory.pss);
    bko__lua_set_integer(L, "uss_bytes", memory.uss);
    bko__lua_set_integer(L, "shared_bytes", memory.shared);
    return 1;
}

/* memory_tree(pid) → { footprint_bytes, footprint_high_bytes, rss_bytes, pss_bytes, uss_bytes,
 * processes, unreadable, probe_s } */
static int probe_memory_tree(lua_State *L) {
    bko_memory_tree memory;
    int err = bko_memory_read_tree(check_pid(L), &memory);
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "memory_tree");
    }
    lua_createtable(L, 0, 8);
    bko__lua_set_integer(L, "footprint_bytes", memory.footprint);
    bko__lua_set_integer(L, "footprint_high_bytes", memory.footprint_high);
    bko__lua_set_integer(L, "rss_bytes", memory.rss);
    bko__lua_set_integer(L, "pss_bytes", memory.pss);
    bko__lua_set_integer(L, "uss_bytes", memory.uss);
    bko__lua_set_integer(L, "processes", memory.processes);
    bko__lua_set_integer(L, "unreadable", memory.unreadable);
    bko__lua_set_seconds(L, "probe_s", memory.probe_ns);
    return 1;
}

/* tree(pid) → { pid, child, …, grandchild, … } */
static int probe_tree(lua_State *L) {
    pid_t pids[BKO_TREE_MAX];
    size_t count = 0;
    int err = bko_tree_list(check_pid(L), pids, BKO_TREE_MAX, &count);
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "tree");
    }
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushinteger(L, pids[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* cpu(pid) → { user_s, system_s, total_s, reaped_user_s, reaped_system_s, parent, threads, switches =
 * { voluntary, involuntary } } */
static int probe_cpu(lua_State *L) {
    bko_cpu cpu;
    int err = bko_cpu_read(check_pid(L), &cpu);
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "cpu");
    }
    lua_createtable(L, 0, 8);
    bko__lua_set_number(L, "user_s", cpu.user_s);
    bko__lua_set_number(L, "system_s", cpu.system_s);
    bko__lua_set_number(L, "total_s", cpu.total_s);
    bko__lua_set_number(L, "reaped_user_s", cpu.reaped_user_s);
    bko__lua_set_number(L, "reaped_system_s", cpu.reaped_system_s);
    bko__lua_set_integer(L, "parent", cpu.parent);
    bko__lua_set_integer(L, "threads", cpu.threads);
    lua_createtable(L, 0, 2);
    bko__lua_set_integer(L, "voluntary", cpu.voluntary);
    bko__lua_set_integer(L, "involuntary", cpu.involuntary);
    lua_setfield(L, -2, "switches");
    return 1;
}

/* cpu_tree(pid) → seconds used by the process, its descendants, and the children that these have
 * waited for */
static int probe_cpu_tree(lua_State *L) {
    double used_s;
    int err = bko_cpu_read_tree(check_pid(L), &used_s);
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "cpu_tree");
    }
    lua_pushnumber(L, used_s);
    return 1;
}

void bko__lua_probe(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"memory", probe_memory}, {"memory_tree", probe_memory_tree}, {"tree", probe_tree},
        {"cpu", probe_cpu},       {"cpu_tree", probe_cpu_tree},       {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}

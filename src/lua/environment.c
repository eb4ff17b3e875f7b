/*
 * What lua/bakeoff/probe/environment.lua can't read from a file: system() → table, and
 * pause(seconds). The host's name is left out on purpose, because manifests get published.
 */
#include <curl/curl.h>
#include <errno.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "bakeoff/error.h"
#include "lua/base/push.h"
#include "lua/module.h"

/* If there are more CPUs than a fixed set holds, all online CPUs are taken to be allowed. */
static lua_Integer allowed_cores(lua_Integer online) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : online;
}

/* Sets the soft limit; no field if there is no limit. */
static void set_limit(lua_State *L, const char *field, __rlimit_resource_t resource) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        bko__lua_set_integer(L, field, (lua_Integer)limit.rlim_cur);
    }
}

static void set_kernel(lua_State *L) {
    struct utsname name;
    if (uname(&name) == 0) {
        lua_pushfstring(L, "%s %s", name.sysname, name.release);
        lua_setfield(L, -2, "kernel");
        bko__lua_set_text(L, "machine", name.machine);
    }
}

static void set_clock(lua_State *L) {
    struct timespec step;
    if (clock_getres(CLOCK_MONOTONIC, &step) == 0) {
        bko__lua_set_seconds(L, "clock_resolution_s",
                             (int64_t)step.tv_sec * 1000000000 + step.tv_nsec);
    }
}

/*
 * system() → { kernel, machine, cores_online, cores_allowed, page_bytes, ticks_per_second,
 * clock_resolution_s, open_files, processes, lua, libcurl, libcurl_parts, libuv }
 */
static int environment_system(lua_State *L) {
    lua_Integer online = sysconf(_SC_NPROCESSORS_ONLN);
    lua_newtable(L);
    set_kernel(L);
    set_clock(L);
    bko__lua_set_integer(L, "cores_online", online);
    bko__lua_set_integer(L, "cores_allowed", allowed_cores(online));
    bko__lua_set_integer(L, "page_bytes", sysconf(_SC_PAGESIZE));
    bko__lua_set_integer(L, "ticks_per_second", sysconf(_SC_CLK_TCK));
    set_limit(L, "open_files", RLIMIT_NOFILE);
    set_limit(L, "processes", RLIMIT_NPROC);
    bko__lua_set_text(L, "lua", LUA_VERSION_MAJOR "." LUA_VERSION_MINOR "." LUA_VERSION_RELEASE);
    bko__lua_set_text(L, "libcurl", curl_version_info(CURLVERSION_NOW)->version);
    bko__lua_set_text(L, "libcurl_parts", curl_version());
    bko__lua_set_text(L, "libuv", uv_version_string());
    return 1;
}

/* pause(seconds): waits for this time without using a CPU. */
static int environment_pause(lua_State *L) {
    lua_Number seconds = luaL_checknumber(L, 1);
    luaL_argcheck(L, seconds >= 0 && seconds <= 86400, 1, "seconds must be between 0 and 86400");
    struct timespec left = {.tv_sec = (time_t)seconds};
    left.tv_nsec = (long)((seconds - (lua_Number)left.tv_sec) * 1e9);
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
    return 0;
}

void bko__lua_environment(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"system", environment_system}, {"pause", environment_pause}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}

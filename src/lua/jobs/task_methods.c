/* The methods of ctx except fetch (task_fetch.c). See lua/jobs/task_context.h. */
#include "lua/jobs/task_methods.h"

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/gil.h"
#include "lua/base/push.h"
#include "lua/jobs/save.h"
#include "lua/jobs/task_fetch.h"

enum { READ_SIZE = 64 << 10 };

static int context_gc(lua_State *L) {
    bko__lua_task_context_close(luaL_checkudata(L, 1, BKO__TASK_CONTEXT_TYPE));
    return 0;
}

/* --- read -------------------------------------------------------------------------------------- */

/* Opens the file and estimates its size. 0, or -1 and errno. */
static int open_file(bko__lua_task_context *self, const char *path, size_t *size) {
    struct stat info;
    self->file = open(path, O_RDONLY | O_CLOEXEC);
    if (self->file < 0 || fstat(self->file, &info) != 0) {
        return -1;
    }
    *size = S_ISREG(info.st_mode) && info.st_size > 0 ? (size_t)info.st_size : READ_SIZE;
    return 0;
}

static ssize_t read_some(int file, char *out, size_t size) {
    ssize_t got;
    bko__blocking_begin();
    do {
        got = read(file, out, size);
    } while (got < 0 && errno == EINTR);
    bko__blocking_end();
    return got;
}

/* Reads the file to its end into the buffer. 0, or -1 and errno. After a Lua error (memory) the
 * next read or close closes the file. */
static int read_all(bko__lua_task_context *self, size_t size, luaL_Buffer *out) {
    ssize_t got;
    size_t room = size + 1; /* one more than expected, so that the read also sees the end */
    while ((got = read_some(self->file, luaL_prepbuffsize(out, room), room)) > 0) {
        luaL_addsize(out, (size_t)got);
        room = (size_t)got < room ? room - (size_t)got : READ_SIZE;
        room = room < READ_SIZE / 16 ? READ_SIZE / 16 : room;
    }
    return got < 0 ? -1 : 0;
}

/* ctx:read(path) → text, or nil, message, code */
static int context_read(lua_State *L) {
    bko__lua_task_context *self = bko__lua_task_context_check(L);
    size_t length = 0;
    const char *path = luaL_checklstring(L, 2, &length);
    luaL_argcheck(L, strlen(path) == length, 2, "the path contains a zero byte");
    int64_t since_ns = bko_clock_now_ns();
    luaL_Buffer content;
    size_t size = 0;
    bko__lua_task_context_close_file(self);
    luaL_buffinit(L, &content);
    bko__blocking_begin();
    int failed = open_file(self, path, &size);
    bko__blocking_end();
    if (failed == 0) {
        failed = read_all(self, size, &content);
    }
    int error = errno;
    bko__lua_task_context_close_file(self);
    self->row->done_ns = bko_clock_now_ns();
    bko__lua_task_context_waited(self, BKO_SPAN_READ, since_ns);
    if (failed != 0) {
        errno = error;
        return bko__lua_fail(L, BKO_ESYS, path);
    }
    luaL_pushresult(&content);
    self->row->bytes += lua_rawlen(L, -1);
    return 1;
}

/* --- sleep, offload ---------------------------------------------------------------------------------- */

/* Seconds, or a text such as "100ms". */
static double check_duration(lua_State *L, int index) {
    bko__lua_push_seconds(L, index, "sleep");
    lua_replace(L, index);
    double seconds = luaL_checknumber(L, index);
    luaL_argcheck(L, seconds >= 0 && seconds < 1e9, index, "expected 0 or more seconds");
    return seconds;
}

/* ctx:sleep(duration) */
static int context_sleep(lua_State *L) {
    bko__lua_task_context *self = bko__lua_task_context_check(L);
    int64_t since_ns = bko_clock_now_ns();
    int64_t until_ns = since_ns + (int64_t)(check_duration(L, 2) * 1e9);
    struct timespec until = {until_ns / 1000000000, until_ns % 1000000000};
    bko__blocking_begin();
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {
    }
    bko__blocking_end();
    bko__lua_task_context_waited(self, BKO_SPAN_SLEEP, since_ns);
    return 0;
}

/* ctx:offload(fn, …) → what it returns, or nil, message, "task". Runs at once, because there is no
 * pool here. */
static int context_offload(lua_State *L) {
    bko__lua_task_context *self = bko__lua_task_context_check(L);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    int64_t since_ns = bko_clock_now_ns();
    int status = lua_pcall(L, lua_gettop(L) - 2, LUA_MULTRET, 0);
    if (self->row != NULL) {
        bko__lua_task_context_waited(self, BKO_SPAN_INLINE, since_ns);
    }
    if (status == LUA_OK) {
        return lua_gettop(L) - 1;
    }
    lua_pushnil(L);
    luaL_tolstring(L, -2, NULL);
    lua_pushstring(L, bko_error_name(BKO_ETASK));
    return 3;
}

/* --- save, check, fields -------------------------------------------------------------------------- */

/* ctx:save(name, data) → the file's name, or nil, message, code */
static int context_save(lua_State *L) {
    bko__lua_task_context *self = bko__lua_task_context_check(L);
    int results = bko__lua_save(L, self->jobs->jobs.save_dir, 2, 3);
    self->row->saved_ns = bko_clock_now_ns();
    return results;
}

/* ctx:check(condition [, message]) → condition; raises the message if it is false or nil */
static int context_check(lua_State *L) {
    luaL_checkudata(L, 1, BKO__TASK_CONTEXT_TYPE);
    luaL_checkany(L, 2);
    if (!lua_toboolean(L, 2)) {
        luaL_where(L, 1);
        if (lua_isnoneornil(L, 3)) {
            lua_pushliteral(L, "a check failed");
        } else {
            luaL_tolstring(L, 3, NULL);
        }
        lua_concat(L, 2);
        return lua_error(L);
    }
    lua_settop(L, 2);
    return 1;
}

/* ctx.shared, ctx.random, ctx.job, ctx.worker; the first upvalue holds the methods. */
static int context_index(lua_State *L) {
    bko__lua_task_context *self = luaL_checkudata(L, 1, BKO__TASK_CONTEXT_TYPE);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) {
        return 1;
    }
    const char *name = luaL_checkstring(L, 2);
    if (strcmp(name, "shared") == 0) {
        lua_getiuservalue(L, 1, BKO__TASK_CONTEXT_SHARED);
    } else if (strcmp(name, "random") == 0) {
        lua_getiuservalue(L, 1, BKO__TASK_CONTEXT_RANDOM);
    } else if (strcmp(name, "job") == 0) {
        lua_pushinteger(L, (lua_Integer)self->job + 1);
    } else if (strcmp(name, "worker") == 0) {
        lua_pushinteger(L, (lua_Integer)self->worker + 1);
    } else {
        return luaL_error(L, "ctx has no field '%s'", name);
    }
    return 1;
}

void bko__lua_task_methods_register(lua_State *L) {
    static const luaL_Reg methods[] = {{"fetch", bko__lua_task_context_fetch},
                                       {"read", context_read},
                                       {"sleep", context_sleep},
                                       {"offload", context_offload},
                                       {"save", context_save},
                                       {"check", context_check},
                                       {NULL, NULL}};
    bko__lua_task_fetch_register(L);
    luaL_newmetatable(L, BKO__TASK_CONTEXT_TYPE);
    lua_pushcfunction(L, context_gc);
    lua_setfield(L, -2, "__gc");
    luaL_newlib(L, methods);
    lua_pushcclosure(L, context_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}

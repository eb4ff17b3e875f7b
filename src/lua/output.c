/* How Lua writes files: core.store, core.output, core.append, core.appending. See core/output.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/fd.h"
#include "core/output.h"
#include "lua/base/push.h"
#include "lua/base/type.h"
#include "lua/module.h"

#define OUTPUT_TYPE "bakeoff.output"

/* "named" by the user; "own": in a folder of bakeoff's; "private": the same, with secrets;
 * "derived": the same, and can be made again from other files. */
static unsigned check_how(lua_State *L, int index) {
    static const char *const names[] = {"named", "own", "private", "derived", NULL};
    static const unsigned flags[] = {0, BKO__OUTPUT_OWN, BKO__OUTPUT_OWN | BKO__OUTPUT_PRIVATE,
                                     BKO__OUTPUT_OWN | BKO__OUTPUT_UNSYNCED};
    return flags[luaL_checkoption(L, index, "named", names)];
}

/* The sentences of ELOOP and EEXIST would not tell the user what to do. */
static int fail(lua_State *L, int err, const char *path) {
    if (err == BKO_ESYS && errno == ELOOP) {
        lua_pushnil(L);
        lua_pushfstring(L,
                        "%s: is a link or no regular file, and bakeoff writes through none in "
                        "its own folders; remove it",
                        path);
        lua_pushstring(L, bko_error_name(err));
        return 3;
    }
    return bko__lua_fail(L, err, path);
}

static int result(lua_State *L, int err, const char *path) {
    if (err != BKO_OK) {
        return fail(L, err, path);
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* store(path, text [, how = "named"]) → true, or nil, message, code: the old file is unchanged */
static int output_store(lua_State *L) {
    size_t size;
    const char *path = luaL_checkstring(L, 1);
    const char *text = luaL_checklstring(L, 2, &size);
    return result(L, bko__output_store(path, text, size, check_how(L, 3)), path);
}

/* output(path [, how]) → output, or nil, message, code. Without a commit nothing changes. */
static int output_new(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    unsigned flags = check_how(L, 2);
    bko__output *self = lua_newuserdatauv(L, sizeof *self, 0);
    self->fd = -1;
    luaL_setmetatable(L, OUTPUT_TYPE);
    int err = bko__output_open(self, path, flags);
    return err == BKO_OK ? 1 : fail(L, err, path);
}

static bko__output *check_open(lua_State *L) {
    bko__output *self = luaL_checkudata(L, 1, OUTPUT_TYPE);
    luaL_argcheck(L, self->fd >= 0, 1, "the output is closed");
    return self;
}

/* output:write(text) → true, or nil, message, code: the output is closed, the old file unchanged */
static int output_write(lua_State *L) {
    size_t size;
    bko__output *self = check_open(L);
    const char *text = luaL_checklstring(L, 2, &size);
    int err = bko__output_write(self, text, size);
    if (err != BKO_OK) {
        bko__output_discard(self);
    }
    return result(L, err, self->path);
}

/* output:commit() → true, or nil, message, code: the old file is unchanged */
static int output_commit(lua_State *L) {
    bko__output *self = check_open(L);
    return result(L, bko__output_commit(self), self->path);
}

static int output_discard(lua_State *L) {
    bko__output_discard(luaL_checkudata(L, 1, OUTPUT_TYPE));
    return 0;
}

/* append(path, text [, later]) → true, or nil, message, code. On return the text and everything
 * appended before is on disk; with `later` it only survives the process, not a crash of the
 * system. */
static int output_append(lua_State *L) {
    size_t size;
    const char *path = luaL_checkstring(L, 1);
    const char *text = luaL_checklstring(L, 2, &size);
    int fd = bko__output_append(path);
    int err = fd >= 0 ? bko__fd_write_all(fd, text, size) : BKO_ESYS;
    if (err == BKO_OK && !lua_toboolean(L, 3) && fsync(fd) != 0) {
        err = BKO_ESYS;
    }
    int saved = errno;
    if (fd >= 0 && close(fd) != 0 && err == BKO_OK) {
        err = BKO_ESYS;
        saved = errno;
    }
    errno = saved;
    return result(L, err, path);
}

/* --- a file to which other bindings print ------------------------------------------------------- */

/* The stream comes first, so that Lua's own methods of files work. */
typedef struct appending {
    luaL_Stream stream;
    int fd;    /* owned; -1: closed */
    int error; /* errno of the first write that failed; 0: none */
    char path[];
} appending;

/* Returns 0 on failure, as fopencookie wants it. */
static ssize_t append_bytes(void *cookie, const char *bytes, size_t size) {
    appending *self = cookie;
    if (self->error == 0 && bko__fd_write_all(self->fd, bytes, size) != BKO_OK) {
        self->error = errno;
    }
    return self->error == 0 ? (ssize_t)size : 0;
}

static int append_close(void *cookie) {
    appending *self = cookie;
    int closed = close(self->fd);
    self->fd = -1;
    return closed;
}

/* Reports also an error of an earlier write, which the stream has forgotten. */
static int appending_close(lua_State *L) {
    appending *self = luaL_checkudata(L, 1, LUA_FILEHANDLE);
    int closed = fclose(self->stream.f);
    if (self->error != 0) {
        errno = self->error;
    }
    return result(L, closed == 0 && self->error == 0 ? BKO_OK : BKO_ESYS, self->path);
}

/* appending(path) → file for appending, or nil, message, code. close() reports whether all of it
 * was written. */
static int output_appending(lua_State *L) {
    size_t size;
    const char *path = luaL_checklstring(L, 1, &size);
    appending *self = lua_newuserdatauv(L, sizeof *self + size + 1, 0);
    memset(self, 0, sizeof *self); /* no closing function: closed, as far as Lua is concerned */
    memcpy(self->path, path, size + 1);
    luaL_setmetatable(L, LUA_FILEHANDLE);
    self->fd = bko__output_append(path);
    if (self->fd < 0) {
        return fail(L, BKO_ESYS, path);
    }
    self->stream.f = fopencookie(
        self, "a", (cookie_io_functions_t){.write = append_bytes, .close = append_close});
    if (self->stream.f == NULL) {
        bko__fd_close(&self->fd);
        return bko__lua_fail(L, BKO_ENOMEM, path);
    }
    self->stream.closef = appending_close;
    return 1;
}

void bko__lua_output(lua_State *L) {
    static const luaL_Reg functions[] = {{"store", output_store},
                                         {"output", output_new},
                                         {"append", output_append},
                                         {"appending", output_appending},
                                         {NULL, NULL}};
    static const luaL_Reg methods[] = {{"write", output_write},     {"commit", output_commit},
                                       {"discard", output_discard}, {"__gc", output_discard},
                                       {"__close", output_discard}, {NULL, NULL}};
    bko__lua_type_add(L, OUTPUT_TYPE, methods);
    luaL_setfuncs(L, functions, 0);
}

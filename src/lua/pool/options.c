/* The options of core.pool, and what workers are greeted with; see lua/pool/pool.h. */
#include <lauxlib.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/prefix.h"
#include "lua/base/state.h"
#include "lua/jobs/jobs.h"
#include "lua/pool/pool.h"
#include "lua/wire/plain.h"
#include "lua/wire/wire.h"

#define BUFFER_TYPE "bakeoff.pool_buffer"

static int buffer_gc(lua_State *L) {
    bko__buffer_free(luaL_checkudata(L, 1, BUFFER_TYPE));
    return 0;
}

bko__buffer *bko__lua_push_buffer(lua_State *L) {
    bko__buffer *buffer = lua_newuserdatauv(L, sizeof *buffer, 0);
    bko__buffer_init(buffer);
    if (luaL_newmetatable(L, BUFFER_TYPE)) {
        lua_pushcfunction(L, buffer_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return buffer;
}

/* Appends V size and message of the option; size 0 where it is not given. */
static int put_message(lua_State *L, const char *name, bko__buffer *scratch, bko__buffer *out) {
    char error[512] = "";
    bko__buffer_clear(scratch);
    int err = BKO_OK;
    if (lua_getfield(L, 1, name) != LUA_TNIL) {
        err = bko__wire_encode(L, -1, name, scratch, error, sizeof error);
    }
    lua_pop(L, 1);
    if (err != BKO_OK) {
        luaL_error(L, "%s", error[0] != '\0' ? error : bko_error_text(err));
    }
    err = bko__varint_append(out, scratch->size);
    return err == BKO_OK ? bko__buffer_append(out, scratch->data, scratch->size) : err;
}

static void make_greeting(lua_State *L, const bko__lua_pool *self, bko__buffer *out) {
    bko__buffer *scratch = bko__lua_push_buffer(L);
    int err = bko__lua_copy_paths(L, out);
    err = err == BKO_OK ? bko__varint_append(out, (uint64_t)getpid()) : err;
    err = err == BKO_OK ? bko__varint_append(out, (uint64_t)self->shipments.store) : err;
    err = err == BKO_OK ? put_message(L, "init", scratch, out) : err;
    err = err == BKO_OK ? put_message(L, "shared", scratch, out) : err;
    if (err != BKO_OK) {
        luaL_error(L, "not enough memory");
    }
    bko__buffer_free(scratch);
    lua_pop(L, 1);
}

static int keep(lua_State *L, const char *name) {
    if (lua_getfield(L, 1, name) == LUA_TNIL) {
        lua_pop(L, 1);
        return LUA_NOREF;
    }
    return luaL_ref(L, LUA_REGISTRYINDEX);
}

/* What forked workers find in their copy of this state. */
static void make_inheritance(lua_State *L, bko__lua_pool *self) {
    self->setup.is_fork = true;
    self->setup.init = keep(L, "init");
    self->setup.shared = keep(L, "shared");
    self->setup.L = lua_newthread(L);
    lua_setiuservalue(L, 2, BKO__POOL_THREAD);
}

/* A worker program, its path anchored in the pool. */
static void use_program(lua_State *L, bko__lua_pool *self, bko_pool_options *options) {
    char path[PATH_MAX];
    int err = bko__prefix_path(path, sizeof path, "libexec/bakeoff/worker");
    if (err != BKO_OK) {
        luaL_error(L, "worker program: %s", bko_error_text(err));
    }
    lua_pushstring(L, path);
    self->argv[0] = lua_tostring(L, -1);
    lua_setiuservalue(L, 2, BKO__POOL_PROGRAM);
    options->argv = self->argv;
}

static uint64_t whole(lua_State *L, const char *name, lua_Integer least, lua_Integer otherwise) {
    lua_getfield(L, 1, name);
    lua_Integer value = luaL_optinteger(L, -1, otherwise);
    lua_pop(L, 1);
    if (value < least) {
        luaL_error(L, "%s: write a whole number from %d", name, (int)least);
    }
    return (uint64_t)value;
}

/* The option `jobs`: of a trial, which must outlive the pool's work. */
static bko_spans *spans_of(lua_State *L) {
    lua_getfield(L, 1, "jobs");
    bko_spans *spans = lua_isnil(L, -1) ? NULL : bko__lua_check_jobs(L, -1)->jobs.spans;
    lua_pop(L, 1);
    return spans;
}

void bko__lua_pool_options(lua_State *L, bko__lua_pool *self, bko_pool_options *options,
                           bko__buffer *greeting) {
    static const char *const kinds[] = {"threads", "fork", "spawn", NULL};
    lua_getfield(L, 1, "kind");
    self->kind = (bko_pool_kind)luaL_checkoption(L, -1, NULL, kinds);
    lua_pop(L, 1);
    uint64_t workers = whole(L, "workers", 1, 1);
    self->workers = workers < UINT16_MAX ? (unsigned)workers : UINT16_MAX;
    *options = (bko_pool_options){.kind = self->kind,
                                  .workers = self->workers,
                                  .recycle = whole(L, "recycle", 0, 0),
                                  .frame_max = (size_t)whole(L, "frame_max", 0, 0)};
    self->setup.store = self->shipments.store;
    self->setup.module = bko__lua_module(L);
    self->setup.spans = spans_of(L);
    lua_getfield(L, 1, "gil");
    if (lua_toboolean(L, -1) && bko__gil_create(&self->setup.gil) != BKO_OK) {
        luaL_error(L, "not enough memory");
    }
    lua_pop(L, 1);
    if (self->kind == BKO_POOL_SPAWN) {
        use_program(L, self, options);
    } else {
        options->worker = bko__lua_pool_worker;
        options->worker.user = &self->setup;
    }
    if (self->kind == BKO_POOL_FORK) {
        make_inheritance(L, self);
    } else {
        make_greeting(L, self, greeting);
        options->greeting = greeting->data;
        options->greeting_size = greeting->size;
    }
}

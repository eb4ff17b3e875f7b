/* The options of core.pool, and the greeting for workers; see lua/pool/pool.h. */
#include <lauxlib.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/prefix.h"
#include "lua/base/options.h"
#include "lua/base/push.h"
#include "lua/base/state.h"
#include "lua/jobs/jobs.h"
#include "lua/pool/pool.h"
#include "lua/wire/plain.h"
#include "lua/wire/wire.h"

/* Appends V size and message of the option; size 0 if it is not given. */
static int put_message(lua_State *L, const char *name, bko__buffer *scratch, bko__buffer *out) {
    char error[512] = "";
    bko__buffer_clear(scratch);
    int err = BKO_OK;
    if (lua_getfield(L, 1, name) != LUA_TNIL) {
        err = bko__lua_wire_encode(L, -1, name, scratch, error, sizeof error);
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
    err = err == BKO_OK ? bko__varint_append(out, (uint64_t)self->encodings.store) : err;
    err = err == BKO_OK ? put_message(L, "init", scratch, out) : err;
    err = err == BKO_OK ? put_message(L, "shared", scratch, out) : err;
    if (err != BKO_OK) {
        luaL_error(L, "not enough memory");
    }
    bko__buffer_free(scratch);
    lua_pop(L, 1);
}

/* Prepares what forked workers find in their copy of this state. */
static void make_inheritance(lua_State *L, bko__lua_pool *self) {
    self->setup.is_fork = true;
    self->setup.init = bko__lua_opt_ref(L, 1, "init");
    self->setup.shared = bko__lua_opt_ref(L, 1, "shared");
    self->setup.L = lua_newthread(L);
    lua_setiuservalue(L, 2, BKO__POOL_THREAD);
}

/* Sets up a worker program; the pool anchors the program's path. */
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

static uint64_t count(lua_State *L, const char *name) {
    return (uint64_t)bko__lua_opt_integer(L, 1, name, 0, 0, LUA_MAXINTEGER);
}

/* The option `jobs`: the jobs of a trial, which must outlive the pool's work. */
static bko_spans *spans_of(lua_State *L) {
    lua_getfield(L, 1, "jobs");
    bko_spans *spans = lua_isnil(L, -1) ? NULL : bko__lua_jobs_check(L, -1)->jobs.spans;
    lua_pop(L, 1);
    return spans;
}

void bko__lua_pool_options(lua_State *L, bko__lua_pool *self, bko_pool_options *options,
                           bko__buffer *greeting) {
    static const char *const kinds[] = {"threads", "fork", "spawn", NULL};
    self->kind = (bko_pool_kind)bko__lua_opt_choice(L, 1, "kind", kinds);
    lua_Integer workers = bko__lua_opt_integer(L, 1, "workers", 1, 1, LUA_MAXINTEGER);
    self->workers = workers < UINT16_MAX ? (unsigned)workers : UINT16_MAX;
    *options = (bko_pool_options){.kind = self->kind,
                                  .workers = self->workers,
                                  .recycle = count(L, "recycle"),
                                  .frame_max = (size_t)count(L, "frame_max")};
    self->setup.store = self->encodings.store;
    self->setup.module = bko__lua_module(L);
    self->setup.spans = spans_of(L);
    if (bko__lua_opt_flag(L, 1, "gil", false) && bko__gil_create(&self->setup.gil) != BKO_OK) {
        luaL_error(L, "not enough memory");
    }
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

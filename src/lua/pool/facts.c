/* What a pool reports about itself, and waiting for it; see lua/pool/pool.h. */
#include <lauxlib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "lua/base/push.h"
#include "lua/pool/pool.h"

void bko__lua_pool_counts(bko__lua_pool *self, bko_pool_counts *out) {
    if (self->pool != NULL) {
        bko_pool_counts_read(self->pool, out);
    } else {
        *out = self->counts;
    }
    if (self->kind != BKO_POOL_THREADS) {
        out->ipc_bytes += self->loaded_bytes;
    }
}

/* pool:counts() → { submitted, done, failed, lost, cancelled, broken, ipc_bytes, respawned,
 * workers } */
static int pool_counts(lua_State *L) {
    bko_pool_counts counts;
    bko__lua_pool_counts(bko__lua_pool_check(L, 1), &counts);
    const struct {
        const char *name;
        uint64_t value;
    } fields[] = {{"submitted", counts.submitted}, {"done", counts.done},
                  {"failed", counts.failed},       {"lost", counts.lost},
                  {"cancelled", counts.cancelled}, {"broken", counts.broken},
                  {"ipc_bytes", counts.ipc_bytes}, {"respawned", counts.respawned},
                  {"workers", counts.workers}};
    lua_createtable(L, 0, 9);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        bko__lua_set_count(L, fields[i].name, fields[i].value);
    }
    return 1;
}

/* pool:cpu() → seconds of CPU time that each worker has used for tasks */
static int pool_cpu(lua_State *L) {
    const bko__lua_pool *self = bko__lua_pool_check(L, 1);
    lua_createtable(L, (int)self->workers, 0);
    for (unsigned i = 0; i < self->workers; i++) {
        double seconds = self->cpu != NULL ? self->cpu[i] : 0;
        if (self->pool != NULL) {
            seconds = (double)bko_pool_worker_cpu_ns(self->pool, i) / 1e9;
        }
        lua_pushnumber(L, seconds);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int pool_len(lua_State *L) {
    lua_pushinteger(L, bko__lua_pool_check(L, 1)->workers);
    return 1;
}

static int pool_tostring(lua_State *L) {
    static const char *const kinds[] = {"threads", "forked processes", "spawned processes"};
    const bko__lua_pool *self = bko__lua_pool_check(L, 1);
    lua_pushfstring(L, "pool of %d %s%s", (int)self->workers, kinds[self->kind],
                    self->pool == NULL ? " (closed)" : "");
    return 1;
}

/* pool:reason() → why the pool is broken, or nil */
static int pool_reason(lua_State *L) {
    const bko__lua_pool *self = bko__lua_pool_check(L, 1);
    const char *reason = self->pool != NULL ? bko_pool_reason(self->pool) : "";
    if (reason[0] == '\0') {
        lua_pushnil(L);
    } else {
        lua_pushstring(L, reason);
    }
    return 1;
}

/* The pool, if this process may wait for it; NULL in one of its own workers, with nil, message,
 * code pushed. */
static bko__lua_pool *awaited(lua_State *L, const char *what) {
    bko__lua_pool *self = bko__lua_pool_check(L, 1);
    if (bko__lua_pool_is_copy(L, self, what)) {
        bko__lua_fail_text(L, BKO_EDEADLOCK, bko__lua_pool_deadlock(self));
        return NULL;
    }
    return self;
}

/* pool:collect([timeout]) → how many tasks ended, or nil, message, code. Waits for the first of
 * them. */
static int pool_collect(lua_State *L) {
    bko__lua_pool *self = awaited(L, "pool:collect");
    if (self == NULL) {
        return 3;
    }
    int64_t timeout = bko__lua_timeout(L, 2, "pool:collect: timeout");
    int count = self->pool != NULL ? bko__lua_pool_collect(L, 1, timeout, BKO_ANY_TASK) : 0;
    if (count < 0) {
        return bko__lua_fail(L, count, "pool:collect");
    }
    lua_pushinteger(L, count);
    return 1;
}

/* pool:fd() → a descriptor that is readable when collect has something to do; nil once the pool is
 * closed */
static int pool_fd(lua_State *L) {
    const bko__lua_pool *self = bko__lua_pool_check(L, 1);
    if (self->pool == NULL) {
        lua_pushnil(L);
    } else {
        lua_pushinteger(L, bko_pool_fd(self->pool));
    }
    return 1;
}

/* pool:arm() → is there something to collect already? Call it before waiting for the descriptor. */
static int pool_arm(lua_State *L) {
    bko__lua_pool *self = awaited(L, "pool:arm");
    if (self == NULL) {
        return 3;
    }
    lua_pushboolean(L, self->pool != NULL && bko_pool_arm(self->pool) == 1);
    return 1;
}

/* pool:watched(on): with true, arms the descriptor now and after every collect, whoever collects,
 * until the same number of calls with false has followed. */
static int pool_watched(lua_State *L) {
    bko__lua_pool *self = bko__lua_pool_check(L, 1);
    if (!lua_toboolean(L, 2)) {
        self->watchers -= self->watchers > 0 ? 1 : 0;
        return 0;
    }
    self->watchers++;
    if (self->pool != NULL) {
        bko__lua_pool_collect(L, 1, 0, BKO_ANY_TASK);
    }
    return 0;
}

/* pool:outstanding() → tasks whose futures are not done */
static int pool_outstanding(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)bko__lua_pool_check(L, 1)->tasks.outstanding);
    return 1;
}

void bko__lua_pool_facts(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"counts", pool_counts},           {"cpu", pool_cpu},         {"reason", pool_reason},
        {"collect", pool_collect},         {"fd", pool_fd},           {"arm", pool_arm},
        {"outstanding", pool_outstanding}, {"watched", pool_watched}, {NULL, NULL}};
    static const luaL_Reg meta[] = {
        {"__len", pool_len}, {"__tostring", pool_tostring}, {NULL, NULL}};
    luaL_setfuncs(L, methods, 0);
    lua_pushvalue(L, -2);
    luaL_setfuncs(L, meta, 0);
    lua_pop(L, 1);
}

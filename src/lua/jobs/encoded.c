/* The Lua values of an experiment that workers receive, encoded once per run: see
 * lua/jobs/jobs.h. */
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>

#include "bakeoff/error.h"
#include "lua/base/state.h"
#include "lua/jobs/jobs.h"
#include "lua/wire/wire.h"

static int encode_value(lua_State *L, int ref, const char *what, bko__buffer *out, char *reason,
                        size_t size) {
    bko__buffer_clear(out);
    if (ref == LUA_NOREF) {
        return BKO_OK;
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, ref);
    int err = bko__lua_wire_encode(L, -1, what, out, reason, size);
    lua_pop(L, 1);
    return err;
}

int bko__lua_jobs_encode_function(bko__lua_jobs *jobs, char *reason, size_t size) {
    const char *what = jobs->jobs.task != NULL ? "task" : "process";
    int err =
        encode_value(jobs->L, jobs->function_ref, what, &jobs->encoded.function, reason, size);
    if (err == BKO_OK) {
        err =
            encode_value(jobs->L, jobs->shared_ref, "shared", &jobs->encoded.shared, reason, size);
    }
    bko__buffer_clear(&jobs->encoded.paths);
    if (err == BKO_OK && (err = bko__lua_copy_paths(jobs->L, &jobs->encoded.paths)) != BKO_OK) {
        snprintf(reason, size, "%s: %s", what, bko_error_text(err));
    }
    return err;
}

int bko__lua_jobs_encode_random(bko__lua_jobs *jobs, char *reason, size_t size) {
    return encode_value(jobs->L, jobs->random_ref, "random", &jobs->encoded.random, reason, size);
}

/* Appends all items to the buffer and stores the length of each in sizes[i]. Stack: the list on
 * top. */
static int encode_items(bko__lua_jobs *jobs, char *reason, size_t size) {
    lua_State *L = jobs->L;
    char what[32];
    int err = BKO_OK;
    for (size_t i = 0; i < jobs->jobs.count && err == BKO_OK; i++) {
        size_t before = jobs->encoded.items.size;
        snprintf(what, sizeof what, "items[%zu]", i + 1);
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        err = bko__lua_wire_encode(L, -1, what, &jobs->encoded.items, reason, size);
        lua_pop(L, 1);
        jobs->items[i].size = jobs->encoded.items.size - before;
    }
    return err;
}

int bko__lua_jobs_encode_items(bko__lua_jobs *jobs, char *reason, size_t size) {
    if (jobs->items_ref == LUA_NOREF) {
        return BKO_OK;
    }
    bko__buffer_clear(&jobs->encoded.items);
    lua_rawgeti(jobs->L, LUA_REGISTRYINDEX, jobs->items_ref);
    int err = encode_items(jobs, reason, size);
    lua_pop(jobs->L, 1);
    const unsigned char *at = jobs->encoded.items.data; /* the buffer doesn't move any more */
    for (size_t i = 0; i < jobs->jobs.count && err == BKO_OK; i++) {
        jobs->items[i].data = at;
        at += jobs->items[i].size;
    }
    return err;
}

void bko__lua_jobs_free_encoded(bko__lua_jobs *jobs) {
    bko__buffer_free(&jobs->encoded.function);
    bko__buffer_free(&jobs->encoded.shared);
    bko__buffer_free(&jobs->encoded.random);
    bko__buffer_free(&jobs->encoded.paths);
    bko__buffer_free(&jobs->encoded.items);
    free(jobs->items);
    jobs->items = NULL;
    jobs->jobs.items = NULL;
}

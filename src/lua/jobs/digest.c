/* See lua/jobs/digest.h. */
#include "lua/jobs/digest.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bakeoff/error.h"
#include "core/random.h"
#include "record/notes.h"

/* The limit also ends the walk through a table that holds itself. */
enum { DEEPEST = 200 };

/* Values of different types have different digests. */
enum kind {
    KIND_NIL,
    KIND_FALSE,
    KIND_TRUE,
    KIND_INTEGER,
    KIND_FLOAT,
    KIND_STRING,
    KIND_TABLE,
    KIND_NULL
};

/* Mixed twice, so that small numbers on both sides can't make up for each other. */
static uint64_t combine(uint64_t digest, uint64_t more) {
    return bko__random_mix(bko__random_mix(digest + BKO__RANDOM_STEP) ^ more);
}

static uint64_t of_bytes(const char *bytes, size_t size) {
    uint64_t word;
    uint64_t digest = combine(KIND_STRING, size);
    for (; size >= sizeof word; size -= sizeof word, bytes += sizeof word) {
        memcpy(&word, bytes, sizeof word);
        digest = bko__random_mix(digest ^ word); /* `digest` is mixed already */
    }
    word = 0;
    memcpy(&word, bytes, size);
    return combine(digest, word);
}

/* 1 and 1.0 are the same, and so are 0.0 and -0.0; all NaN are. */
static uint64_t of_number(lua_State *L, int index) {
    int is_whole;
    lua_Integer whole = lua_tointegerx(L, index, &is_whole);
    if (is_whole) {
        return combine(KIND_INTEGER, (uint64_t)whole);
    }
    lua_Number number = lua_tonumber(L, index);
    uint64_t bits = 0;
    if (!isnan(number)) {
        memcpy(&bits, &number, sizeof bits);
    }
    return combine(KIND_FLOAT, bits);
}

static const char *of_value(lua_State *L, int index, int depth, uint64_t *digest);

/* The pairs are added up, because their order differs from state to state. */
static const char *of_table(lua_State *L, int table, int depth, uint64_t *digest) {
    uint64_t sum = 0;
    if (depth >= DEEPEST || !lua_checkstack(L, 4)) {
        return "holds itself or is nested too deeply";
    }
    for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
        uint64_t key;
        uint64_t value;
        int at = lua_gettop(L) - 1;
        const char *why = of_value(L, at, depth + 1, &key);
        why = why == NULL ? of_value(L, at + 1, depth + 1, &value) : why;
        if (why != NULL) {
            lua_pop(L, 2);
            return why;
        }
        sum += combine(key, value);
    }
    *digest = combine(KIND_TABLE, sum);
    return NULL;
}

/* Returns NULL, or why the value can't be compared. `index` is absolute. */
static const char *of_value(lua_State *L, int index, int depth, uint64_t *digest) {
    size_t size;
    const char *text;
    switch (lua_type(L, index)) {
    case LUA_TNIL:
        *digest = combine(KIND_NIL, 0);
        return NULL;
    case LUA_TBOOLEAN:
        *digest = combine(lua_toboolean(L, index) ? KIND_TRUE : KIND_FALSE, 0);
        return NULL;
    case LUA_TNUMBER:
        *digest = of_number(L, index);
        return NULL;
    case LUA_TSTRING:
        text = lua_tolstring(L, index, &size);
        *digest = of_bytes(text, size);
        return NULL;
    case LUA_TTABLE:
        return of_table(L, index, depth, digest);
    case LUA_TLIGHTUSERDATA: /* cjson.null */
        *digest = combine(KIND_NULL, 0);
        return lua_touserdata(L, index) == NULL ? NULL : "holds a userdata";
    case LUA_TFUNCTION:
        return "holds a function";
    case LUA_TTHREAD:
        return "holds a coroutine";
    default:
        return "holds a userdata";
    }
}

uint64_t bko__lua_jobs_url_key(const bko__lua_jobs *jobs, const char *url) {
    return jobs->same_results ? of_bytes(url, strlen(url)) : 0;
}

int bko__lua_jobs_note_result(const bko__lua_jobs *jobs, lua_State *L, uint64_t key,
                              const char *what, char *reason, size_t size) {
    uint64_t digest;
    if (!jobs->same_results) {
        return BKO_OK;
    }
    const char *why = of_value(L, lua_gettop(L), 0, &digest);
    if (why != NULL) {
        snprintf(reason, size,
                 "%s: %s, which same_results can't compare; return numbers, strings and tables",
                 what, why);
        return BKO_ETASK;
    }
    bko__recorder_add_result(jobs->jobs.recorder, combine(combine(key, 0), digest),
                             !lua_isnil(L, -1));
    return BKO_OK;
}

/*
 * Targets that are Lua modules: BAKEOFF_FUZZ names one of tests/fuzz/targets, which returns a function of the
 * bytes. An error is a finding, and so is an input that takes far more time than its length explains. libFuzzer
 * sees which lines of Lua follow each other, beside what it sees of C.
 */
#include <lauxlib.h>
#include <lualib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lua/base/state.h"
#include "lua/module.h"

enum {
    COUNTERS = 1 << 15,
    REPEATED_MAX =
        32 << 10, /* some inputs are also tried this long, repeated: is the time linear? */
    REPEATED_EACH = 100,
    MS_AT_LEAST = 1500, /* the sanitizers and the hook make everything some twenty times slower */
    MS_PER_KIB = 60
};

/* libFuzzer reads counters of this section beside those of clang. */
__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t counters[COUNTERS];

static lua_State *state;
static unsigned last_line;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Which file a line is in would have to be asked for, which takes longer than all else. */
static void on_line(lua_State *L, lua_Debug *at) {
    (void)L;
    unsigned line = (unsigned)at->currentline;
    uint8_t *counter = &counters[(line * 31 + last_line) % COUNTERS];
    *counter += *counter < UINT8_MAX ? 1 : 0;
    last_line = line * 7919;
}

static int trace(lua_State *L) {
    luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
    return 1;
}

static void fail(const char *what, const char *more) {
    fprintf(stderr, "fuzz: broken: %s %s\n", what, more);
    abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    char path[4096];
    const char *name = getenv("BAKEOFF_FUZZ");
    setenv("BAKEOFF_SOURCE", FUZZ_SOURCE, 0);
    setenv("BAKEOFF_BUILD", FUZZ_BUILD, 0);
    state = luaL_newstate();
    if (state == NULL || name == NULL) {
        fail("BAKEOFF_FUZZ names a file of tests/fuzz/targets", "");
    }
    luaL_openlibs(state);
    bko__lua_preload(state, luaopen_bakeoff_core);
    snprintf(path, sizeof path, "%s/tests/fuzz/targets/%s.lua", FUZZ_SOURCE, name);
    if (luaL_dofile(state, path) != LUA_OK) {
        fail(path, lua_tostring(state, -1));
    }
    lua_settop(state, 1);
    lua_pushcfunction(state, trace);
    lua_sethook(state, on_line, LUA_MASKLINE, 0);
    return 0;
}

static int64_t cpu_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Stack: the target, the handler. */
static void run(const char *bytes, size_t size) {
    int64_t begin = cpu_ms();
    last_line = 0;
    lua_pushvalue(state, 1);
    lua_pushlstring(state, bytes, size);
    if (lua_pcall(state, 1, 0, 2) != LUA_OK) {
        fail("the target raised", lua_tostring(state, -1));
    }
    int64_t took = cpu_ms() - begin;
    if (took > MS_AT_LEAST + (int64_t)(size >> 10) * MS_PER_KIB) {
        fprintf(stderr, "fuzz: %zu bytes took %lld ms\n", size, (long long)took);
        fail("the time is not linear in the length", "");
    }
}

/* The same bytes again and again, as long as a hostile text may be. */
static void run_repeated(const uint8_t *data, size_t size) {
    static char longer[REPEATED_MAX];
    size_t length = REPEATED_MAX - REPEATED_MAX % size;
    for (size_t at = 0; at < length; at += size) {
        memcpy(longer + at, data, size);
    }
    lua_sethook(state, NULL, 0, 0); /* this is about time alone */
    run(longer, length);
    lua_sethook(state, on_line, LUA_MASKLINE, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static unsigned count;
    run((const char *)data, size);
    if (size > 0 && size <= REPEATED_MAX && count++ % REPEATED_EACH == 0) {
        run_repeated(data, size);
    }
    return 0;
}

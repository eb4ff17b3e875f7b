/*
 * The one loop of the statistics that is worth writing in C: resamples of the bootstrap.
 * lua/bakeoff/stats/scaling_fit.lua defines what is drawn and uses it; the generator is the same as
 * in lua/bakeoff/base/random.lua.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "lua/module.h"

enum { MOST_VALUES = 10 * 1000 * 1000, MOST_RESAMPLES = 1000 * 1000, MOST_COLUMNS = 1000 };

/* Draws n ranks with replacement, two from each 64 bits; counts[rank] = how often. */
static void draw(uint32_t *counts, uint64_t n, uint64_t *state) {
    memset(counts, 0, (size_t)(n + 1) * sizeof *counts);
    for (uint64_t drawn = 1; drawn <= n; drawn += 2) {
        uint64_t bits = bko__random_next(state);
        counts[((bits >> 32) * n >> 32) + 1]++;
        if (drawn < n) {
            counts[((bits & UINT32_MAX) * n >> 32) + 1]++;
        }
    }
}

typedef struct entry {
    double value;
    uint32_t block; /* from 1 */
} entry;

static int by_value(const void *a, const void *b) {
    double left = ((const entry *)a)->value;
    double right = ((const entry *)b)->value;
    return (left > right) - (left < right);
}

/* Reads the table of n numbers on top of the stack into sorted entries; raises if a value is not a
 * number. */
static void read_column(lua_State *L, entry *column, uint32_t n) {
    luaL_argcheck(L, lua_istable(L, -1) && lua_rawlen(L, -1) == n, 1,
                  "expected columns of equal length");
    for (uint32_t block = 1; block <= n; block++) {
        int is_number = 0;
        lua_rawgeti(L, -1, block);
        column[block - 1] = (entry){.value = lua_tonumberx(L, -1, &is_number), .block = block};
        luaL_argcheck(L, is_number, 1, "expected columns of numbers");
        lua_pop(L, 1);
    }
    qsort(column, n, sizeof *column, by_value);
}

/* Median of a column in which each block occurs as often as counts says. */
static double drawn_median(const entry *column, const uint32_t *counts, uint32_t n) {
    uint64_t low_k = (n + 1) / 2;
    uint64_t high_k = n / 2 + 1;
    uint32_t place = 0;
    uint64_t seen = counts[column[0].block];
    while (seen < low_k) {
        seen += counts[column[++place].block];
    }
    double low = column[place].value;
    while (seen < high_k) {
        seen += counts[column[++place].block];
    }
    return (low + column[place].value) / 2;
}

/* The length of the first column of the table at 1. */
static uint32_t blocks_of(lua_State *L) {
    lua_rawgeti(L, 1, 1);
    size_t n = lua_istable(L, -1) ? lua_rawlen(L, -1) : 0;
    lua_pop(L, 1);
    luaL_argcheck(L, n >= 1 && n <= MOST_VALUES, 1, "expected columns of values, one per block");
    return (uint32_t)n;
}

/* resample_blocks(columns, seed, resamples) → list of medians: those of the first resample's
 * columns, then those of the second … Whole blocks are drawn: a resample takes the same blocks of
 * every column. */
static int stats_resample_blocks(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    uint64_t state = (uint64_t)luaL_checkinteger(L, 2);
    lua_Integer resamples = luaL_checkinteger(L, 3);
    size_t width = lua_rawlen(L, 1);
    uint32_t n = blocks_of(L);
    luaL_argcheck(L, width <= MOST_COLUMNS, 1, "too many columns");
    luaL_argcheck(L, resamples >= 1 && resamples <= MOST_RESAMPLES, 3,
                  "too few or too many resamples");
    uint32_t *counts = lua_newuserdatauv(L, ((size_t)n + 1) * sizeof *counts, 0);
    entry *columns = lua_newuserdatauv(L, width * n * sizeof *columns, 0);
    for (size_t c = 0; c < width; c++) {
        lua_rawgeti(L, 1, (lua_Integer)c + 1);
        read_column(L, columns + c * n, n);
        lua_pop(L, 1);
    }
    lua_createtable(L, (int)width * (int)resamples, 0);
    for (lua_Integer i = 0; i < resamples; i++) {
        draw(counts, n, &state);
        for (size_t c = 0; c < width; c++) {
            lua_pushnumber(L, drawn_median(columns + c * n, counts, n));
            lua_rawseti(L, -2, i * (lua_Integer)width + (lua_Integer)c + 1);
        }
    }
    return 1;
}

void bko__lua_stats(lua_State *L) {
    static const luaL_Reg functions[] = {{"resample_blocks", stats_resample_blocks}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}

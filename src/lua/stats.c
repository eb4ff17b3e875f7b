/*
 * The one loop of the statistics that is worth C: resamples of the bootstrap. What it draws and how it is
 * used: lua/bakeoff/stats.lua; the generator: lua/bakeoff/random.lua, of which this is the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lua/module.h"

enum { MOST_VALUES = 10 * 1000 * 1000, MOST_RESAMPLES = 1000 * 1000 };

typedef struct median {
    uint32_t low; /* ranks, from 1; the same twice where the number of values is odd */
    uint32_t high;
} median;

/* splitmix64 */
static uint64_t next_bits(uint64_t *state) {
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* n ranks with repetition, two from each 64 bits; counts[rank] = how often. */
static void draw(uint32_t *counts, uint64_t n, uint64_t *state) {
    memset(counts, 0, (size_t)(n + 1) * sizeof *counts);
    for (uint64_t drawn = 1; drawn <= n; drawn += 2) {
        uint64_t bits = next_bits(state);
        counts[((bits >> 32) * n >> 32) + 1]++;
        if (drawn < n) {
            counts[((bits & UINT32_MAX) * n >> 32) + 1]++;
        }
    }
}

static median median_of(const uint32_t *counts, uint64_t n) {
    uint64_t low_k = (n + 1) / 2;
    uint64_t high_k = n / 2 + 1;
    uint32_t rank = 1;
    uint64_t seen = counts[1];
    median found;
    while (seen < low_k) {
        seen += counts[++rank];
    }
    found.low = rank;
    while (seen < high_k) {
        seen += counts[++rank];
    }
    found.high = rank;
    return found;
}

static int by_ranks(const void *a, const void *b) {
    const median *left = a;
    const median *right = b;
    if (left->low != right->low) {
        return left->low < right->low ? -1 : 1;
    }
    return (left->high > right->high) - (left->high < right->high);
}

static void push_one(lua_State *L, const median *found, lua_Integer count, lua_Integer place) {
    lua_createtable(L, 0, 3);
    lua_pushinteger(L, found->low);
    lua_setfield(L, -2, "low");
    lua_pushinteger(L, found->high);
    lua_setfield(L, -2, "high");
    lua_pushinteger(L, count);
    lua_setfield(L, -2, "count");
    lua_rawseti(L, -2, place);
}

/* Equal medians together. */
static void push_all(lua_State *L, median *medians, size_t count) {
    lua_Integer place = 0;
    qsort(medians, count, sizeof *medians, by_ranks);
    lua_newtable(L);
    for (size_t i = 0; i < count;) {
        size_t next = i + 1;
        while (next < count && by_ranks(&medians[i], &medians[next]) == 0) {
            next++;
        }
        push_one(L, &medians[i], (lua_Integer)(next - i), ++place);
        i = next;
    }
}

/* resample_medians(n, seed, resamples) → sorted list of { low, high (ranks of the median), count } */
static int stats_resample_medians(lua_State *L) {
    lua_Integer n = luaL_checkinteger(L, 1);
    uint64_t state = (uint64_t)luaL_checkinteger(L, 2);
    lua_Integer resamples = luaL_checkinteger(L, 3);
    luaL_argcheck(L, n >= 1 && n <= MOST_VALUES, 1, "n must be a number of values");
    luaL_argcheck(L, resamples >= 1 && resamples <= MOST_RESAMPLES, 3, "too few or too many");
    uint32_t *counts = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof *counts, 0);
    median *medians = lua_newuserdatauv(L, (size_t)resamples * sizeof *medians, 0);
    for (lua_Integer i = 0; i < resamples; i++) {
        draw(counts, (uint64_t)n, &state);
        medians[i] = median_of(counts, (uint64_t)n);
    }
    push_all(L, medians, (size_t)resamples);
    return 1;
}

void bko__lua_stats(lua_State *L) {
    static const luaL_Reg functions[] = {{"resample_medians", stats_resample_medians},
                                         {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}

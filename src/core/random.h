/*
 * Seeded random numbers. The same seed gives the same numbers on every machine and in every
 * version, because a run's manifest promises that for its seed. Not for secrets.
 *
 * Source: SplitMix64 (G. Steele, D. Lea, C. Flood: Fast splittable pseudorandom number generators,
 * 2014); xorshift64* (S. Vigna: An experimental exploration of Marsaglia's xorshift generators,
 * scrambled, 2016).
 *
 * Threads: no state except the caller's.
 */
#ifndef BAKEOFF_CORE_RANDOM_H
#define BAKEOFF_CORE_RANDOM_H

#include <stdint.h>

#define BKO__RANDOM_STEP UINT64_C(0x9e3779b97f4a7c15)

/* SplitMix64's finaliser: every input bit affects every output bit. */
static inline uint64_t bko__random_mix(uint64_t bits) {
    bits = (bits ^ (bits >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94d049bb133111eb);
    return bits ^ (bits >> 31);
}

/* The next 64 bits of SplitMix64. *state starts as the seed, which may be any number. */
static inline uint64_t bko__random_next(uint64_t *state) {
    *state += BKO__RANDOM_STEP;
    return bko__random_mix(*state);
}

/* The number with index `index` (from 0) in the sequence of `seed`, without drawing the ones before
 * it. */
static inline uint64_t bko__random_at(uint64_t seed, uint64_t index) {
    return bko__random_mix(seed + (index + 1) * BKO__RANDOM_STEP);
}

/* Uniformly distributed in [0, 1), 53 bits. */
static inline double bko__random_unit(uint64_t *state) {
    return (double)(bko__random_next(state) >> 11) * 0x1p-53;
}

/* Uniformly distributed in (0, 1], from xorshift64*; *state is never 0. Open loops draw their
 * arrivals with this. */
static inline double bko__random_above_zero(uint64_t *state) {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return ((double)((*state * UINT64_C(0x2545f4914f6cdd1d)) >> 11) + 1) * 0x1p-53;
}

#endif

/*
 * What the processor and the kernel count while a process tree runs: instructions, cycles, misses, page faults.
 *
 * Only what happens in user mode counts: the kernel shows that to everyone who may count at all, and it is what a
 * program itself does. Hardware counters are missing in most virtual machines, and where perf_event_paranoid forbids
 * them. That is normal: such a counter is not available, and everything else goes on.
 */
#ifndef BAKEOFF_COUNTERS_H
#define BAKEOFF_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

#include "bakeoff/export.h"

/* BKO_COUNTERS(X) calls X(symbol, name) for each. */
#define BKO_COUNTERS(X)                                                                            \
    X(INSTRUCTIONS, "instructions")                                                                \
    X(CYCLES, "cycles")                                                                            \
    X(BRANCH_MISSES, "branch_misses")                                                              \
    X(CACHE_MISSES, "cache_misses")                                                                \
    X(PAGE_FAULTS, "page_faults")

#define BKO__COUNTER_SYMBOL(symbol, name) BKO_COUNTER_##symbol,
typedef enum bko_counter { BKO_COUNTERS(BKO__COUNTER_SYMBOL) BKO_COUNTER_COUNT } bko_counter;
#undef BKO__COUNTER_SYMBOL

/* One counter of one tree. */
typedef struct bko_count {
    int64_t value; /* -1: not available; see `error` */
    int error; /* errno of the attempt to count, if it isn't available; 0: it never ran on a core */
    double
        share; /* of the tree's time in which it really counted; below 1 `value` is an estimate, because the
                      processor had to share its counters among events */
} bko_count;

/* "instructions"; NULL beyond the last one. Any thread. */
BKO_API const char *bko_counter_name(int counter);

#endif

/*
 * How many requests may still be repeated in a trial (bakeoff/fetch.h). It lies in memory that all workers
 * share, processes too.
 *
 * Threads: any.
 */
#ifndef BAKEOFF_CORE_RETRY_BUDGET_H
#define BAKEOFF_CORE_RETRY_BUDGET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "bakeoff/fetch.h"

struct bko_retry_budget {
    _Atomic uint64_t left;
};

/* Takes one; false: none is left. */
static inline bool bko__retry_budget_take(bko_retry_budget *budget) {
    uint64_t left = atomic_load_explicit(&budget->left, memory_order_relaxed);
    while (left > 0 &&
           !atomic_compare_exchange_weak_explicit(&budget->left, &left, left - 1,
                                                  memory_order_relaxed, memory_order_relaxed)) {
    }
    return left > 0;
}

#endif

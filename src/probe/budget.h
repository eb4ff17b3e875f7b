/*
 * What a sampler's readings cost, and which of them the time that has passed has paid for.
 *
 * Three readings, each with its own account of CPU time spent: RSS (cheap), listing the tree, and
 * the rollup (PSS, USS, footprint; dear). RSS may use up 0.3 of the budget, listing 0.15; the rollup
 * gets what they and waking up leave of the whole. Readings on demand are made regardless, and count:
 * those by choice then wait until time has paid for them.
 *
 * Owner: the sampler, whose thread alone uses it. Nothing allocates.
 */
#ifndef BAKEOFF_PROBE_BUDGET_H
#define BAKEOFF_PROBE_BUDGET_H

#include <stddef.h>
#include <stdint.h>

typedef enum bko__reading { BKO__RSS, BKO__LIST, BKO__ROLLUP, BKO__READINGS } bko__reading;

/* What the cost of a reading depends on. */
typedef struct bko__tree_size {
    int64_t rss; /* bytes, at the last tick */
    size_t processes;
} bko__tree_size;

typedef struct bko__account {
    int64_t spent_ns;     /* CPU time, in all */
    int64_t last_ns;      /* CPU time of the last reading: the estimate for the next */
    bko__tree_size sized; /* the tree then */
} bko__account;

typedef struct bko__budget {
    double share;      /* of one core's time, 0 to 1; the owner sets it, all else begins at 0 */
    int demands_apart; /* likewise: RSS and listing don't wait until the demanded rollups are paid for */
    bko__account accounts[BKO__READINGS];
    bko__tree_size size; /* the tree now; kept by the owner */
    int64_t spent_ns;    /* CPU time, in all */
    int64_t waking_ns;   /* presumed, in all */
    int64_t demanded_ns; /* CPU time of the rollups that were demanded */
} bko__budget;

/* CPU time of the calling thread. */
int64_t bko__budget_clock_ns(void);

/* Charges a reading that began at `start_ns` of that clock and ends now. */
void bko__budget_charge(bko__budget *budget, bko__reading reading, int64_t start_ns);

/* The owner was woken up for a tick. */
void bko__budget_wake(bko__budget *budget);

/* The last rollup was demanded. */
void bko__budget_demanded(bko__budget *budget);

/* Nanoseconds since the start after which one more such reading is paid for. */
double bko__budget_paid_after_ns(const bko__budget *budget, bko__reading reading);

#endif

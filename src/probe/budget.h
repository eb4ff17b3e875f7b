/*
 * What a sampler's readings cost, and which of them the elapsed time has paid for.
 *
 * There are three readings, each with its own account of CPU time: RSS (cheap), listing the tree,
 * and the rollup (PSS, USS, footprint; expensive). RSS may use 0.3 of the budget, listing 0.15; the
 * rollup gets what they and the wake-ups leave. Demanded readings are always taken and count:
 * optional ones then wait until time has paid for them.
 *
 * Owner: the sampler; only its thread uses this. Nothing allocates.
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
    int64_t spent_ns;     /* CPU time, total */
    int64_t last_ns;      /* CPU time of the last reading: the estimate for the next one */
    bko__tree_size sized; /* the tree at that time */
} bko__account;

typedef struct bko__budget {
    /* of one CPU's time, 0 to 1; set by the owner, everything else starts at 0 */
    double share;
    /* also set by the owner: RSS and listing don't have to wait for demanded rollups, and none will
     * be demanded */
    int demands_apart;
    bko__account accounts[BKO__READINGS];
    bko__tree_size size; /* the tree now; the owner keeps this up to date */
    int64_t spent_ns;    /* CPU time, total */
    int64_t waking_ns;   /* assumed, total */
    int64_t demanded_ns; /* CPU time of demanded rollups */
    int64_t alerts_ns;   /* CPU time of rollups because of alerts */
} bko__budget;

/* CPU time of the calling thread. */
int64_t bko__budget_clock_ns(void);

/* Charges a reading that began at `start_ns` on that clock and ends now. */
void bko__budget_charge(bko__budget *budget, bko__reading reading, int64_t start_ns);

/* The same for a check that made the reading unnecessary: it says nothing of the next one's cost. */
void bko__budget_charge_check(bko__budget *budget, bko__reading reading, int64_t start_ns);

/* The owner was woken for a tick. */
void bko__budget_wake(bko__budget *budget);

/* The last rollup was demanded. */
void bko__budget_demanded(bko__budget *budget);

/* The last rollup was because of an alert. */
void bko__budget_alerted(bko__budget *budget);

/* Alerts have an account of their own, three quarters of the budget. May there be another one? */
int bko__budget_pays_alert(const bko__budget *budget, int64_t elapsed_ns);

/* What the next such reading will cost, as far as the last one and the tree's size tell. */
int64_t bko__budget_estimate_ns(const bko__budget *budget, bko__reading reading);

/* Has the elapsed time paid for one more such reading? */
int bko__budget_pays(const bko__budget *budget, bko__reading reading, int64_t elapsed_ns);

/* How many nanoseconds after the start the elapsed time pays for one more such reading. */
double bko__budget_paid_after_ns(const bko__budget *budget, bko__reading reading);

#endif

#include "probe/budget.h"

#include <time.h>

static const double share_of_budget[BKO__READINGS] = {0.3, 0.15, 1.0};

/*
 * What it costs the owner to be woken up for a tick (timer, switch, a few reads of the clock): it can't
 * be seen from in here, so it is presumed; measured 25 to 40 µs in a virtual machine.
 */
enum { WAKING_NS = 35 * 1000 };

/* What a rollup takes for each MiB of pages of 4 KiB: measured 1 ms at 128 MiB, 8.5 ms at 1 GiB. */
enum { ROLLUP_NS_PER_MIB = 8000, MEBIBYTE = 1024 * 1024 };

/* Complete samples that a trial's owner will still demand: at the ends of work and of tear-down. */
enum { DEMANDS_AHEAD = 2 };

static const double ADVANCE_NS = 2e9;

int64_t bko__budget_clock_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void bko__budget_charge(bko__budget *budget, bko__reading reading, int64_t start_ns) {
    bko__account *account = &budget->accounts[reading];
    account->last_ns = bko__budget_clock_ns() - start_ns;
    account->sized = budget->size;
    account->spent_ns += account->last_ns;
    budget->spent_ns += account->last_ns;
}

void bko__budget_wake(bko__budget *budget) {
    budget->waking_ns += WAKING_NS;
}

void bko__budget_demanded(bko__budget *budget) {
    budget->demanded_ns += budget->accounts[BKO__ROLLUP].last_ns;
}

/* A rollup costs something per process, and something per page. */
static int64_t estimate(const bko__budget *budget, bko__reading reading) {
    const bko__account *account = &budget->accounts[reading];
    const bko__tree_size *then = &account->sized;
    int64_t cost = account->last_ns;
    if (reading != BKO__ROLLUP || then->processes == 0) {
        return cost;
    }
    if (budget->size.processes > then->processes) {
        cost = cost * (int64_t)budget->size.processes / (int64_t)then->processes;
    }
    int64_t grown = budget->size.rss > then->rss ? budget->size.rss - then->rss : 0;
    return cost + grown / MEBIBYTE * ROLLUP_NS_PER_MIB;
}

/*
 * What stands against the budget when `reading` is to be added. The rollup is last in line: all that was
 * spent and what will still be demanded, waking up included. The cheap readings come before the rollups
 * made by choice, but after the demanded ones: with very many processes those alone come near the budget. Unless the
 * owner has a budget of its own for what it demands.
 */
static int64_t committed_ns(const bko__budget *budget, bko__reading reading) {
    int64_t cost_ns = estimate(budget, reading);
    int64_t now_ns = budget->waking_ns + cost_ns;
    const bko__account *accounts = budget->accounts;
    if (reading == BKO__ROLLUP) {
        return now_ns + budget->spent_ns + DEMANDS_AHEAD * cost_ns;
    }
    int64_t demands_ns = budget->demanded_ns + DEMANDS_AHEAD * accounts[BKO__ROLLUP].last_ns;
    return now_ns + accounts[BKO__RSS].spent_ns + accounts[BKO__LIST].spent_ns +
           (budget->demands_apart ? 0 : demands_ns);
}

/*
 * The whole is paid for by the budget, and the cheap readings by their own part of it, too. They get the
 * budget of the first moments in advance, or a start with many processes would go unseen.
 */
double bko__budget_paid_after_ns(const bko__budget *budget, bko__reading reading) {
    double whole = (double)committed_ns(budget, reading) / budget->share;
    if (reading == BKO__ROLLUP) {
        return whole;
    }
    double share = budget->share * share_of_budget[reading];
    double own = (double)(budget->accounts[reading].spent_ns + estimate(budget, reading)) / share;
    return whole <= ADVANCE_NS || own > whole ? own : whole;
}

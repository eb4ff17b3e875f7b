#include "probe/budget.h"

#include <time.h>

static const double share_of_budget[BKO__READINGS] = {0.3, 0.15, 1.0};

/*
 * The cost of waking the owner for a tick (timer, context switch, a few clock readings). We cannot
 * measure it from here, so we assume a value; measured: 25 to 40 µs in a virtual machine.
 */
enum { WAKING_NS = 35 * 1000 };

/* Cost of a rollup per MiB of 4 KiB pages; measured: 1 ms at 128 MiB, 8.5 ms at 1 GiB. And per
 * process, before the first one has been measured. */
enum { ROLLUP_NS_PER_MIB = 8000, MEBIBYTE = 1024 * 1024, ROLLUP_NS_PER_PROCESS = 40 * 1000 };

/* Complete samples that a trial's owner will still demand: at the ends of work and teardown. */
enum { DEMANDS_AHEAD = 2 };

static const double ADVANCE_NS = 2e9;
static const double ALERT_ADVANCE_NS = 0.1e9;

/* The account of alerts, as a part of the budget: all readings together stay below twice the budget. */
static const double ALERT_SHARE = 0.75;

/* An alert's reading may be a debt, but of no more than this times the budget of the time so far. */
static const double ALERT_DEBT = 4;

int64_t bko__budget_clock_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t charge(bko__budget *budget, bko__reading reading, int64_t start_ns) {
    int64_t cost_ns = bko__budget_clock_ns() - start_ns;
    budget->accounts[reading].spent_ns += cost_ns;
    budget->spent_ns += cost_ns;
    return cost_ns;
}

void bko__budget_charge(bko__budget *budget, bko__reading reading, int64_t start_ns) {
    bko__account *account = &budget->accounts[reading];
    account->last_ns = charge(budget, reading, start_ns);
    account->sized = budget->size;
}

void bko__budget_charge_check(bko__budget *budget, bko__reading reading, int64_t start_ns) {
    (void)charge(budget, reading, start_ns);
}

void bko__budget_wake(bko__budget *budget) {
    budget->waking_ns += WAKING_NS;
}

void bko__budget_demanded(bko__budget *budget) {
    budget->demanded_ns += budget->accounts[BKO__ROLLUP].last_ns;
}

void bko__budget_alerted(bko__budget *budget) {
    budget->alerts_ns += budget->accounts[BKO__ROLLUP].last_ns;
}

/* A rollup costs something per process and something per page. */
int64_t bko__budget_estimate_ns(const bko__budget *budget, bko__reading reading) {
    const bko__account *account = &budget->accounts[reading];
    const bko__tree_size *then = &account->sized;
    int64_t processes = (int64_t)budget->size.processes;
    int64_t cost = account->last_ns;
    if (reading != BKO__ROLLUP) {
        return cost;
    }
    if (then->processes == 0) {
        cost = processes * ROLLUP_NS_PER_PROCESS;
    } else if (budget->size.processes > then->processes) {
        cost = cost * processes / (int64_t)then->processes;
    }
    int64_t grown = budget->size.rss > then->rss ? budget->size.rss - then->rss : 0;
    return cost + grown / MEBIBYTE * ROLLUP_NS_PER_MIB;
}

/* What has been spent must be paid for. The next one need not be: otherwise a large tree, whose
 * reading costs more than it has earned, would never be read. */
int bko__budget_pays_alert(const bko__budget *budget, int64_t elapsed_ns) {
    double earned = budget->share * (double)elapsed_ns;
    double advance = budget->share * ALERT_ADVANCE_NS;
    return (double)budget->alerts_ns <= ALERT_SHARE * (earned + advance) &&
           (double)bko__budget_estimate_ns(budget, BKO__ROLLUP) <= ALERT_DEBT * earned;
}

/*
 * The cost to compare with the budget before `reading` is added. The rollup has the lowest
 * priority: it must wait for everything spent so far and everything that will still be demanded,
 * wake-ups included. The cheap readings take precedence over optional rollups but not over demanded
 * ones: with very many processes those alone nearly use up the budget. If demands are apart, the
 * cheap readings ignore them.
 */
static int64_t committed_ns(const bko__budget *budget, bko__reading reading) {
    int64_t cost_ns = bko__budget_estimate_ns(budget, reading);
    int64_t now_ns = budget->waking_ns + cost_ns;
    const bko__account *accounts = budget->accounts;
    if (reading == BKO__ROLLUP) {
        return now_ns + budget->spent_ns + (budget->demands_apart ? 0 : DEMANDS_AHEAD * cost_ns);
    }
    int64_t demands_ns = budget->demanded_ns + DEMANDS_AHEAD * accounts[BKO__ROLLUP].last_ns;
    return now_ns + accounts[BKO__RSS].spent_ns + accounts[BKO__LIST].spent_ns +
           (budget->demands_apart ? 0 : demands_ns);
}

/*
 * The budget has to pay for the total, and the cheap readings also have to stay within their own
 * share. They may use the budget of the first moments in advance; otherwise the start of a tree
 * with many processes would be missed.
 */
double bko__budget_paid_after_ns(const bko__budget *budget, bko__reading reading) {
    double whole = (double)committed_ns(budget, reading) / budget->share;
    if (reading == BKO__ROLLUP) {
        return whole;
    }
    double share = budget->share * share_of_budget[reading];
    double own =
        (double)(budget->accounts[reading].spent_ns + bko__budget_estimate_ns(budget, reading)) /
        share;
    return whole <= ADVANCE_NS || own > whole ? own : whole;
}

int bko__budget_pays(const bko__budget *budget, bko__reading reading, int64_t elapsed_ns) {
    return bko__budget_paid_after_ns(budget, reading) <= (double)elapsed_ns;
}

/*
 * Who holds what of a tree's footprint: see probe/processes.h.
 *
 * A complete reading tells: a process holds its private pages, and of the shared part a share in
 * proportion to what it maps of it (each page divided by those who map it). Between two complete
 * readings, each gains and loses what its RSS says. Then all are scaled to the footprint, of which
 * only the sum is known.
 */
#include "probe/processes.h"

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

void bko__processes_hold_shared(bko__processes *set, int64_t shared) {
    double all = 0;
    for (size_t i = 0; i < set->count; i++) {
        all += (double)set->items[i].common;
    }
    for (size_t i = 0; all > 0 && i < set->count; i++) {
        struct bko__process *one = &set->items[i];
        one->held += (int64_t)((double)shared * (double)one->common / all);
    }
}

void bko__processes_hold_all(bko__processes *set) {
    for (size_t i = 0; i < set->count; i++) {
        set->items[i].held = larger(set->items[i].now.rss, 0);
    }
}

static int is_holder(const struct bko__process *one) {
    return one->now.rss >= 0 && one->twin == 0;
}

size_t bko__processes_holders(const bko__processes *set) {
    size_t found = 0;
    for (size_t i = 0; i < set->count; i++) {
        found += is_holder(&set->items[i]);
    }
    return found;
}

/* What it holds before scaling. A process that came after the complete reading began with pages of
 * its parent. */
static int64_t estimate(const struct bko__process *one) {
    const bko__pages *now = &one->now;
    const bko__pages *then = &one->then;
    int64_t held = one->held < 0 || then->rss < 0 ? now->anonymous - one->lowest.anonymous
                                                  : one->held + now->anonymous - then->anonymous +
                                                        smaller(now->file - then->file, 0);
    return larger(smaller(held, now->rss), 0);
}

/* Puts what rounding has left over on the largest. */
static void even_out(bko_holding *holdings, size_t count, int64_t footprint) {
    size_t largest = 0;
    for (size_t i = 0; i < count; i++) {
        footprint -= holdings[i].bytes;
        largest = holdings[i].bytes > holdings[largest].bytes ? i : largest;
    }
    if (count > 0) {
        holdings[largest].bytes += footprint;
    }
}

static void note_peaks(bko__processes *set, const bko_holding *holdings, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (holdings[i].process < BKO_PROCESSES_MOST) {
            bko_sampled_process *one = &set->seen[holdings[i].process];
            one->peak = larger(one->peak, holdings[i].bytes);
        }
    }
}

/* If nothing is known of any of them, RSS has to do. */
void bko__processes_holdings(bko__processes *set, int64_t footprint, bko_holding *holdings) {
    double all = 0;
    double rss = 0;
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++) {
        all += is_holder(&set->items[i]) ? (double)estimate(&set->items[i]) : 0;
        rss += (double)larger(set->items[i].now.rss, 0);
    }
    for (size_t i = 0; i < set->count; i++) {
        const struct bko__process *one = &set->items[i];
        if (is_holder(one)) {
            double part = all > 0   ? (double)estimate(one) / all
                          : rss > 0 ? (double)one->now.rss / rss
                                    : 0;
            holdings[count++] =
                (bko_holding){.process = one->number, .bytes = (int64_t)((double)footprint * part)};
        }
    }
    even_out(holdings, count, footprint);
    note_peaks(set, holdings, count);
}

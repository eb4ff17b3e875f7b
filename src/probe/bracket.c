/* See probe/bracket.h. */
#include "probe/bracket.h"

/* The kernel maps up to this many pages of a file at one fault. */
enum { FILE_PAGES_AT_A_FAULT = 16 };

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* Faults that no file page explains. */
static int64_t other_faults(const bko__change *change) {
    return larger(change->faulted - change->file / FILE_PAGES_AT_A_FAULT, 0);
}

int64_t bko__bracket_growth(const bko__change *change) {
    return change->file + larger(change->anonymous, other_faults(change));
}

int64_t bko__bracket_extend(bko__bracket *bracket, int64_t rss, const bko__change *since,
                            const bko__change *step) {
    int64_t by_rss = larger(bracket->rss + bko__bracket_growth(step), rss);
    int64_t by_reading = bracket->base + bko__bracket_growth(since);
    if (since->faulted < 0) {
        by_reading = by_rss;
    }
    bracket->open = larger(bracket->open, smaller(by_rss, by_reading));
    bracket->rss = rss;
    return smaller(by_reading, rss);
}

void bko__bracket_close(bko__bracket *bracket, int64_t most, const bko__change *since) {
    int64_t passing = larger(other_faults(since) - since->anonymous, 0);
    int64_t looking_back = most + since->lost + passing;
    int64_t peak = since->faulted < 0 ? bracket->open : smaller(bracket->open, looking_back);
    bracket->closed = larger(bracket->closed, larger(peak, most));
    bracket->base = most;
    bracket->open = 0;
}

int64_t bko__bracket_peak(const bko__bracket *bracket) {
    return larger(bracket->closed, bracket->open);
}

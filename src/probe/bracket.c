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
    bko__bracket_late(bracket, step->late);
    bracket->recent_open = larger(bracket->recent_open, smaller(by_rss, by_reading));
    bracket->rss = rss;
    return smaller(by_reading, rss);
}

void bko__bracket_close(bko__bracket *bracket, int64_t most, const bko__change *since) {
    int64_t passing = larger(other_faults(since) - since->anonymous, 0);
    int64_t looking_back = since->faulted < 0 ? INT64_MAX : most + since->lost + passing;
    int64_t recent = larger(smaller(bracket->recent_open, looking_back), most);
    bracket->closed = larger(bracket->closed, smaller(bracket->open, looking_back));
    bracket->recent_closed = larger(bracket->recent_closed, recent);
    bracket->base = most;
    bracket->open = bracket->recent_open = 0;
}

void bko__bracket_list(bko__bracket *bracket) {
    bracket->closed = larger(bracket->closed, bracket->recent_closed);
    bracket->open = larger(bracket->open, bracket->recent_open);
    bracket->recent_closed = bracket->recent_open = 0;
}

void bko__bracket_late(bko__bracket *bracket, int64_t late) {
    bracket->recent_closed += bracket->recent_closed > 0 ? late : 0;
    bracket->recent_open += bracket->recent_open > 0 ? late : 0;
}

int64_t bko__bracket_peak(const bko__bracket *bracket) {
    int64_t closed = larger(bracket->closed, bracket->recent_closed);
    return larger(closed, larger(bracket->open, bracket->recent_open));
}

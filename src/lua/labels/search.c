/* The search for a spot for each label; see lua/labels/labels.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "lua/labels/labels.h"

enum { STARTS = 3, ROUNDS = 12, SHAKES = 60 }; /* at most; a round moves each label once */
enum { MOVED = 2 };                            /* labels that a shake moves */
enum { PATIENCE = 20 };                        /* shakes in a row without improvement */
enum { MOST_PAIRS = 300 * 1000 };              /* of labels that shakes compare */
enum { SHIFTS = 12, SHIFTS_PER_LINE = 4 };     /* of a whole column, up and down */
enum { ALL_STARTS = 2 * SHIFTS + 3 };
static const double trifle = 2;     /* what a label may cost more than at its best spot */
static const double least = 1e-9;   /* improvement that counts */
static const double other_form = 3; /* pixels that another form is worth, for a start */

typedef struct search {
    const bko__lua_label *labels;
    size_t count;
    int64_t pairs; /* that were compared */
} search;

typedef struct start {
    size_t chosen[BKO__LUA_LABELS_MOST];
    double cost;
    int order;
    bool is_margin;
} start;

static const bko__lua_spot *spot_of(const search *self, const size_t *chosen, size_t label) {
    return &self->labels[label].spots[chosen[label]];
}

/* The cost of a label at a spot while the others stay, if that is below the limit. */
static double cost(search *self, const size_t *chosen, size_t label, const bko__lua_spot *spot,
                   double limit) {
    double sum = spot->cost;
    for (size_t other = 0; other < self->count; other++) {
        if (other == label) {
            continue;
        }
        sum += bko__lua_labels_pair_cost(&self->labels[label], spot, &self->labels[other],
                                         spot_of(self, chosen, other));
        if (sum >= limit) {
            self->pairs += (int64_t)other + 1;
            return sum;
        }
    }
    self->pairs += (int64_t)self->count;
    return sum;
}

static double total(search *self, const size_t *chosen) {
    double sum = 0;
    for (size_t label = 0; label < self->count; label++) {
        const bko__lua_spot *spot = spot_of(self, chosen, label);
        sum += (spot->cost + cost(self, chosen, label, spot, HUGE_VAL)) / 2;
    }
    return sum;
}

/* The cheapest spot for one label while the others stay. Has it moved? */
static bool settle(search *self, size_t *chosen, size_t label) {
    const bko__lua_label *one = &self->labels[label];
    double best = cost(self, chosen, label, spot_of(self, chosen, label), HUGE_VAL) - least;
    size_t found = one->count;
    for (size_t spot = 0; spot < one->count && one->spots[spot].cost < best; spot++) {
        double sum = cost(self, chosen, label, &one->spots[spot], best);
        if (sum < best) {
            best = sum;
            found = spot;
        }
    }
    if (found == one->count) {
        return false;
    }
    chosen[label] = found;
    return true;
}

static double descend(search *self, size_t *chosen) {
    bool has_changed = true;
    for (int round = 0; round < ROUNDS && has_changed; round++) {
        has_changed = false;
        for (size_t label = 0; label < self->count; label++) {
            has_changed = settle(self, chosen, label) || has_changed;
        }
    }
    return total(self, chosen);
}

/* The spot nearest to the label's wanted height plus an offset, in the column at x. */
static size_t nearest(const bko__lua_label *label, double x, double offset) {
    size_t best = 0;
    double distance = HUGE_VAL;
    for (size_t n = 0; n < label->count; n++) {
        const bko__lua_spot *spot = &label->spots[n];
        double away = fabs(spot->middle - label->wanted - offset) + fabs(spot->left - x) +
                      spot->form * other_form;
        if (away < distance) {
            best = n;
            distance = away;
        }
    }
    return best;
}

static int by_cost(const void *a, const void *b) {
    const start *left = a;
    const start *right = b;
    if (left->cost != right->cost) {
        return left->cost < right->cost ? -1 : 1;
    }
    return left->order - right->order;
}

/* The starts, the cheapest first: each label at its own best spot; whole columns shifted a little,
 * which may free them from a line; all labels in the margin. */
static void make_starts(search *self, double line, double margin, start *starts) {
    memset(starts, 0, ALL_STARTS * sizeof *starts);
    start *at_margin = &starts[ALL_STARTS - 1];
    at_margin->is_margin = true;
    for (size_t label = 0; label < self->count; label++) {
        const bko__lua_label *one = &self->labels[label];
        for (int step = -SHIFTS; step <= SHIFTS; step++) {
            starts[1 + SHIFTS + step].chosen[label] =
                nearest(one, one->end, step * line / SHIFTS_PER_LINE);
        }
        at_margin->chosen[label] = nearest(one, margin, 0);
    }
    for (int n = 0; n < ALL_STARTS; n++) {
        starts[n].cost = total(self, starts[n].chosen);
        starts[n].order = n;
    }
    qsort(starts, ALL_STARTS, sizeof *starts, by_cost);
}

/* If every label has its own cheapest spot, or nearly so, shaking can't improve anything. */
static double enough(const search *self) {
    double sum = 0;
    for (size_t label = 0; label < self->count; label++) {
        sum += self->labels[label].spots[0].cost + trifle;
    }
    return sum;
}

static size_t below(uint64_t *state, size_t count) {
    return (size_t)((bko__random_next(state) >> 1) % count);
}

/* Two labels move elsewhere, the others follow; improvements are kept. */
static double shake(search *self, size_t *best, double cost_of_best) {
    uint64_t state = 1;
    double good_enough = enough(self);
    size_t size = self->count * sizeof *best;
    int in_vain = 0;
    self->pairs = 0;
    for (int n = 0;
         n < SHAKES && cost_of_best > good_enough && in_vain < PATIENCE && self->pairs < MOST_PAIRS;
         n++) {
        size_t other[BKO__LUA_LABELS_MOST];
        memcpy(other, best, size);
        for (int moved = 0; moved < MOVED; moved++) {
            size_t label = below(&state, self->count);
            other[label] = below(&state, self->labels[label].count);
        }
        double sum = descend(self, other);
        in_vain++;
        if (sum < cost_of_best - least) {
            memcpy(best, other, size);
            cost_of_best = sum;
            in_vain = 0;
        }
    }
    return cost_of_best;
}

double bko__lua_labels_search(const bko__lua_label *labels, size_t count, double line,
                              double margin, size_t *chosen) {
    search self = {.labels = labels, .count = count};
    start starts[ALL_STARTS];
    make_starts(&self, line, margin, starts);
    memset(chosen, 0, count * sizeof *chosen);
    double best = HUGE_VAL;
    for (int n = 0; n < ALL_STARTS; n++) {
        if (n >= STARTS && !starts[n].is_margin) {
            continue;
        }
        double sum = descend(&self, starts[n].chosen);
        if (sum < best - least) {
            best = sum;
            memcpy(chosen, starts[n].chosen, count * sizeof *chosen);
        }
    }
    return count > 1 ? shake(&self, chosen, best) : best;
}

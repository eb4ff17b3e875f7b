/* What two labels do to each other; see lua/labels/labels.h. */
#include <math.h>

#include "lua/labels/labels.h"

static const double swapped = 60;
static const double through_label = BKO__LUA_SPOT_CROSSED;
static const double lines_cross = 60;

/* On which side of the line from a to b a point lies: the sign. */
static double side(double ax, double ay, double bx, double by, double x, double y) {
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax);
}

static bool cross(double ax, double ay, double bx, double by, double cx, double cy, double dx,
                  double dy) {
    return side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) < 0 &&
           side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) < 0;
}

bool bko__lua_hairline_through(const bko__lua_hairline *line, const bko__lua_spot *spot) {
    double x1 = line->x1;
    double y1 = line->y1;
    double x2 = line->x2;
    double y2 = line->y2;
    if ((x1 < spot->left && x2 < spot->left) || (x1 > spot->right && x2 > spot->right) ||
        (y1 < spot->top && y2 < spot->top) || (y1 > spot->bottom && y2 > spot->bottom)) {
        return false;
    }
    return cross(x1, y1, x2, y2, spot->left, spot->top, spot->right, spot->bottom) ||
           cross(x1, y1, x2, y2, spot->left, spot->bottom, spot->right, spot->top);
}

bool bko__lua_hairlines_cross(const bko__lua_hairline *a, const bko__lua_hairline *b) {
    return cross(a->x1, a->y1, a->x2, a->y2, b->x1, b->y1, b->x2, b->y2);
}

/* The cost of what lies one above the other: how far one covers the other, and in which order. */
static double stacked(const bko__lua_label *a, const bko__lua_spot *at_a, const bko__lua_label *b,
                      const bko__lua_spot *at_b) {
    double away = at_a->middle - at_b->middle;
    double covered = (at_a->height + at_b->height) / 2 - fabs(away) - 1e-6;
    double sum = covered > 0 ? BKO__LUA_SPOT_CROSSED * (1 + covered / at_a->height) : 0;
    return (a->point - b->point) * away < 0 ? sum + swapped : sum;
}

static bool leads_through(const bko__lua_spot *from, const bko__lua_spot *to) {
    return from->has_line && from->line.left <= to->right && from->line.right >= to->left &&
           bko__lua_hairline_through(&from->line, to);
}

double bko__lua_labels_pair_cost(const bko__lua_label *a, const bko__lua_spot *at_a,
                                 const bko__lua_label *b, const bko__lua_spot *at_b) {
    double sum = 0;
    if (at_a->left < at_b->right && at_b->left < at_a->right) {
        sum = stacked(a, at_a, b, at_b);
    }
    sum += leads_through(at_a, at_b) ? through_label : 0;
    sum += leads_through(at_b, at_a) ? through_label : 0;
    if (at_a->has_line && at_b->has_line && at_a->line.left < at_b->line.right &&
        at_b->line.left < at_a->line.right && bko__lua_hairlines_cross(&at_a->line, &at_b->line)) {
        sum += lines_cross;
    }
    return sum;
}

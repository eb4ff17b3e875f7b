/*
 * Labels of charts: what two of them do to each other, and the search for a spot for each, which
 * lua/bakeoff/plotting/place.lua uses and explains. A search compares some hundred thousand pairs
 * of spots.
 *
 * All in pixels, y down.
 */
#ifndef BAKEOFF_LUA_LABELS_LABELS_H
#define BAKEOFF_LUA_LABELS_LABELS_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A hairline, and how far it reaches sideways. */
typedef struct bko__lua_hairline {
    double x1, y1, x2, y2;
    double left, right;
} bko__lua_hairline;

/* A place for a label, as lua/bakeoff/plotting/spots.lua makes it. */
typedef struct bko__lua_spot {
    double left, right, top, bottom;
    double middle; /* its height */
    double height; /* of the label */
    double form;   /* number of the label's form, from 1 */
    double cost;   /* by itself, whatever the other labels do */
    bool has_line;
    bko__lua_hairline line;
} bko__lua_spot;

typedef struct bko__lua_label {
    double point;               /* height of the point that it names */
    double wanted;              /* height in its column */
    double end;                 /* x of its line's end */
    const bko__lua_spot *spots; /* cheapest first */
    size_t count;
} bko__lua_label;

/* Does a hairline run through the label at a spot? */
bool bko__lua_hairline_through(const bko__lua_hairline *line, const bko__lua_spot *spot);
/* Do two hairlines cross? */
bool bko__lua_hairlines_cross(const bko__lua_hairline *a, const bko__lua_hairline *b);

/* The cost of two labels at two spots to each other. From BKO__LUA_SPOT_CROSSED on, one covers the
 * other. */
#define BKO__LUA_SPOT_CROSSED 1e5
double bko__lua_labels_pair_cost(const bko__lua_label *a, const bko__lua_spot *at_a,
                                 const bko__lua_label *b, const bko__lua_spot *at_b);

enum { BKO__LUA_LABELS_MOST = 12 }; /* for which a search pays */

/* Chooses a spot for each of at most BKO__LUA_LABELS_MOST labels, at least one spot each:
 * chosen[label] = its index. line: height of a line; margin: left edge of the labels in the margin.
 * Returns the cost. */
double bko__lua_labels_search(const bko__lua_label *labels, size_t count, double line,
                              double margin, size_t *chosen);

/* These add to the module table: hairline_through, hairlines_cross, search_spots; label_grid. */
void bko__lua_labels(lua_State *L);
void bko__lua_label_grid(lua_State *L);

#endif

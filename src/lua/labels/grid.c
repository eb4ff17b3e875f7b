/*
 * The obstacles for labels: lines and markers, as marked cells of a grid over the page. Steep and
 * flat lines, logarithmic axes and whiskers need no special cases, because all of them are given in
 * pixels. A cell is a bit, and 64 of a row are a word: whether a rectangle is free takes a few
 * operations per row. What lies beyond the page counts at its edge.
 */
#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "lua/base/type.h"
#include "lua/labels/labels.h"

#define GRID_TYPE "bakeoff.label_grid"

enum { BITS = 64, MOST_CELLS = 100 * 1000 * 1000 };
enum { AT_ONCE = 16 }; /* points of a line */

static const double most_points = 1e6; /* of a line: more than any page has */

typedef struct grid {
    double cell; /* side of a cell, in pixels */
    int64_t columns, rows, words;
    uint64_t taken[]; /* words of a row, row by row */
} grid;

typedef struct cells {
    int64_t top, bottom, left, right;
} cells;

static grid *self_of(lua_State *L) {
    return luaL_checkudata(L, 1, GRID_TYPE);
}

/* The nearest row or column that the grid has; 0 for what is no number. */
static int64_t within(double value, int64_t most) {
    if (!(value >= 0)) {
        return 0;
    }
    return value < (double)most ? (int64_t)value : most - 1;
}

static int64_t row_of(const grid *self, double y) {
    return within(y / self->cell, self->rows);
}

static int64_t column_of(const grid *self, double x) {
    return within(x / self->cell, self->columns);
}

static void mark(grid *self, double x, double y) {
    int64_t column = column_of(self, x);
    self->taken[row_of(self, y) * self->words + column / BITS] |= UINT64_C(1) << (column % BITS);
}

/* The bits of the columns first to last that lie in a word. */
static uint64_t mask(int64_t word, int64_t first, int64_t last) {
    int64_t from = first - word * BITS;
    int64_t to = last - word * BITS;
    return (from > 0 ? UINT64_MAX << from : UINT64_MAX) &
           (to < BITS - 1 ? UINT64_MAX >> (BITS - 1 - to) : UINT64_MAX);
}

static cells rectangle(lua_State *L, const grid *self) {
    return (cells){.top = row_of(self, luaL_checknumber(L, 3)),
                   .bottom = row_of(self, luaL_checknumber(L, 5)),
                   .left = column_of(self, luaL_checknumber(L, 2)),
                   .right = column_of(self, luaL_checknumber(L, 4))};
}

static bool is_empty(const grid *self, cells in) {
    for (int64_t word = in.left / BITS; word <= in.right / BITS; word++) {
        uint64_t bits = mask(word, in.left, in.right);
        for (int64_t row = in.top; row <= in.bottom; row++) {
            if ((self->taken[row * self->words + word] & bits) != 0) {
                return false;
            }
        }
    }
    return true;
}

static void fill_cells(grid *self, cells in) {
    for (int64_t word = in.left / BITS; word <= in.right / BITS; word++) {
        uint64_t bits = mask(word, in.left, in.right);
        for (int64_t row = in.top; row <= in.bottom; row++) {
            self->taken[row * self->words + word] |= bits;
        }
    }
}

/* grid:fill(left, top, right, bottom): marks a whole rectangle */
static int grid_fill(lua_State *L) {
    grid *self = self_of(L);
    fill_cells(self, rectangle(L, self));
    return 0;
}

/* grid:marker(x, y, half): marks a square around a point */
static int grid_marker(lua_State *L) {
    grid *self = self_of(L);
    double x = luaL_checknumber(L, 2);
    double y = luaL_checknumber(L, 3);
    double half = luaL_checknumber(L, 4);
    fill_cells(self, (cells){.top = row_of(self, y - half),
                             .bottom = row_of(self, y + half),
                             .left = column_of(self, x - half),
                             .right = column_of(self, x + half)});
    return 0;
}

/* grid:is_free(left, top, right, bottom) → is no cell of the rectangle marked? */
static int grid_is_free(lua_State *L) {
    grid *self = self_of(L);
    lua_pushboolean(L, is_empty(self, rectangle(L, self)));
    return 1;
}

/* grid:covered(left, top, right, bottom) → the share of the cells that are marked, 0 to 1 */
static int grid_covered(lua_State *L) {
    grid *self = self_of(L);
    cells in = rectangle(L, self);
    int64_t marked = 0;
    for (int64_t word = in.left / BITS; word <= in.right / BITS; word++) {
        uint64_t bits = mask(word, in.left, in.right);
        for (int64_t row = in.top; row <= in.bottom; row++) {
            marked += __builtin_popcountll(self->taken[row * self->words + word] & bits);
        }
    }
    int64_t all = (in.right - in.left + 1) * (in.bottom - in.top + 1);
    lua_pushnumber(L, (double)marked / (double)all);
    return 1;
}

static double coordinate(lua_State *L, int index, int number) {
    lua_rawgeti(L, index, number);
    double value = luaL_checknumber(L, -1);
    lua_pop(L, 1);
    return value;
}

static void mark_line(grid *self, double x, double y, double dx, double dy) {
    double steps = ceil(fmax(fmax(fabs(dx), fabs(dy)), 1) / (self->cell * 0.5));
    if (isnan(dx) || isnan(dy) || steps > most_points) {
        return;
    }
    for (int64_t step = 0; step <= (int64_t)steps; step++) {
        mark(self, x + dx * (double)step / steps, y + dy * (double)step / steps);
    }
}

/* grid:line({ { x, y }, … }): marks a polyline */
static int grid_line(lua_State *L) {
    grid *self = self_of(L);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    double x = 0;
    double y = 0;
    lua_Integer count = (lua_Integer)lua_rawlen(L, 2);
    for (lua_Integer n = 1; n <= count; n++) {
        lua_rawgeti(L, 2, n);
        luaL_checktype(L, 3, LUA_TTABLE);
        double to_x = coordinate(L, 3, 1);
        double to_y = coordinate(L, 3, 2);
        lua_pop(L, 1);
        if (n > 1) {
            mark_line(self, x, y, to_x - x, to_y - y);
        }
        x = to_x;
        y = to_y;
    }
    return 0;
}

/* A line to be walked along, in cells: point n is x + n * dx, y + n * dy. */
typedef struct walk {
    double x, y, dx, dy;
} walk;

/* The cells between those of two points. */
static cells cells_at(const grid *self, const walk *way, int64_t n, int64_t m) {
    double r1 = floor(way->y + way->dy * (double)n);
    double r2 = floor(way->y + way->dy * (double)m);
    double c1 = floor(way->x + way->dx * (double)n);
    double c2 = floor(way->x + way->dx * (double)m);
    return (cells){.top = within(r1 < r2 ? r1 : r2, self->rows),
                   .bottom = within(r1 < r2 ? r2 : r1, self->rows),
                   .left = within(c1 < c2 ? c1 : c2, self->columns),
                   .right = within(c1 < c2 ? c2 : c1, self->columns)};
}

/* The number of marked cells among those of the points 0 to last. Where the page is empty, many are
 * looked at together. */
static int64_t count_met(const grid *self, const walk *way, int64_t last) {
    int64_t count = 0;
    int64_t last_row = -1;
    int64_t last_column = -1;
    for (int64_t first = 0; first <= last; first += AT_ONCE) {
        int64_t behind = first + AT_ONCE - 1 < last ? first + AT_ONCE - 1 : last;
        if (is_empty(self, cells_at(self, way, first, behind))) {
            continue;
        }
        for (int64_t n = first; n <= behind; n++) {
            cells at = cells_at(self, way, n, n);
            if (at.top != last_row || at.left != last_column) {
                uint64_t word = self->taken[at.top * self->words + at.left / BITS];
                count += (int64_t)(word >> (at.left % BITS) & 1);
                last_row = at.top;
                last_column = at.left;
            }
        }
    }
    return count;
}

/* grid:met({ x, y }, { x, y }, skip) → the number of marked cells that a straight line meets after
 * its first `skip` pixels; two points per cell are looked at */
static int grid_met(lua_State *L) {
    grid *self = self_of(L);
    luaL_checktype(L, 2, LUA_TTABLE);
    luaL_checktype(L, 3, LUA_TTABLE);
    double skip = luaL_checknumber(L, 4);
    double x = coordinate(L, 2, 1);
    double y = coordinate(L, 2, 2);
    double dx = coordinate(L, 3, 1) - x;
    double dy = coordinate(L, 3, 2) - y;
    double length = sqrt(dx * dx + dy * dy);
    length = length < 1e-9 ? 1e-9 : length;
    double half = 0.5 / length; /* from point to point */
    walk way = {.x = (x + dx * skip / length) / self->cell,
                .y = (y + dy * skip / length) / self->cell,
                .dx = dx * half,
                .dy = dy * half};
    double last = floor((length - skip) / (self->cell * 0.5));
    lua_pushinteger(L, last >= 0 && last <= most_points ? count_met(self, &way, (int64_t)last) : 0);
    return 1;
}

/* label_grid(width, height, cell) → an empty grid over a page; cell: the side of its cells */
static int label_grid(lua_State *L) {
    double cell = luaL_checknumber(L, 3);
    luaL_argcheck(L, cell > 0, 3, "expected a positive number");
    double columns = ceil(luaL_checknumber(L, 1) / cell) + 1;
    double rows = ceil(luaL_checknumber(L, 2) / cell) + 1;
    luaL_argcheck(L, columns >= 1 && rows >= 1 && columns * rows <= MOST_CELLS, 1,
                  "the page is too large");
    int64_t words = ((int64_t)columns + BITS - 1) / BITS;
    size_t size = (size_t)(words * (int64_t)rows) * sizeof(uint64_t);
    grid *self = lua_newuserdatauv(L, sizeof *self + size, 0);
    *self =
        (grid){.cell = cell, .columns = (int64_t)columns, .rows = (int64_t)rows, .words = words};
    memset(self->taken, 0, size);
    luaL_setmetatable(L, GRID_TYPE);
    return 1;
}

void bko__lua_label_grid(lua_State *L) {
    static const luaL_Reg methods[] = {{"fill", grid_fill},
                                       {"marker", grid_marker},
                                       {"is_free", grid_is_free},
                                       {"covered", grid_covered},
                                       {"line", grid_line},
                                       {"met", grid_met},
                                       {NULL, NULL}};
    static const luaL_Reg functions[] = {{"label_grid", label_grid}, {NULL, NULL}};
    bko__lua_type_add(L, GRID_TYPE, methods);
    luaL_setfuncs(L, functions, 0);
}

/* The search for labels' spots, and hairlines, as functions of the module. */
#include <lauxlib.h>

#include "lua/labels/labels.h"

/* Sanity of an argument: `count` labels share some thousand spots. */
enum { MOST_SPOTS = 100 * 1000 };

static double number_at(lua_State *L, int index, const char *name) {
    int is_number = 0;
    double value = lua_tonumberx(L, index, &is_number);
    if (!is_number) {
        luaL_error(L, "%s: expected a number, got %s", name, luaL_typename(L, index));
    }
    lua_pop(L, 1);
    return value;
}

/* The field of the table on top of the stack. */
static double field(lua_State *L, const char *name) {
    lua_getfield(L, -1, name);
    return number_at(L, -1, name);
}

/* The element of the table on top of the stack. */
static double element(lua_State *L, lua_Integer index) {
    lua_rawgeti(L, -1, index);
    return number_at(L, -1, "coordinate");
}

static void check_table(lua_State *L, int index, const char *what) {
    if (!lua_istable(L, index)) {
        luaL_error(L, "%s: expected a table, got %s", what, luaL_typename(L, index));
    }
}

/* Reads { x1, y1, x2, y2 } from the top of the stack. */
static bko__lua_hairline read_line(lua_State *L) {
    check_table(L, -1, "hairline");
    bko__lua_hairline line = {
        .x1 = element(L, 1), .y1 = element(L, 2), .x2 = element(L, 3), .y2 = element(L, 4)};
    line.left = line.x1 < line.x2 ? line.x1 : line.x2;
    line.right = line.x1 < line.x2 ? line.x2 : line.x1;
    return line;
}

/* Reads the edges of a spot from the top of the stack. */
static bko__lua_spot read_edges(lua_State *L) {
    check_table(L, -1, "spot");
    return (bko__lua_spot){.left = field(L, "x"),
                           .right = field(L, "right"),
                           .top = field(L, "top"),
                           .bottom = field(L, "bottom")};
}

static bko__lua_spot read_spot(lua_State *L) {
    bko__lua_spot spot = read_edges(L);
    spot.middle = field(L, "y");
    spot.height = field(L, "height");
    spot.form = field(L, "form");
    spot.cost = field(L, "cost");
    lua_getfield(L, -1, "leader");
    spot.has_line = lua_toboolean(L, -1);
    if (spot.has_line) {
        spot.line = read_line(L);
    }
    lua_pop(L, 1);
    return spot;
}

/* Pushes the list of spots of the label on top of the stack; returns their number. */
static size_t push_spots(lua_State *L) {
    check_table(L, -1, "label");
    lua_getfield(L, -1, "spots");
    check_table(L, -1, "spots");
    size_t count = lua_rawlen(L, -1);
    if (count < 1 || count > MOST_SPOTS) {
        luaL_error(L, "expected 1 to %d spots for each label", MOST_SPOTS);
    }
    return count;
}

/* Reads the label on top of the stack; its spots go into memory that takes its place there. */
static bko__lua_label read_label(lua_State *L) {
    size_t count = push_spots(L);
    bko__lua_spot *spots = lua_newuserdatauv(L, count * sizeof *spots, 0);
    lua_insert(L, -3);
    for (size_t n = 0; n < count; n++) {
        lua_rawgeti(L, -1, (lua_Integer)n + 1);
        spots[n] = read_spot(L);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    bko__lua_label label = {
        .wanted = field(L, "wanted"), .end = field(L, "end_x"), .spots = spots, .count = count};
    lua_getfield(L, -1, "anchor");
    check_table(L, -1, "anchor");
    label.point = element(L, 2);
    lua_pop(L, 2);
    return label;
}

/* search_spots(labels, line, margin) → list of the numbers of the chosen spots, cost */
static int search_spots(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    double line = luaL_checknumber(L, 2);
    double margin = luaL_checknumber(L, 3);
    size_t count = lua_rawlen(L, 1);
    luaL_argcheck(L, count >= 1 && count <= BKO__LUA_LABELS_MOST, 1, "expected 1 to 12 labels");
    luaL_checkstack(L, (int)count + LUA_MINSTACK, "too many labels");
    bko__lua_label labels[BKO__LUA_LABELS_MOST];
    for (size_t n = 0; n < count; n++) {
        lua_rawgeti(L, 1, (lua_Integer)n + 1);
        labels[n] = read_label(L);
    }
    size_t chosen[BKO__LUA_LABELS_MOST];
    double cost = bko__lua_labels_search(labels, count, line, margin, chosen);
    lua_createtable(L, (int)count, 0);
    for (size_t n = 0; n < count; n++) {
        lua_pushinteger(L, (lua_Integer)chosen[n] + 1);
        lua_rawseti(L, -2, (lua_Integer)n + 1);
    }
    lua_pushnumber(L, cost);
    return 2;
}

static bko__lua_hairline check_line(lua_State *L, int index) {
    lua_pushvalue(L, index);
    bko__lua_hairline line = read_line(L);
    lua_pop(L, 1);
    return line;
}

/* hairline_through({ x1, y1, x2, y2 }, spot) → boolean */
static int hairline_through(lua_State *L) {
    lua_settop(L, 2);
    bko__lua_spot spot = read_edges(L);
    bko__lua_hairline line = check_line(L, 1);
    lua_pushboolean(L, bko__lua_hairline_through(&line, &spot));
    return 1;
}

/* hairlines_cross({ x1, y1, x2, y2 }, { … }) → boolean */
static int hairlines_cross(lua_State *L) {
    lua_settop(L, 2);
    bko__lua_hairline a = check_line(L, 1);
    bko__lua_hairline b = check_line(L, 2);
    lua_pushboolean(L, bko__lua_hairlines_cross(&a, &b));
    return 1;
}

void bko__lua_labels(lua_State *L) {
    static const luaL_Reg functions[] = {{"hairline_through", hairline_through},
                                         {"hairlines_cross", hairlines_cross},
                                         {"search_spots", search_spots},
                                         {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}

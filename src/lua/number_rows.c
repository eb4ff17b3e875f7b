/* Rows of numbers as the text of a data file, for lua/bakeoff/plotting/gp.lua: a chart has up to
 * thousands of rows. */
#include <lauxlib.h>
#include <math.h>
#include <stdio.h>

#include "core/number.h"
#include "lua/module.h"

enum { MOST_COLUMNS = 64, NUMBER = 32 };

/* Reads the row with this number from the table at 1. What is missing, or not a number, is NaN. */
static void read_row(lua_State *L, lua_Integer number, double *values, int columns) {
    lua_rawgeti(L, 1, number);
    if (!lua_istable(L, -1)) {
        luaL_error(L, "row %I: expected a table, got %s", (LUAI_UACINT)number,
                   luaL_typename(L, -1));
    }
    for (int column = 0; column < columns; column++) {
        lua_rawgeti(L, -1, column + 1);
        int is_number = 0;
        double value = lua_tonumberx(L, -1, &is_number);
        if (!is_number && lua_toboolean(L, -1)) {
            luaL_error(L, "row %I, column %d: expected a number, got %s", (LUAI_UACINT)number,
                       column + 1, luaL_typename(L, -1));
        }
        values[column] = is_number ? value : NAN;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void add_number(luaL_Buffer *out, double value, char behind) {
    char *text = luaL_prepbuffsize(out, NUMBER);
    int length = isnan(value) ? snprintf(text, NUMBER, "NaN")
                              : bko__number_print(text, NUMBER, "%.9g", value);
    text[length] = behind;
    luaL_addsize(out, (size_t)length + 1);
}

/* number_rows(rows, columns) → a line per row: its first `columns` numbers, nine digits, spaces
 * between them; NaN for nil and false. */
static int number_rows(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Integer columns = luaL_checkinteger(L, 2);
    luaL_argcheck(L, columns >= 1 && columns <= MOST_COLUMNS, 2, "expected 1 to 64 columns");
    lua_Integer rows = (lua_Integer)lua_rawlen(L, 1);
    double values[MOST_COLUMNS];
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    for (lua_Integer row = 1; row <= rows; row++) {
        read_row(L, row, values, (int)columns);
        for (int column = 0; column < columns; column++) {
            add_number(&out, values[column], column + 1 < columns ? ' ' : '\n');
        }
    }
    luaL_pushresult(&out);
    return 1;
}

void bko__lua_number_rows(lua_State *L) {
    static const luaL_Reg functions[] = {{"number_rows", number_rows}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}

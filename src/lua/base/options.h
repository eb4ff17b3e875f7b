/*
 * Checked fields of option tables. Every reader except bko__lua_opt_list leaves the stack as it
 * was, and raises if a field has the wrong type or is out of its range: "timeout: expected a number
 * from 0 to 2^53, got '5s'".
 *
 * `otherwise` replaces an absent field and is checked too: a value out of the range makes the field
 * mandatory.
 */
#ifndef BAKEOFF_LUA_BASE_OPTIONS_H
#define BAKEOFF_LUA_BASE_OPTIONS_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers that an option accepts, and what the message calls them. */
typedef struct bko__lua_opt_range {
    double least, most;
    const char *wanted; /* "a number of 0 or more" */
} bko__lua_opt_range;

extern const bko__lua_opt_range bko__lua_opt_any;    /* any number but NaN */
extern const bko__lua_opt_range bko__lua_opt_amount; /* from 0 to 2^53 */

bool bko__lua_opt_is_given(lua_State *L, int index, const char *name);

bool bko__lua_opt_flag(lua_State *L, int index, const char *name, bool otherwise);

double bko__lua_opt_number(lua_State *L, int index, const char *name, double otherwise,
                           const bko__lua_opt_range *range);

lua_Integer bko__lua_opt_integer(lua_State *L, int index, const char *name, lua_Integer otherwise,
                                 lua_Integer least, lua_Integer most);

/* Seconds of 0 or more, in nanoseconds; 0 if absent. */
int64_t bko__lua_opt_ns(lua_State *L, int index, const char *name);

/* The index of a name in `names` (which ends with NULL); 0 if absent. */
int bko__lua_opt_choice(lua_State *L, int index, const char *name, const char *const names[]);

/* Borrowed from the table; *size gets the length. If size is NULL, a text with a zero byte is refused.
 * NULL if absent. */
const char *bko__lua_opt_text(lua_State *L, int index, const char *name, size_t *size);

/* Any value as a reference in the registry; LUA_NOREF if absent. */
int bko__lua_opt_ref(lua_State *L, int index, const char *name);

/*
 * A list of strings without zero bytes as a C array that ends with NULL. Pushes a value that keeps the array and its
 * strings alive; if the field is absent, pushes nil and returns NULL. `fits` says whether a string
 * is acceptable (NULL: any is), `wanted` what each must be ("a line such as …").
 */
const char **bko__lua_opt_list(lua_State *L, int index, const char *name,
                               bool (*fits)(const char *text), const char *wanted, size_t *count);

#endif

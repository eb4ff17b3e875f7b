/*
 * Lists of values on their way between states: a task's arguments and results. Values, refusals and
 * format are wire.h's; a list is BKO__WIRE_PLAIN or BKO__WIRE_VERSION (1 byte), V count, values. In
 * plain lists every value is nil, a boolean, a number or a string.
 *
 * Threads: any, as long as the lua_State belongs to the caller.
 */
#ifndef BAKEOFF_LUA_WIRE_LIST_H
#define BAKEOFF_LUA_WIRE_LIST_H

#include <lua.h>

#include "core/buffer.h"

enum { BKO__WIRE_PLAIN = 0xB2 };

/* What the values are to the user: "argument 2: …", "result of the task: …". */
typedef enum bko__wire_list_kind { BKO__WIRE_ARGUMENTS, BKO__WIRE_RESULTS } bko__wire_list_kind;

/* Appends the `count` values from the absolute stack index `first` on. Otherwise as
 * bko__wire_encode. */
int bko__wire_encode_list(lua_State *L, int first, int count, bko__wire_list_kind kind,
                          bko__buffer *out, char *error, size_t error_size);

/* Pushes the values of a list and returns how many, or an error of bko__wire_decode; then nothing is
 * pushed. Unlike that it may raise, for want of memory: call it where that is caught. */
int bko__wire_push_list(lua_State *L, const void *data, size_t size, char *error,
                        size_t error_size);

/* Is every value of the list plain? */
int bko__wire_is_plain_list(const void *data, size_t size);

#endif

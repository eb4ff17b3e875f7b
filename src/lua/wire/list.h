/*
 * Lists of values that cross states: a task's arguments and results. wire.h describes the values,
 * refusals and format; a list is BKO__WIRE_PLAIN or BKO__WIRE_VERSION (1 byte), V count, values. In
 * plain lists every value is nil, a boolean, a number or a string.
 *
 * Threads: any thread, as long as the lua_State belongs to the caller.
 */
#ifndef BAKEOFF_LUA_WIRE_LIST_H
#define BAKEOFF_LUA_WIRE_LIST_H

#include <lua.h>

#include "core/buffer.h"

enum { BKO__WIRE_PLAIN = 0xB2 };

/* What messages call the values: "argument 2: …", "result of the task: …". */
typedef enum bko__lua_wire_list_kind {
    BKO__WIRE_ARGUMENTS,
    BKO__WIRE_RESULTS
} bko__lua_wire_list_kind;

/* Appends the `count` values from the absolute stack index `first` on. Otherwise like
 * bko__lua_wire_encode. */
int bko__lua_wire_encode_list(lua_State *L, int first, int count, bko__lua_wire_list_kind kind,
                              bko__buffer *out, char *error, size_t error_size);

/* Pushes the values of a list and returns how many; or pushes nothing and returns an error of
 * bko__lua_wire_decode. Unlike that function it may raise when memory runs out: call it where that
 * is caught. */
int bko__lua_wire_push_list(lua_State *L, const void *data, size_t size, char *error,
                            size_t error_size);

/* Is every value of the list plain? */
int bko__lua_wire_is_plain_list(const void *data, size_t size);

#endif

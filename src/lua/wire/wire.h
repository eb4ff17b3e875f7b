/*
 * Lua values and functions on their way between lua_States: to a worker and back.
 *
 * Only between our own processes and threads, of the same build: the message may hold bytecode, and
 * Lua does not verify bytecode. Data from elsewhere must never get here.
 *
 * What travels
 *   nil, booleans, integers, floats, strings     by value; integers stay integers, floats floats
 *   tables without a metatable                   by value, with cycles and shared references
 *   Lua functions                                bytecode with line numbers, each upvalue by value;
 *                                                upvalues that two functions share stay shared;
 * after the trip they are copies of the sender's the globals table (so nearly every _ENV) becomes
 * the receiver's globals table whatever package.loaded holds                by the module's name,
 * required on arrival fields of loaded modules: C functions,       by module and field name; a Lua
 * function only if it userdata, tables with a metatable, Lua       was defined in the module's own
 * file, so that what a functions                                    script adds to a module travels
 * by value base functions (print, pairs, …)             by name Refused, with the path to it: other
 * userdata, threads, C functions, tables with a metatable, and nesting deeper than BKO__WIRE_DEPTH.
 *
 * Format (numbers: V = varint, 7 bits a byte, lowest first; N = 4 bytes in host order)
 *   message   BKO__WIRE_VERSION (1 byte), value
 *   value     tag (1 byte, enum bko__wire_tag in private.h), then
 *     nil, false, true, globals   nothing
 *     integer                     V, zigzag
 *     float                       8 bytes, host order
 *     string                      V length, bytes
 *     table                       N items, N pairs; the items: values of the keys 1, 2, …; the
 *                                 pairs: key and value each
 *     function                    N length, bytecode; V upvalues, each: V cell, and its value if
 * the cell is new (its number is the count of cells so far) seen                        V number of
 * a table or function, counted in order of their tags named                       string "module"
 * or "module\0field"
 *
 * Threads: any, as long as the lua_State belongs to the caller.
 */
#ifndef BAKEOFF_LUA_WIRE_WIRE_H
#define BAKEOFF_LUA_WIRE_WIRE_H

#include <lua.h>

#include "core/buffer.h"

enum {
    BKO__WIRE_VERSION = 0xB1,
    BKO__WIRE_DEPTH = 200 /* tables in tables and upvalues in functions, together */
};

/*
 * Appends the value at `index` to `out`. Never raises; leaves the stack as it was.
 *
 * what   borrowed; what the value is to the user ("process"), opens the message; NULL for nothing
 * error  receives one line when the result is not 0: "process: upvalue 'db' is a userdata";
 *        may be NULL when error_size is 0
 * Returns 0, BKO_EINVAL (something in it cannot travel) or BKO_ENOMEM; then `out` is as it was.
 */
int bko__wire_encode(lua_State *L, int index, const char *what, bko__buffer *out, char *error,
                     size_t error_size);

/*
 * Pushes the value of a message; `data` is borrowed. Never raises; pushes nothing on failure.
 *
 * Returns 0, BKO_EPROTOCOL (not a message, cut short, bytes left over), BKO_ETASK (a module could
 * not be required, or lacks the field: `error` says which) or BKO_ENOMEM.
 */
int bko__wire_decode(lua_State *L, const void *data, size_t size, char *error, size_t error_size);

#endif

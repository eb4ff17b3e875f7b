/*
 * Lua values and functions that cross lua_States: to a worker and back.
 *
 * Messages go only between our own processes and threads, of the same build: a message may hold
 * bytecode, which Lua does not verify. Data from elsewhere must never get here.
 *
 * What travels, and how
 *
 *   value                               arrives as
 *   ----------------------------------  ------------------------------------------------------------
 *   nil, boolean, integer, float,       the same value; integers stay integers, floats stay floats
 *     string
 *   table without a metatable           a copy; cycles and shared references are kept
 *   Lua function                        a copy: bytecode with line numbers, and a copy of each upvalue;
 *                                       an upvalue that two functions of the message share stays shared
 *   the globals table                   the receiver's globals table (so nearly every _ENV is one)
 *   what package.loaded holds           the receiver's module of that name, required on arrival
 *   a field of a loaded module that     the field of that name of the receiver's module
 *     is a C function, a userdata or
 *     a table with a metatable
 *   a Lua function in the module whose  the same; one that a script has put into a module of another
 *     file defines it                   file is copied
 *   a base function (print, pairs, …)   the receiver's
 *
 * Everything else is refused, and the message names the path to it: other userdata, threads, other C
 * functions, other tables with a metatable, and nesting deeper than BKO__WIRE_DEPTH.
 *
 * Format
 *
 *   V          an unsigned number: 7 bits a byte, lowest first; all bytes but the last have bit 7 set
 *   N          an unsigned number: 4 bytes in host order
 *
 *   message  = BKO__WIRE_VERSION (1 byte), value
 *   value    = tag (1 byte, enum bko__lua_wire_tag in private.h), then what the tag requires:
 *
 *   tag        followed by
 *   ---------  -------------------------------------------------------------------------------------
 *   NIL        nothing
 *   FALSE      nothing
 *   TRUE       nothing
 *   INTEGER    V, zigzag: 0, -1, 1, -2, … are 0, 1, 2, 3, …
 *   FLOAT      8 bytes in host order
 *   STRING     string
 *   TABLE      N count of items, N count of pairs; the items: the values of the keys 1, 2, …;
 *              the pairs: key (a value), value
 *   FUNCTION   N size of the bytecode, bytecode; V count of upvalues, upvalues
 *   SEEN       V number of an earlier table or function. They are numbered from 0 in the order of
 *              their tags TABLE and FUNCTION, so one may refer to itself from inside
 *   GLOBALS    nothing
 *   NAMED      string: "module", or "module\0field"; base functions are fields of "_G"
 *
 *   string   = V length, bytes
 *   upvalue  = V cell, and if the cell is new, the value in it. Cells (variables) are numbered from 0
 *              in the order in which they first appear: a cell is new if its number equals the
 *              count of cells before it
 *
 * Threads: any thread, as long as the lua_State belongs to the caller.
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
 *   what   borrowed; what the user calls the value ("process"), begins the message; NULL for nothing
 *   error  receives one line when the result is not 0: "process: upvalue 'db' is a userdata";
 *          may be NULL when error_size is 0
 *
 * Returns 0, BKO_EINVAL (the value holds something that cannot travel) or BKO_ENOMEM; on an error
 * `out` is as it was before.
 */
int bko__lua_wire_encode(lua_State *L, int index, const char *what, bko__buffer *out, char *error,
                         size_t error_size);

/*
 * Pushes the value of a message; `data` is borrowed. Never raises; pushes nothing on failure.
 *
 * Returns 0, BKO_EPROTOCOL (not a message, truncated, or bytes left over), BKO_ETASK (a module
 * could not be required, or lacks the field: `error` says which) or BKO_ENOMEM.
 */
int bko__lua_wire_decode(lua_State *L, const void *data, size_t size, char *error,
                         size_t error_size);

#endif

/*
 * What the files of wire share: the tags, the writer and the reader, and the path to the current
 * value.
 *
 * All functions here run inside the lua_pcall of bko__lua_wire_encode or bko__lua_wire_decode and
 * may raise: they own only what is on the Lua stack (`out` belongs to the caller). Our own errors
 * go through bko__lua_wire_refuse and bko__lua_wire_malformed, which record code and message
 * first.
 */
#ifndef BAKEOFF_LUA_WIRE_PRIVATE_H
#define BAKEOFF_LUA_WIRE_PRIVATE_H

#include <lauxlib.h>
#include <lua.h>
#include <stdint.h>

#include "core/buffer.h"

enum bko__lua_wire_tag {
    WIRE_NIL,
    WIRE_FALSE,
    WIRE_TRUE,
    WIRE_INTEGER,
    WIRE_FLOAT,
    WIRE_STRING,
    WIRE_TABLE,
    WIRE_FUNCTION,
    WIRE_SEEN,
    WIRE_GLOBALS,
    WIRE_NAMED
};

/* One step from the encoded value to a part of it. Lives on the C stack; borrows strings that the
 * Lua stack or a function prototype keeps alive. */
typedef struct bko__lua_wire_path {
    const struct bko__lua_wire_path *up; /* NULL for the whole value */
    enum {
        STEP_ROOT,
        STEP_FIELD,
        STEP_INDEX,
        STEP_OTHER,
        STEP_KEY,
        STEP_UPVALUE,
        STEP_ARGUMENT,
        STEP_RESULT
    } kind;
    const char *name;   /* of STEP_FIELD and STEP_UPVALUE; type of the key in STEP_OTHER */
    lua_Integer number; /* key of STEP_INDEX; position, from 1, of upvalue, argument, result */
    int depth;          /* steps from the root */
} bko__lua_wire_path;

/* Where an error goes; `code` stays 0 until we raise one of our own. */
typedef struct bko__lua_wire_error {
    char *text; /* borrowed; NULL when size is 0 */
    size_t size;
    int code;
} bko__lua_wire_error;

/* Stack slots of the protected functions, the same during the whole run. Nil until first used. */
enum {
    SLOT_STATE = 1,   /* light userdata: the writer or reader */
    SLOT_VALUE = 2,   /* writer only: the value */
    SLOT_OBJECTS = 3, /* writer: table or function → number; reader: number + 1 → it */
    SLOT_CELLS = 4, /* writer: upvalue id → number; reader: 2n + 1 → function, 2n + 2 → index */
    SLOT_MODULES =
        5, /* writer only: value → name: what package.loaded holds, fields found so far */
    SLOTS = 5
};

typedef struct bko__lua_wire_writer {
    lua_State *L;
    bko__buffer *out; /* borrowed */
    const char *what; /* borrowed, may be NULL */
    bko__lua_wire_error error;
    lua_Integer objects; /* numbers assigned so far */
    lua_Integer cells;
} bko__lua_wire_writer;

typedef struct bko__lua_wire_reader {
    lua_State *L;
    const unsigned char *data; /* borrowed */
    size_t size;
    size_t at; /* next byte; at <= size */
    bko__lua_wire_error error;
    lua_Integer objects;
    lua_Integer cells;
    int depth;
} bko__lua_wire_reader;

/* error.c: these record the code and one line of text, then raise. */
_Noreturn void bko__lua_wire_refuse(bko__lua_wire_writer *w, const bko__lua_wire_path *path,
                                    int code, const char *why);
_Noreturn void bko__lua_wire_malformed(bko__lua_wire_reader *r);
/* Turns the result of lua_pcall into a code; removes the error object from the stack. */
int bko__lua_wire_outcome(lua_State *L, int status, bko__lua_wire_error *error);

/* encode.c */
void bko__lua_wire_put_byte(bko__lua_wire_writer *w, unsigned char byte);
void bko__lua_wire_put_varint(bko__lua_wire_writer *w, uint64_t number);
void bko__lua_wire_put_string(bko__lua_wire_writer *w, const char *text, size_t size);
size_t bko__lua_wire_put_hole(bko__lua_wire_writer *w); /* room for an N; returns its position */
void bko__lua_wire_fill_hole(bko__lua_wire_writer *w, size_t hole, size_t number);
void bko__lua_wire_check_depth(bko__lua_wire_writer *w, const bko__lua_wire_path *path);
void bko__lua_wire_put_value(bko__lua_wire_writer *w, int index, const bko__lua_wire_path *path);
/* If the object at `index` was met before, writes `seen` and returns 1; else numbers it and returns
 * 0. */
int bko__lua_wire_put_seen(bko__lua_wire_writer *w, int index);
void bko__lua_wire_need_slot(lua_State *L, int slot); /* makes it a table if it is nil */

/* decode.c */
uint64_t bko__lua_wire_get_varint(bko__lua_wire_reader *r);
size_t bko__lua_wire_get_number(bko__lua_wire_reader *r); /* an N */
const char *bko__lua_wire_get_bytes(bko__lua_wire_reader *r, size_t size);
void bko__lua_wire_get_value(bko__lua_wire_reader *r);  /* pushes it */
void bko__lua_wire_got_object(bko__lua_wire_reader *r); /* numbers the object on top of the stack */

/* function.c */
void bko__lua_wire_put_function(bko__lua_wire_writer *w, int index, const bko__lua_wire_path *path);
void bko__lua_wire_get_function(bko__lua_wire_reader *r);

/* name.c: if the value has a name, these write `named` and return 1, else they return 0. put_module
 * knows modules and the fields met before; put_field searches (call it second). */
int bko__lua_wire_put_module(bko__lua_wire_writer *w, int index);
int bko__lua_wire_put_field(bko__lua_wire_writer *w, int index);
void bko__lua_wire_get_named(bko__lua_wire_reader *r);

#endif

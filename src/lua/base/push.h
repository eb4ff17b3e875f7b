/*
 * What every binding pushes: failures of the world, durations, buffers; and fields of the table on top of the
 * stack. All of them raise for want of memory only, but for bko__lua_push_seconds.
 */
#ifndef BAKEOFF_LUA_BASE_PUSH_H
#define BAKEOFF_LUA_BASE_PUSH_H

#include <lua.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/buffer.h"

/* Pushes nil, "<what>: <sentence>", "<name>" for a negative code; returns 3. */
int bko__lua_fail(lua_State *L, int code, const char *what);
/* Pushes nil, message, "<name>"; returns 3. An empty message, or NULL: the code's own sentence. */
int bko__lua_fail_text(lua_State *L, int code, const char *message);

/* Pushes the seconds of a duration, a number or a text such as "100ms"; `what` names it where it is neither.
 * Raises. */
void bko__lua_push_seconds(lua_State *L, int index, const char *what);

/* Pushes an empty buffer, which Lua releases whatever raises meanwhile; releasing it earlier is allowed. */
bko__buffer *bko__lua_push_buffer(lua_State *L);

/* Set the field `name` of the table on top. */
void bko__lua_set_seconds(lua_State *L, const char *name, int64_t ns);
void bko__lua_set_number(lua_State *L, const char *name, double value);
void bko__lua_set_integer(lua_State *L, const char *name, lua_Integer value);
void bko__lua_set_count(lua_State *L, const char *name, uint64_t value);
/* An amount that was read; a negative one wasn't, and gets no field. */
void bko__lua_set_known(lua_State *L, const char *name, int64_t value);
void bko__lua_set_flag(lua_State *L, const char *name, bool value);
void bko__lua_set_text(lua_State *L, const char *name, const char *text);
void bko__lua_set_bytes(lua_State *L, const char *name, const char *bytes, size_t size);

#endif

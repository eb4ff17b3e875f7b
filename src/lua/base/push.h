/*
 * What every binding pushes: failures of the world, durations, buffers; and fields of the table on
 * top of the stack. All of these functions raise only when memory runs out, except
 * bko__lua_push_seconds.
 */
#ifndef BAKEOFF_LUA_BASE_PUSH_H
#define BAKEOFF_LUA_BASE_PUSH_H

#include <lua.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/buffer.h"

/* Pushes nil, "<what>: <sentence>", "<name>" for a negative code; returns 3. */
int bko__lua_fail(lua_State *L, int code, const char *what);
/* Pushes nil, message, "<name>"; returns 3. If the message is empty or NULL, the code's own
 * sentence takes its place. */
int bko__lua_fail_text(lua_State *L, int code, const char *message);

/* Pushes the seconds of a duration, a number or a text such as "100ms". Raises for anything else;
 * the message begins with `what`. */
void bko__lua_push_seconds(lua_State *L, int index, const char *what);

/* Pushes an empty buffer. Lua releases it, also when something raises in the meantime; you may
 * release it earlier. */
bko__buffer *bko__lua_push_buffer(lua_State *L);

/* These set the field `name` of the table on top of the stack. */
void bko__lua_set_seconds(lua_State *L, const char *name, int64_t ns);
void bko__lua_set_number(lua_State *L, const char *name, double value);
void bko__lua_set_integer(lua_State *L, const char *name, lua_Integer value);
void bko__lua_set_count(lua_State *L, const char *name, uint64_t value);
/* Sets an amount that was measured; a negative value means that it was not, and sets no field. */
void bko__lua_set_known(lua_State *L, const char *name, int64_t value);
void bko__lua_set_flag(lua_State *L, const char *name, bool value);
void bko__lua_set_text(lua_State *L, const char *name, const char *text);
void bko__lua_set_bytes(lua_State *L, const char *name, const char *bytes, size_t size);

#endif

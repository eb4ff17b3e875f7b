/*
 * Encodes functions as bytes and decodes them.
 *
 * lua_load puts the globals table into the first upvalue, whatever that upvalue is, so every
 * upvalue is set explicitly, by position. The name _ENV plays no part: an upvalue whose value is
 * the sender's globals table arrives as the receiver's globals table, any other as its own value.
 */
#include <lauxlib.h>

#include "bakeoff/error.h"
#include "lua/wire/private.h"
#include "lua/wire/wire.h"

static int append_chunk(lua_State *L, const void *data, size_t size, void *out) {
    (void)L;
    return bko__buffer_append(out, data, size);
}

static void put_bytecode(bko__lua_wire_writer *w, int index, const bko__lua_wire_path *path) {
    size_t hole = bko__lua_wire_put_hole(w);
    lua_pushvalue(w->L, index);
    if (lua_dump(w->L, append_chunk, w->out, 0) != 0) {
        bko__lua_wire_refuse(w, path, BKO_ENOMEM, "does not fit into memory");
    }
    lua_pop(w->L, 1);
    bko__lua_wire_fill_hole(w, hole, w->out->size - hole - 4);
}

static int upvalue_count(lua_State *L, int index) {
    lua_Debug info;
    lua_pushvalue(L, index);
    lua_getinfo(L, ">u", &info);
    return info.nups;
}

/* Writes the number of upvalue i's cell; returns whether the cell is new. */
static int put_cell(bko__lua_wire_writer *w, int function, int i) {
    lua_State *L = w->L;
    const void *cell = lua_upvalueid(L, function, i);
    bko__lua_wire_need_slot(L, SLOT_CELLS);
    int fresh = lua_rawgetp(L, SLOT_CELLS, cell) == LUA_TNIL;
    lua_Integer number = fresh ? w->cells++ : lua_tointeger(L, -1);
    lua_pop(L, 1);
    if (fresh) {
        lua_pushinteger(L, number);
        lua_rawsetp(L, SLOT_CELLS, cell);
    }
    bko__lua_wire_put_varint(w, (uint64_t)number);
    return fresh;
}

static void put_upvalues(bko__lua_wire_writer *w, int function, const bko__lua_wire_path *path) {
    int count = upvalue_count(w->L, function);
    bko__lua_wire_put_varint(w, (uint64_t)count);
    for (int i = 1; i <= count; i++) {
        if (put_cell(w, function, i)) {
            const char *name = lua_getupvalue(w->L, function, i);
            bko__lua_wire_path step = {path, STEP_UPVALUE, name, i, path->depth + 1};
            bko__lua_wire_put_value(w, lua_gettop(w->L), &step);
            lua_pop(w->L, 1);
        }
    }
}

void bko__lua_wire_put_function(bko__lua_wire_writer *w, int index,
                                const bko__lua_wire_path *path) {
    if (bko__lua_wire_put_module(w, index) || bko__lua_wire_put_field(w, index)) {
        return;
    }
    if (lua_iscfunction(w->L, index)) {
        bko__lua_wire_refuse(w, path, BKO_EINVAL, "is a C function that no loaded module exports");
    }
    if (bko__lua_wire_put_seen(w, index)) {
        return;
    }
    bko__lua_wire_check_depth(w, path);
    bko__lua_wire_put_byte(w, WIRE_FUNCTION);
    put_bytecode(w, index, path);
    put_upvalues(w, index, path);
}

static void join_cell(bko__lua_wire_reader *r, int function, int i, lua_Integer cell) {
    lua_State *L = r->L;
    lua_rawgeti(L, SLOT_CELLS, 2 * cell + 1);
    lua_rawgeti(L, SLOT_CELLS, 2 * cell + 2);
    lua_upvaluejoin(L, function, i, -2, (int)lua_tointeger(L, -1));
    lua_pop(L, 2);
}

/* The cell is registered before its value is read: the value may hold functions that share the
 * cell. */
static void fill_cell(bko__lua_wire_reader *r, int function, int i) {
    lua_State *L = r->L;
    lua_Integer cell = r->cells++;
    lua_pushvalue(L, function);
    lua_rawseti(L, SLOT_CELLS, 2 * cell + 1);
    lua_pushinteger(L, i);
    lua_rawseti(L, SLOT_CELLS, 2 * cell + 2);
    bko__lua_wire_get_value(r);
    lua_setupvalue(L, function, i);
}

static void get_upvalues(bko__lua_wire_reader *r, int function) {
    uint64_t count = bko__lua_wire_get_varint(r);
    if (count != (uint64_t)upvalue_count(r->L, function)) {
        bko__lua_wire_malformed(r);
    }
    bko__lua_wire_need_slot(r->L, SLOT_CELLS);
    for (int i = 1; i <= (int)count; i++) {
        uint64_t cell = bko__lua_wire_get_varint(r);
        if (cell < (uint64_t)r->cells) {
            join_cell(r, function, i, (lua_Integer)cell);
        } else if (cell == (uint64_t)r->cells) {
            fill_cell(r, function, i);
        } else {
            bko__lua_wire_malformed(r);
        }
    }
}

void bko__lua_wire_get_function(bko__lua_wire_reader *r) {
    size_t size = bko__lua_wire_get_number(r);
    const char *bytecode = bko__lua_wire_get_bytes(r, size);
    int status = luaL_loadbufferx(r->L, bytecode, size, "=wire", "b");
    if (status == LUA_ERRMEM) {
        lua_error(r->L);
    } else if (status != LUA_OK) {
        bko__lua_wire_malformed(r);
    }
    bko__lua_wire_got_object(r);
    get_upvalues(r, lua_gettop(r->L));
}

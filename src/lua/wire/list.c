/*
 * Lists of values: the arguments of a task and its results. Plain values go straight from the stack
 * to the bytes and back. A list that holds anything else takes the protected way of encode.c, as
 * one message, so that whatever its values share stays shared.
 */
#include "lua/wire/list.h"

#include "bakeoff/error.h"
#include "lua/wire/plain.h"
#include "lua/wire/wire.h"

typedef struct list_job {
    bko__lua_wire_writer writer;
    int count;
    bko__lua_wire_list_kind kind;
} list_job;

/* Stack: the writer's slots (SLOT_VALUE is unused), then the values. */
static int encode_protected(lua_State *L) {
    list_job *job = lua_touserdata(L, SLOT_STATE);
    bko__lua_wire_writer *w = &job->writer;
    bko__lua_wire_path root = {.kind = STEP_ROOT};
    bko__lua_wire_put_byte(w, BKO__WIRE_VERSION);
    bko__lua_wire_put_varint(w, (uint64_t)job->count);
    for (int i = 1; i <= job->count; i++) {
        bko__lua_wire_path step = {.up = &root, .number = i, .depth = 1};
        step.kind = job->kind == BKO__WIRE_ARGUMENTS ? STEP_ARGUMENT : STEP_RESULT;
        bko__lua_wire_put_value(w, SLOTS + i, &step);
    }
    return 0;
}

static int encode_any(lua_State *L, int first, int count, bko__lua_wire_list_kind kind,
                      bko__buffer *out, char *error, size_t error_size) {
    list_job job = {.writer = {.L = L, .out = out, .error = {error, error_size, BKO_OK}},
                    .count = count,
                    .kind = kind};
    size_t before = out->size;
    if (!lua_checkstack(L, SLOTS + 1 + count)) {
        return BKO_ENOMEM;
    }
    lua_pushcfunction(L, encode_protected);
    lua_pushlightuserdata(L, &job);
    for (int i = 1; i < SLOTS; i++) {
        lua_pushnil(L);
    }
    for (int i = 0; i < count; i++) {
        lua_pushvalue(L, first + i);
    }
    int status = lua_pcall(L, SLOTS + count, 0, 0);
    int err = bko__lua_wire_outcome(L, status, &job.writer.error);
    if (err != BKO_OK) {
        out->size = before;
    }
    return err;
}

int bko__lua_wire_encode_list(lua_State *L, int first, int count, bko__lua_wire_list_kind kind,
                              bko__buffer *out, char *error, size_t error_size) {
    size_t before = out->size;
    if (error_size > 0) {
        error[0] = '\0';
    }
    int written = bko__buffer_reserve(out, 1 + BKO__VARINT_MAX) == BKO_OK ? 1 : BKO_ENOMEM;
    if (written == 1) {
        out->data[out->size++] = BKO__WIRE_PLAIN;
        out->size = (size_t)(bko__varint_write(out->data + out->size, (uint64_t)count) - out->data);
    }
    for (int i = 0; i < count && written == 1; i++) {
        written = bko__lua_plain_put(L, first + i, out);
    }
    if (written == 1) {
        return BKO_OK;
    }
    out->size = before;
    return written == 0 ? encode_any(L, first, count, kind, out, error, error_size) : BKO_ENOMEM;
}

static int decode_protected(lua_State *L) {
    bko__lua_wire_reader *r = lua_touserdata(L, SLOT_STATE);
    lua_settop(L, SLOTS);
    r->at = 1;
    uint64_t count = bko__lua_wire_get_varint(r);
    if (count > r->size - r->at) {
        bko__lua_wire_malformed(r);
    }
    for (uint64_t i = 0; i < count; i++) {
        bko__lua_wire_get_value(r);
    }
    if (r->at != r->size) {
        bko__lua_wire_malformed(r);
    }
    return (int)count;
}

static int decode_any(lua_State *L, const void *data, size_t size, char *error, size_t error_size) {
    bko__lua_wire_reader r = {
        .L = L, .data = data, .size = size, .error = {error, error_size, BKO_OK}};
    int top = lua_gettop(L);
    lua_pushcfunction(L, decode_protected);
    lua_pushlightuserdata(L, &r);
    int status = lua_pcall(L, 1, LUA_MULTRET, 0);
    int err = bko__lua_wire_outcome(L, status, &r.error);
    return err == BKO_OK ? lua_gettop(L) - top : err;
}

int bko__lua_wire_push_list(lua_State *L, const void *data, size_t size, char *error,
                            size_t error_size) {
    const unsigned char *at = data;
    const unsigned char *end = at + size;
    uint64_t count = 0;
    if (error_size > 0) {
        error[0] = '\0';
    }
    if (size > 0 && *at == BKO__WIRE_VERSION) {
        return lua_checkstack(L, 2) ? decode_any(L, data, size, error, error_size) : BKO_ENOMEM;
    }
    int top = lua_gettop(L);
    at = size > 0 && *at == BKO__WIRE_PLAIN ? bko__varint_read(at + 1, end, &count) : NULL;
    if (at == NULL || count > (uint64_t)(end - at)) {
        return BKO_EPROTOCOL;
    }
    if (!lua_checkstack(L, (int)count)) {
        return BKO_ENOMEM;
    }
    for (uint64_t i = 0; i < count && at != NULL; i++) {
        at = bko__lua_plain_push(L, at, end);
    }
    if (at != end) {
        lua_settop(L, top);
        return BKO_EPROTOCOL;
    }
    return (int)count;
}

int bko__lua_wire_is_plain_list(const void *data, size_t size) {
    return size > 0 && *(const unsigned char *)data == BKO__WIRE_PLAIN;
}

/*
 * The functions that a worker was sent, by number. Numbers count up, so a table of fixed size,
 * indexed by the number modulo its size, keeps the newest. A function that was dropped and is
 * needed again comes from the store.
 */
#include <lauxlib.h>
#include <stdio.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "lua/pool/worker.h"
#include "lua/wire/wire.h"

static int refuse(bko__lua_worker_task *task, int code, const char *text) {
    if (text == NULL || text[0] == '\0') {
        text = bko_error_text(code);
    }
    snprintf(task->worker->reason, sizeof task->worker->reason, "function of the task: %s", text);
    return code;
}

static void forget_all(bko__lua_worker *self) {
    lua_State *L = self->L;
    for (int i = 0; i < BKO__FUNCTIONS; i++) {
        self->numbers[i] = 0;
        lua_pushnil(L);
        lua_rawseti(L, BKO__WORKER_TABLE, i + 1);
    }
    self->kept_bytes = 0;
}

/* Decodes the function, keeps it and pushes it. */
static int keep(bko__lua_worker_task *task, uint64_t number, const void *data, size_t size) {
    bko__lua_worker *self = task->worker;
    lua_State *L = self->L;
    char error[400];
    int err = bko__lua_wire_decode(L, data, size, error, sizeof error);
    if (err != BKO_OK) {
        return refuse(task, err, error);
    }
    if (self->kept_bytes + size > BKO__FUNCTIONS_BYTES) {
        forget_all(self);
    }
    int slot = (int)(number % BKO__FUNCTIONS);
    lua_pushvalue(L, -1);
    lua_rawseti(L, BKO__WORKER_TABLE, slot + 1);
    self->numbers[slot] = number + 1;
    self->kept_bytes += size;
    return BKO_OK;
}

/* Pushes the function if the worker has it. */
static bool has(bko__lua_worker *self, uint64_t number) {
    int slot = (int)(number % BKO__FUNCTIONS);
    return self->numbers[slot] == number + 1 &&
           lua_rawgeti(self->L, BKO__WORKER_TABLE, slot + 1) != LUA_TNIL;
}

static int read_store(bko__lua_worker *self, uint64_t offset, uint64_t size) {
    bko__buffer_clear(&self->read);
    if (bko__buffer_reserve(&self->read, (size_t)size) != BKO_OK) {
        return BKO_ENOMEM;
    }
    while (self->read.size < size) {
        ssize_t n = pread(self->store, self->read.data + self->read.size,
                          (size_t)size - self->read.size, (off_t)(offset + self->read.size));
        if (n <= 0) {
            return n == 0 ? BKO_EPROTOCOL : BKO_ESYS;
        }
        self->read.size += (size_t)n;
    }
    return BKO_OK;
}

int bko__lua_worker_function(bko__lua_worker_task *task, uint64_t number, uint64_t offset,
                             uint64_t size) {
    bko__lua_worker *self = task->worker;
    if (has(self, number)) {
        return BKO_OK;
    }
    int err = read_store(self, offset, size);
    if (err != BKO_OK) {
        return refuse(task, err, NULL);
    }
    task->loaded = size;
    err = keep(task, number, self->read.data, (size_t)size);
    if (size > BKO__FUNCTIONS_BYTES) {
        bko__buffer_free(&self->read);
    }
    return err;
}

int bko__lua_worker_carried(bko__lua_worker_task *task, uint64_t number, uint64_t size) {
    const unsigned char *data = task->at;
    task->at += size;
    return has(task->worker, number) ? BKO_OK : keep(task, number, data, (size_t)size);
}

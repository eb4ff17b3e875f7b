/*
 * A worker's Lua state: its own for threads and the worker program, otherwise the copy that it was
 * forked with. Each worker runs `init` and sees `bake.shared`.
 */
#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "lua/base/gil_hook.h"
#include "lua/base/state.h"
#include "lua/base/traceback.h"
#include "lua/pool/shared.h"
#include "lua/pool/worker.h"
#include "lua/wire/plain.h"
#include "lua/wire/wire.h"

/* The parts of a greeting; all are borrowed. */
typedef struct greeting {
    const char *paths;
    uint64_t pid, store;
    const unsigned char *init, *shared;
    uint64_t init_size, shared_size;
} greeting;

static const unsigned char *read_message(const unsigned char *at, const unsigned char *end,
                                         const unsigned char **message, uint64_t *size) {
    at = at != NULL ? bko__varint_read(at, end, size) : NULL;
    if (at == NULL || *size > (uint64_t)(end - at)) {
        return NULL;
    }
    *message = at;
    return at + *size;
}

static int read_greeting(greeting *out, const void *data, size_t size) {
    const unsigned char *at = data;
    const unsigned char *end = at + size;
    out->paths = data;
    for (int i = 0; i < 2 && at != NULL; i++) {
        at = at < end ? memchr(at, '\0', (size_t)(end - at)) : NULL;
        at = at != NULL ? at + 1 : NULL;
    }
    at = at != NULL ? bko__varint_read(at, end, &out->pid) : NULL;
    at = at != NULL ? bko__varint_read(at, end, &out->store) : NULL;
    at = read_message(at, end, &out->init, &out->init_size);
    at = read_message(at, end, &out->shared, &out->shared_size);
    return at == end ? BKO_OK : BKO_EPROTOCOL;
}

static int fail(bko_answer *reason, int code, const char *what, const char *text) {
    if (what != NULL) {
        bko_answer_add(reason, what, strlen(what));
        bko_answer_add(reason, ": ", 2);
    }
    if (text == NULL || text[0] == '\0') {
        text = code == BKO_ESYS ? strerror(errno) : bko_error_text(code);
    }
    bko_answer_add(reason, text, strlen(text));
    return code;
}

/* Pushes the values of shared and init, init on top; nil for each that is not given. */
static int push_sent(lua_State *L, const greeting *sent, bko_answer *reason) {
    char error[512];
    if (sent->shared_size == 0) {
        lua_pushnil(L);
    } else {
        int err = bko__lua_wire_decode(L, sent->shared, sent->shared_size, error, sizeof error);
        if (err != BKO_OK) {
            return fail(reason, err, "shared", error);
        }
    }
    if (sent->init_size == 0) {
        lua_pushnil(L);
        return BKO_OK;
    }
    int err = bko__lua_wire_decode(L, sent->init, sent->init_size, error, sizeof error);
    return err == BKO_OK ? BKO_OK : fail(reason, err, "init", error);
}

static void push_inherited(const bko__lua_worker_setup *setup) {
    lua_State *L = setup->L;
    const int refs[] = {setup->shared, setup->init};
    for (int i = 0; i < 2; i++) {
        if (refs[i] == LUA_NOREF) {
            lua_pushnil(L);
        } else {
            lua_rawgeti(L, LUA_REGISTRYINDEX, refs[i]);
        }
    }
}

/* Stack: handler, shared, init → handler, table of functions. Runs init(shared), read-only. */
static int start(lua_State *L) {
    bko__lua_shared_set(L, 1);
    if (!lua_isnil(L, 2)) {
        bko__lua_shared_push(L);
        lua_call(L, 1, 0);
    }
    lua_createtable(L, BKO__FUNCTIONS, 0);
    return 1;
}

/* Stack: shared, init. */
static int start_protected(bko__lua_worker *self, bko_answer *reason) {
    lua_State *L = self->L;
    lua_pushcfunction(L, bko__lua_traceback);
    lua_insert(L, BKO__WORKER_HANDLER);
    lua_pushcfunction(L, start);
    lua_insert(L, BKO__WORKER_HANDLER + 1);
    if (lua_pcall(L, 2, 1, BKO__WORKER_HANDLER) != LUA_OK) {
        return fail(reason, BKO_EBROKEN, "init", lua_tostring(L, -1));
    }
    return BKO_OK;
}

static void bind_gil(bko__lua_worker *self, bko__gil *gil) {
    self->gil = gil;
    if (gil != NULL) {
        bko__gil_bind(gil);
        bko__gil_enter(gil);
    }
}

static void leave_gil(const bko__lua_worker *self) {
    if (self->gil != NULL) {
        bko__gil_leave(self->gil);
    }
}

/* Opens the store of an owner that is another program: through /proc, by that process's
 * descriptor. */
static int open_store(const greeting *sent) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%llu/fd/%llu", (unsigned long long)sent->pid,
             (unsigned long long)sent->store);
    return open(path, O_RDONLY | O_CLOEXEC);
}

static int open_own(bko__lua_worker *self, const bko__lua_worker_setup *setup, const void *data,
                    size_t size, bko_answer *reason) {
    greeting sent = {0};
    int err = read_greeting(&sent, data, size);
    if (err != BKO_OK) {
        return fail(reason, err, "greeting", NULL);
    }
    self->owns_state = true;
    self->L = bko__lua_new_state(sent.paths, setup->module);
    if (self->L == NULL || bko__lua_gil_attach(self->L) != BKO_OK) {
        return fail(reason, BKO_ENOMEM, "Lua state", NULL);
    }
    if (setup->is_program) {
        self->store = open_store(&sent);
        self->owns_store = true;
        if (self->store < 0) {
            return fail(reason, BKO_ESYS, "function store", NULL);
        }
    }
    return push_sent(self->L, &sent, reason);
}

/* The caller holds the lock. */
static void destroy(bko__lua_worker *self) {
    if (self->owns_state && self->L != NULL) {
        bko__lua_gil_detach();
        lua_close(self->L);
    }
    if (self->owns_store && self->store >= 0) {
        close(self->store);
    }
    bko__buffer_free(&self->answer);
    bko__buffer_free(&self->read);
    if (self->gil != NULL) {
        bko__gil_leave(self->gil);
        bko__gil_bind(NULL);
    }
    free(self);
}

static void close_worker(void *user, unsigned number, void *state) {
    (void)user;
    (void)number;
    bko__lua_worker *self = state;
    if (self->gil != NULL) {
        bko__gil_enter(self->gil);
    }
    destroy(self);
}

static int open_worker(void *user, unsigned number, const void *data, size_t size, void **state,
                       bko_answer *reason) {
    (void)number;
    bko__lua_worker_setup *setup = user;
    bko__lua_worker *self = calloc(1, sizeof *self);
    if (self == NULL) {
        return fail(reason, BKO_ENOMEM, NULL, NULL);
    }
    self->store = setup->store;
    bind_gil(self, setup->gil);
    int err = BKO_OK;
    if (setup->is_fork) {
        self->L = setup->L;
        setup->me = self;
        push_inherited(setup);
    } else {
        err = open_own(self, setup, data, size, reason);
    }
    if (err == BKO_OK) {
        err = start_protected(self, reason);
    }
    if (err != BKO_OK) {
        destroy(self);
        return err;
    }
    leave_gil(self);
    *state = self;
    return BKO_OK;
}

const bko_pool_worker bko__lua_pool_worker = {
    .open = open_worker, .run = bko__lua_worker_run, .close = close_worker};

/*
 * The script's `process` function as the contenders' hook.
 *
 * A worker that shares its process with others (a thread) gets a Lua state of its own and a copy of the
 * function; results leave it encoded, as they would have to on their way to another state. A worker
 * that is alone in its process uses the state it was forked with, upvalues and all.
 */
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "bakeoff/pool.h"
#include "lua/jobs.h"
#include "lua/module.h"
#include "lua/response.h"
#include "lua/state.h"
#include "lua/traceback.h"
#include "lua/wire.h"

typedef struct process_state {
    const bko__lua_jobs *jobs;
    lua_State *L;
    int function;       /* in L's registry */
    bool own_state;     /* L is ours to close, and results are encoded */
    bko__buffer result; /* encoded; kept for reuse */
} process_state;

/* One call's way through lua_pcall. */
typedef struct call {
    process_state *state;
    const bko_response *response;
    bko_answer *answer;
    char *reason;
    size_t reason_size;
    int err;
} call;

int bko__lua_ship_process(bko__lua_jobs *jobs, char *reason, size_t size) {
    bko__buffer_clear(&jobs->shipped);
    if (jobs->process_ref == LUA_NOREF) {
        return BKO_OK;
    }
    lua_State *L = jobs->L;
    lua_rawgeti(L, LUA_REGISTRYINDEX, jobs->process_ref);
    int err = bko__wire_encode(L, -1, "process", &jobs->shipped, reason, size);
    lua_pop(L, 1);
    bko__buffer_clear(&jobs->shipped_paths);
    if (err == BKO_OK && (err = bko__lua_copy_paths(L, &jobs->shipped_paths)) != BKO_OK) {
        snprintf(reason, size, "process: %s", bko_error_text(err));
    }
    return err;
}

/* A fresh state for a worker thread, with the function in it. */
static int open_own_state(process_state *state, char *reason, size_t size) {
    const bko__lua_jobs *jobs = state->jobs;
    lua_State *L = bko__lua_new_state((const char *)jobs->shipped_paths.data);
    state->own_state = true;
    state->L = L;
    if (L == NULL) {
        return BKO_ENOMEM;
    }
    int err = bko__wire_decode(L, jobs->shipped.data, jobs->shipped.size, reason, size);
    if (err == BKO_OK) {
        state->function = luaL_ref(L, LUA_REGISTRYINDEX);
    }
    return err;
}

static void close_state(void *opaque) {
    process_state *state = opaque;
    if (state->own_state && state->L != NULL) {
        lua_close(state->L);
    }
    bko__buffer_free(&state->result);
    free(state);
}

static int open_state(void *user, unsigned worker, int shares_process, void **out, char *reason,
                      size_t size) {
    (void)worker;
    const bko__lua_jobs *jobs = user;
    process_state *state = calloc(1, sizeof *state);
    if (state == NULL) {
        return BKO_ENOMEM;
    }
    state->jobs = jobs;
    state->L = jobs->L;
    state->function = jobs->process_ref;
    int err = shares_process ? open_own_state(state, reason, size) : BKO_OK;
    if (err != BKO_OK) {
        if (reason[0] == '\0') {
            snprintf(reason, size, "process: %s", bko_error_text(err));
        }
        close_state(state);
        return err;
    }
    *out = state;
    return BKO_OK;
}

/* The result is encoded where it leaves its state; by reference it costs nothing. */
static void pass_on_result(call *self, lua_State *L) {
    process_state *state = self->state;
    if (self->answer == NULL && !state->own_state) {
        return;
    }
    bko__buffer_clear(&state->result);
    self->err = bko__wire_encode(L, -1, "result of process", &state->result, self->reason,
                                 self->reason_size);
    if (self->err == BKO_OK && self->answer != NULL) {
        self->err = bko_answer_add(self->answer, state->result.data, state->result.size);
    } else if (self->err == BKO_OK) {
        bko_recorder_add_ipc(state->jobs->jobs.recorder, state->result.size);
    }
    if (self->err != BKO_OK) {
        self->err = BKO_ETASK;
    }
}

/* process(response) → value, or nil, message */
static int call_protected(lua_State *L) {
    call *self = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, self->state->function);
    bko__lua_push_response(L, self->response, self->state->jobs->headers_wanted);
    lua_call(L, 1, 2);
    if (!lua_toboolean(L, -2) && lua_isstring(L, -1)) {
        self->err = BKO_ETASK;
        snprintf(self->reason, self->reason_size, "%s", lua_tostring(L, -1));
        return 0;
    }
    lua_pop(L, 1);
    pass_on_result(self, L);
    return 0;
}

static int call_process(void *opaque, const bko_response *response, bko_answer *answer,
                        char *reason, size_t size) {
    process_state *state = opaque;
    lua_State *L = state->L;
    call self = {state, response, answer, reason, size, BKO_OK};
    if (!lua_checkstack(L, 4)) {
        return BKO_ENOMEM;
    }
    int top = lua_gettop(L);
    lua_pushcfunction(L, bko__lua_traceback);
    lua_pushcfunction(L, call_protected);
    lua_pushlightuserdata(L, &self);
    if (lua_pcall(L, 1, 0, top + 1) != LUA_OK) {
        const char *text = lua_tostring(L, -1);
        snprintf(reason, size, "%s", text != NULL ? text : "an error that cannot be shown");
        self.err = BKO_ETASK;
    }
    lua_settop(L, top);
    return self.err;
}

void bko__lua_process_hook(bko__lua_jobs *jobs) {
    jobs->hook = (bko_process_hook){
        .open = open_state, .call = call_process, .close = close_state, .user = jobs};
}

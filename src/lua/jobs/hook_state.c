/* See lua/jobs/hook_state.h. */
#include "lua/jobs/hook_state.h"

#include <lauxlib.h>
#include <stdio.h>

#include "bakeoff/error.h"
#include "bakeoff/pool.h"
#include "lua/base/gil_hook.h"
#include "lua/base/state.h"
#include "lua/base/traceback.h"
#include "lua/jobs/digest.h"
#include "lua/wire/wire.h"
#include "record/notes.h"

/* Nothing where nothing was encoded. */
static int receive(lua_State *L, const bko__buffer *encoded, int *ref, char *reason, size_t size) {
    if (encoded->size == 0) {
        return BKO_OK;
    }
    int err = bko__lua_wire_decode(L, encoded->data, encoded->size, reason, size);
    if (err == BKO_OK) {
        *ref = luaL_ref(L, LUA_REGISTRYINDEX);
    }
    return err;
}

/* Opens a fresh state for a worker thread and puts the function into it. */
static int open_own_state(bko__lua_hook_state *state, char *reason, size_t size) {
    const bko__lua_jobs_encoded *encoded = &state->jobs->encoded;
    lua_State *L = bko__lua_new_state((const char *)encoded->paths.data, state->jobs->module);
    state->own_state = true;
    state->L = L;
    if (L == NULL || bko__lua_gil_attach(L) != BKO_OK) {
        return BKO_ENOMEM;
    }
    int err = receive(L, &encoded->function, &state->function, reason, size);
    if (err == BKO_OK) {
        err = receive(L, &encoded->shared, &state->shared, reason, size);
    }
    if (err == BKO_OK) {
        err = receive(L, &encoded->random, &state->random, reason, size);
    }
    return err;
}

int bko__lua_hook_state_open(bko__lua_hook_state *state, const bko__lua_jobs *jobs,
                             int shares_process, char *reason, size_t size) {
    *state = (bko__lua_hook_state){
        .jobs = jobs, .function = LUA_NOREF, .shared = LUA_NOREF, .random = LUA_NOREF};
    if (!shares_process) {
        state->L = jobs->L;
        state->function = jobs->function_ref;
        state->shared = jobs->shared_ref;
        state->random = jobs->random_ref;
        return BKO_OK;
    }
    int err = open_own_state(state, reason, size);
    if (err != BKO_OK && reason[0] == '\0') {
        snprintf(reason, size, "cannot create a worker's Lua state: %s", bko_error_text(err));
    }
    return err;
}

void bko__lua_hook_state_close(bko__lua_hook_state *state) {
    if (state->own_state && state->L != NULL) {
        bko__lua_gil_detach();
        lua_close(state->L);
    }
    bko__buffer_free(&state->result);
}

/* Passes the result on: encoded if it leaves its state, else by reference, which costs nothing. */
static void pass_on_result(bko__lua_hook_call *call, lua_State *L) {
    bko__lua_hook_state *state = call->state;
    if (call->answer == NULL && !state->own_state) {
        return;
    }
    bko__buffer_clear(&state->result);
    call->err =
        bko__lua_wire_encode(L, -1, call->what, &state->result, call->reason, call->reason_size);
    if (call->err == BKO_OK && call->answer != NULL) {
        call->err = bko_answer_add(call->answer, state->result.data, state->result.size);
    } else if (call->err == BKO_OK) {
        bko__recorder_add_ipc(state->jobs->jobs.recorder, state->result.size);
    }
    if (call->err == BKO_ETOOLARGE) {
        snprintf(call->reason, call->reason_size, "%s: %zu bytes do not fit into a frame",
                 call->what, state->result.size);
    }
    if (call->err != BKO_OK) {
        call->err = BKO_ETASK;
    }
}

/* function(…) → value, or nil, message */
static int call_protected(lua_State *L) {
    bko__lua_hook_call *call = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, call->state->function);
    int arguments = call->push(L, call);
    lua_call(L, arguments, 2);
    if (!lua_toboolean(L, -2) && lua_isstring(L, -1)) {
        call->err = BKO_ETASK;
        snprintf(call->reason, call->reason_size, "%s", lua_tostring(L, -1));
        return 0;
    }
    lua_pop(L, 1);
    pass_on_result(call, L);
    if (call->err == BKO_OK) {
        call->err = bko__lua_jobs_note_result(call->state->jobs, L, call->job, call->what,
                                              call->reason, call->reason_size);
    }
    return 0;
}

int bko__lua_hook_run(bko__lua_hook_call *call) {
    lua_State *L = call->state->L;
    call->err = BKO_OK;
    if (!lua_checkstack(L, 4)) {
        return BKO_ENOMEM;
    }
    int top = lua_gettop(L);
    lua_pushcfunction(L, bko__lua_traceback);
    lua_pushcfunction(L, call_protected);
    lua_pushlightuserdata(L, call);
    if (lua_pcall(L, 1, 0, top + 1) != LUA_OK) {
        const char *text = lua_tostring(L, -1);
        snprintf(call->reason, call->reason_size, "%s",
                 text != NULL ? text : "an error that cannot be shown");
        call->err = BKO_ETASK;
    }
    lua_settop(L, top);
    return call->err;
}

/* The script's `task` function as the contenders' hook. */
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>

#include "bakeoff/error.h"
#include "lua/jobs/task_context.h"
#include "lua/jobs/task_methods.h"
#include "lua/wire/wire.h"
#include "record/notes.h"

typedef struct task_state {
    bko__lua_hook_state base;
    bko__lua_task_context *context; /* belongs to L */
    int context_ref;
} task_state;

/* The other values that a call needs. */
typedef struct task_call {
    task_state *state;
    size_t job;
    const bko_item *item;
} task_call;

static void close_state(void *opaque) {
    task_state *state = opaque;
    if (state->context != NULL) {
        bko__lua_task_context_close(state->context);
    }
    bko__lua_hook_state_close(&state->base);
    free(state);
}

static int make_context(lua_State *L) {
    task_state *state = lua_touserdata(L, 1);
    unsigned worker = (unsigned)lua_tointeger(L, 2);
    bko__lua_task_methods_register(L);
    state->context = bko__lua_task_context_push(L, &state->base, worker);
    state->context_ref = luaL_ref(L, LUA_REGISTRYINDEX);
    return 0;
}

static int open_context(task_state *state, unsigned worker) {
    lua_State *L = state->base.L;
    lua_pushcfunction(L, make_context);
    lua_pushlightuserdata(L, state);
    lua_pushinteger(L, worker);
    if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
        lua_pop(L, 1);
        return BKO_ENOMEM;
    }
    return BKO_OK;
}

static int open_state(void *user, unsigned worker, int shares_process, void **out, char *reason,
                      size_t size) {
    task_state *state = calloc(1, sizeof *state);
    if (state == NULL) {
        return BKO_ENOMEM;
    }
    int err = bko__lua_hook_state_open(&state->base, user, shares_process, reason, size);
    if (err == BKO_OK) {
        err = open_context(state, worker);
    }
    if (err != BKO_OK) {
        close_state(state);
        return err;
    }
    *out = state;
    return BKO_OK;
}

/* Pushes the item by reference if it never left its state, decoded if it had to travel. */
static void push_item(lua_State *L, const bko__lua_hook_call *call) {
    const task_call *task = call->user;
    const bko__lua_hook_state *state = call->state;
    if (!state->own_state && call->answer == NULL) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, state->jobs->items_ref);
        lua_rawgeti(L, -1, (lua_Integer)task->job + 1);
        lua_remove(L, -2);
        return;
    }
    int err = bko__lua_wire_decode(L, task->item->data, task->item->size, call->reason,
                                   call->reason_size);
    if (err != BKO_OK) {
        luaL_error(L, "%s", call->reason[0] != '\0' ? call->reason : bko_error_text(err));
    }
}

static int push_arguments(lua_State *L, const bko__lua_hook_call *call) {
    const task_call *task = call->user;
    lua_rawgeti(L, LUA_REGISTRYINDEX, task->state->context_ref);
    push_item(L, call);
    return 2;
}

static int run_task(void *opaque, size_t job, const bko_item *item, bko_job_row *row,
                    bko_answer *answer, char *reason, size_t size) {
    task_state *state = opaque;
    task_call task = {state, job, item};
    bko__lua_hook_call call = {.state = &state->base,
                               .push = push_arguments,
                               .user = &task,
                               .what = "result of task",
                               .job = job,
                               .answer = answer,
                               .reason = reason,
                               .reason_size = size};
    if (state->base.own_state) {
        bko__recorder_add_ipc(state->base.jobs->jobs.recorder, item->size);
    }
    bko__lua_task_context_begin(state->context, job, row);
    int err = bko__lua_hook_run(&call);
    if (err == BKO_ETASK) {
        err = bko__lua_fetch_notes_error(&state->context->fetches, reason);
    }
    bko__lua_task_context_begin(state->context, job, NULL);
    return err;
}

void bko__lua_task_hook(bko__lua_jobs *jobs) {
    jobs->task_hook =
        (bko_task_hook){.open = open_state, .run = run_task, .close = close_state, .user = jobs};
}

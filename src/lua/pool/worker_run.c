/*
 * One task in a worker: finds the function, decodes the arguments, calls the function and encodes
 * what it returns. All of this runs in one protected call; an error becomes the answer.
 */
#include <lauxlib.h>
#include <string.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "lua/pool/message.h"
#include "lua/pool/worker.h"
#include "lua/wire/list.h"
#include "lua/wire/plain.h"
#include "record/spans.h"

_Noreturn static void malformed(lua_State *L) {
    luaL_error(L, "task: %s", bko_error_text(BKO_EPROTOCOL));
    __builtin_unreachable();
}

/* Pushes the function. */
static void get_function(bko__lua_worker_task *task) {
    lua_State *L = task->worker->L;
    uint64_t number = 0;
    uint64_t offset = 0;
    uint64_t size = 0;
    task->flags = *task->at;
    bool carried = (task->flags & BKO__TASK_CARRIES) != 0;
    const unsigned char *at = bko__varint_read(task->at + 1, task->end, &number);
    if (at != NULL && !carried) {
        at = bko__varint_read(at, task->end, &offset);
    }
    at = at != NULL ? bko__varint_read(at, task->end, &size) : NULL;
    if (at == NULL || (carried && size > (uint64_t)(task->end - at))) {
        malformed(L);
    }
    task->at = at;
    int err = carried ? bko__lua_worker_carried(task, number, size)
                      : bko__lua_worker_function(task, number, offset, size);
    if (err != BKO_OK) {
        luaL_error(L, "%s", task->worker->reason);
    }
}

/* Calls the function on top of the stack and appends its results to the answer. */
static void call(lua_State *L, bko__lua_worker_task *task) {
    int base = lua_gettop(L);
    int count = bko__lua_wire_push_list(L, task->at, (size_t)(task->end - task->at),
                                        task->worker->reason, sizeof task->worker->reason);
    if (count < 0) {
        luaL_error(L, "arguments of the task: %s",
                   task->worker->reason[0] != '\0' ? task->worker->reason : bko_error_text(count));
    }
    lua_call(L, count, LUA_MULTRET);
    int err = bko__lua_wire_encode_list(L, base, lua_gettop(L) - base + 1, BKO__WIRE_RESULTS,
                                        &task->worker->answer, task->worker->reason,
                                        sizeof task->worker->reason);
    if (err != BKO_OK) {
        luaL_error(L, "%s",
                   task->worker->reason[0] != '\0' ? task->worker->reason : bko_error_text(err));
    }
}

/* Stack: the worker's own values, then the task. */
static int run_protected(lua_State *L) {
    bko__lua_worker_task *task = lua_touserdata(L, BKO__WORKER_TOP + 1);
    get_function(task);
    if (bko__varint_append(&task->worker->answer, task->loaded) != BKO_OK) {
        luaL_error(L, "%s", bko_error_text(BKO_ENOMEM));
    }
    if ((task->flags & BKO__TASK_CHUNK) != 0) {
        bko__lua_worker_chunk(task);
    } else {
        call(L, task);
    }
    return 0;
}

/* Makes the error on top of the stack the answer; without memory for it, the answer is empty. */
static int answer_error(bko__lua_worker_task *task) {
    bko__lua_worker *self = task->worker;
    size_t size = 0;
    const char *text = lua_tolstring(self->L, -1, &size);
    if (text == NULL) {
        text = "an error that cannot be shown";
        size = strlen(text);
    }
    bko__buffer_clear(&self->answer);
    int err = bko__varint_append(&self->answer, task->loaded);
    if (err == BKO_OK) {
        err = bko__buffer_append(&self->answer, text, size);
    }
    if (err != BKO_OK) {
        bko__buffer_clear(&self->answer);
        return err;
    }
    return self->met_deadlock ? BKO_EDEADLOCK : BKO_ETASK;
}

static int run(bko__lua_worker *self, const void *data, size_t size, bko_answer *answer) {
    lua_State *L = self->L;
    bko__lua_worker_task task = {
        .worker = self, .at = data, .end = (const unsigned char *)data + size};
    bko__buffer_clear(&self->answer);
    self->met_deadlock = false;
    int result = BKO_OK;
    lua_pushcfunction(L, run_protected);
    lua_pushvalue(L, BKO__WORKER_HANDLER);
    lua_pushvalue(L, BKO__WORKER_TABLE);
    lua_pushlightuserdata(L, &task);
    if (size == 0 || lua_pcall(L, BKO__WORKER_TOP + 1, 0, BKO__WORKER_HANDLER) != LUA_OK) {
        result = answer_error(&task);
    }
    lua_settop(L, BKO__WORKER_TOP);
    int err = bko_answer_add(answer, self->answer.data, self->answer.size);
    return err == BKO_OK ? result : err;
}

/* Runs the task and records when it ran. The caller holds the interpreter lock, if there is one, so
 * the recorded time excludes the wait for it. */
static int run_noted(const bko__lua_worker_setup *setup, bko__lua_worker *self, bko_span *span,
                     const void *data, size_t size, bko_answer *answer) {
    if (setup->spans == NULL) {
        return run(self, data, size, answer);
    }
    span->start_ns = bko_clock_now_ns();
    int err = run(self, data, size, answer);
    span->end_ns = bko_clock_now_ns();
    bko__spans_add(setup->spans, span);
    return err;
}

int bko__lua_worker_run(void *user, void *state, unsigned number, uint64_t id, const void *data,
                        size_t size, bko_answer *answer) {
    bko__lua_worker *self = state;
    bko_span span = {.task = (uint32_t)id, .worker = (uint16_t)number, .kind = BKO_SPAN_RUN};
    if (self->gil == NULL) {
        return run_noted(user, self, &span, data, size, answer);
    }
    bko__gil_enter(self->gil);
    int err = run_noted(user, self, &span, data, size, answer);
    bko__gil_leave(self->gil);
    return err;
}

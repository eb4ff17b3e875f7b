/* See lua/jobs/task_context.h. The methods are in task_methods.c. */
#include "lua/jobs/task_context.h"

#include <lauxlib.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "record/spans.h"

bko__lua_task_context *bko__lua_task_context_check(lua_State *L) {
    bko__lua_task_context *self = luaL_checkudata(L, 1, BKO__TASK_CONTEXT_TYPE);
    if (self->row == NULL) {
        luaL_error(L, "ctx: used after its job ended");
    }
    return self;
}

void bko__lua_task_context_waited(bko__lua_task_context *self, bko_span_kind kind,
                                  int64_t since_ns) {
    int64_t now = bko_clock_now_ns();
    bko_span span = {
        .start_ns = since_ns, .end_ns = now, .job = (uint32_t)self->job, .kind = (uint16_t)kind};
    self->row->waited_ns += now - since_ns;
    bko__spans_add(self->jobs->jobs.spans, &span);
}

void bko__lua_task_context_close_file(bko__lua_task_context *self) {
    if (self->file >= 0) {
        close(self->file);
        self->file = -1;
    }
}

void bko__lua_task_context_close(bko__lua_task_context *self) {
    bko_transfer_free(self->transfer);
    self->transfer = NULL;
    bko__lua_fetch_notes_clear(&self->fetches);
    bko__lua_task_context_close_file(self);
}

void bko__lua_task_context_begin(bko__lua_task_context *self, size_t job, bko_job_row *row) {
    self->job = job;
    self->row = row;
    bko__lua_fetch_notes_clear(&self->fetches);
}

/* Stack: the context on top. */
static void set_value(lua_State *L, int ref, int place) {
    if (ref != LUA_NOREF) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, ref);
        lua_setiuservalue(L, -2, place);
    }
}

bko__lua_task_context *bko__lua_task_context_push(lua_State *L, const bko__lua_hook_state *state,
                                                  unsigned worker) {
    bko__lua_task_context *self = lua_newuserdatauv(L, sizeof *self, BKO__TASK_CONTEXT_RANDOM);
    *self = (bko__lua_task_context){.jobs = state->jobs, .worker = worker, .file = -1};
    luaL_setmetatable(L, BKO__TASK_CONTEXT_TYPE);
    set_value(L, state->shared, BKO__TASK_CONTEXT_SHARED);
    set_value(L, state->random, BKO__TASK_CONTEXT_RANDOM);
    return self;
}

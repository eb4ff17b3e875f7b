/*
 * Recording for jobs that run as coroutines: core.job_rows(jobs, workers, loop) → rows. A slot
 * holds one job in flight. A job starts, waits and goes on any number of times, and ends. The
 * caller names what it waited for, or the responses of a fetching task show it.
 *
 * The CPU time of a job is that of the thread between going on and waiting. Other jobs that ran
 * while it waited don't count.
 *
 * Threads: all of it belongs to the loop's thread.
 */
#include <errno.h>
#include <lauxlib.h>
#include <string.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "contender/job.h"
#include "contender/pace.h"
#include "core/clock.h"
#include "loop/lag.h"
#include "lua/base/push.h"
#include "lua/base/type.h"
#include "lua/fetch/response.h"
#include "lua/jobs/digest.h"
#include "lua/jobs/jobs.h"
#include "lua/loop/loop.h"
#include "lua/pool/pool.h"
#include "lua/rows/rows.h"
#include "record/notes.h"
#include "record/spans.h"

#define ROWS_TYPE "bakeoff.job_rows"

typedef struct flight {
    bko__lua_response_observer observer; /* first member: its address leads to the flight */
    const bko_jobs *jobs;
    const bko__lua_jobs *given;
    size_t job;
    bko_job_row row;
    int64_t running_since_ns; /* CPU clock; -1: the job waits */
    int64_t waiting_since_ns;
    bko_span_kind waits_for;
    uint32_t task;  /* number of the pool's task, if it waits for one */
    unsigned waits; /* above 1 if several coroutines of one job wait at the same time */
    bko__lua_fetch_notes fetches;
} flight;

typedef struct job_rows {
    const bko_jobs *jobs;
    bko__pace pace;
    int64_t cpu_start_ns;
    unsigned count;
    flight flights[];
} job_rows;

static job_rows *check_rows(lua_State *L) {
    return luaL_checkudata(L, 1, ROWS_TYPE);
}

static flight *check_flight(lua_State *L) {
    job_rows *self = check_rows(L);
    lua_Integer slot = luaL_checkinteger(L, 2);
    luaL_argcheck(L, slot >= 1 && slot <= (lua_Integer)self->count, 2, "no such slot");
    return &self->flights[slot - 1];
}

static void on_response(bko__lua_response_observer *observer, const bko_response *response) {
    flight *self = (flight *)(void *)observer;
    bko__lua_response_note(response, &self->fetches, &self->row, self->jobs->recorder);
}

/* rows:submit() → nothing, or in an open loop a descriptor that is readable when a job is due. From
 * here on all jobs wait for their start, and the thread's CPU time counts. */
static int rows_submit(lua_State *L) {
    job_rows *self = check_rows(L);
    bko__pace_begin(&self->pace, self->jobs);
    bool is_open = bko__recorder_is_open(self->jobs->recorder);
    if (is_open && bko__pace_open_timer(&self->pace) != BKO_OK) {
        return luaL_error(L, "submit: %s", strerror(errno));
    }
    bko__recorder_submit(self->jobs->recorder, self->jobs->count);
    self->cpu_start_ns = bko__clock_thread_cpu_ns();
    if (!is_open) {
        return 0;
    }
    lua_pushinteger(L, self->pace.timer);
    return 1;
}

/* rows:take([was_full]) → the number of the job that is to start now, or nil. `was_full`: no slot
 * was free until now. */
static int rows_take(lua_State *L) {
    job_rows *self = check_rows(L);
    size_t job;
    if (lua_toboolean(L, 2)) {
        bko__pace_admit(&self->pace);
    }
    if (bko__pace_take(&self->pace, &job)) {
        lua_pushinteger(L, (lua_Integer)job + 1);
    } else {
        lua_pushnil(L);
    }
    return 1;
}

/* rows:taken() → have all jobs been taken? */
static int rows_taken(lua_State *L) {
    lua_pushboolean(L, bko__pace_is_done(&check_rows(L)->pace));
    return 1;
}

/* rows:set_timer(on): see rows:submit */
static int rows_set_timer(lua_State *L) {
    bko__pace_set_timer(&check_rows(L)->pace, lua_toboolean(L, 2));
    return 0;
}

static int rows_gc(lua_State *L) {
    job_rows *self = check_rows(L);
    bko__pace_close_timer(&self->pace);
    for (unsigned i = 0; i < self->count; i++) {
        bko__lua_fetch_notes_clear(&self->flights[i].fetches);
    }
    return 0;
}

/* rows:start(slot, job) */
static int rows_start(lua_State *L) {
    flight *self = check_flight(L);
    lua_Integer job = luaL_checkinteger(L, 3);
    luaL_argcheck(L, job >= 1 && job <= (lua_Integer)self->jobs->count, 3, "no such job");
    self->job = (size_t)job - 1;
    bko__lua_fetch_notes_clear(&self->fetches);
    self->waits = 0;
    bko__recorder_start(self->jobs->recorder, self->job, (unsigned)lua_tointeger(L, 2) - 1,
                        &self->row);
    self->running_since_ns = bko__clock_thread_cpu_ns();
    return 0;
}

static void stop_running(flight *self) {
    if (self->running_since_ns >= 0) {
        self->row.cpu_ns += bko__clock_thread_cpu_ns() - self->running_since_ns;
        self->running_since_ns = -1;
    }
}

/* Records what the job is going to wait for: a task, for its response, or a pool's future. */
static void look_at(lua_State *L, flight *self) {
    bko__lua_task *task = luaL_testudata(L, 4, BKO__TASK_TYPE);
    if (task != NULL) {
        task->observer = &self->observer;
    } else {
        self->task = (uint32_t)bko__lua_future_check(L, 4)->task;
    }
}

/* rows:wait(slot, kind [, task or future]): the job waits; "inline": it computes without a pool. */
static int rows_wait(lua_State *L) {
    static const char *const kinds[] = {"fetch", "read", "sleep", "offload", "inline", NULL};
    flight *self = check_flight(L);
    int kind = luaL_checkoption(L, 3, NULL, kinds);
    if (!lua_isnoneornil(L, 4)) {
        look_at(L, self);
    }
    if (self->waits++ == 0) {
        self->waits_for = (bko_span_kind)(BKO_SPAN_FETCH + kind);
        if (self->waits_for != BKO_SPAN_INLINE) {
            stop_running(self);
        }
        self->waiting_since_ns = bko_clock_now_ns();
    }
    return 0;
}

static void note_wait(const flight *self, int64_t now_ns) {
    bko_span span = {.start_ns = self->waiting_since_ns,
                     .end_ns = now_ns,
                     .job = (uint32_t)self->job,
                     .task = self->task,
                     .kind = (uint16_t)self->waits_for};
    bko__spans_add(self->jobs->spans, &span);
}

/* rows:go_on(slot [, bytes]): the job's wait is over; `bytes`: the size of a file that was read. */
static int rows_go_on(lua_State *L) {
    flight *self = check_flight(L);
    int64_t now = bko_clock_now_ns();
    if (!lua_isnoneornil(L, 3)) {
        self->row.bytes += (uint64_t)luaL_checkinteger(L, 3);
        self->row.done_ns = now;
    }
    if (self->waits > 0 && --self->waits == 0) {
        self->row.waited_ns += now - self->waiting_since_ns;
        note_wait(self, now);
        if (self->running_since_ns < 0) {
            self->running_since_ns = bko__clock_thread_cpu_ns();
        }
    }
    return 0;
}

/* rows:saved(slot) */
static int rows_saved(lua_State *L) {
    check_flight(L)->row.saved_ns = bko_clock_now_ns();
    return 0;
}

/* rows:processed(slot): the response is processed; the body of a task is processed when it ends. */
static int rows_processed(lua_State *L) {
    check_flight(L)->row.processed_ns = bko_clock_now_ns();
    return 0;
}

/* The recorder's code with this short name; BKO_ETASK if there is none. */
static int16_t code_named(const char *name) {
    for (int code = BKO_EINVAL; code > -BKO_RECORDER_ERRORS; code--) {
        if (strcmp(bko_error_name(code), name) == 0) {
            return (int16_t)code;
        }
    }
    return BKO_ETASK;
}

/* Why the job failed: a task tells only in its reason which of its fetches did. */
static int16_t error_of(const flight *self, const char *name, const char *reason) {
    int16_t code = code_named(name);
    return code == BKO_ETASK && self->jobs->task != NULL
               ? (int16_t)bko__lua_fetch_notes_error(&self->fetches, reason)
               : code;
}

/* rows:result(slot, value): the job returned `value`. → true, or nil, message if it can't be compared
 * although results are compared: the job has failed. */
static int rows_result(lua_State *L) {
    const flight *self = check_flight(L);
    const bko__lua_jobs *given = self->given;
    bool is_task = self->jobs->task != NULL;
    uint64_t key = is_task ? self->job : bko__lua_jobs_url_key(given, self->jobs->urls[self->job]);
    char reason[256];
    lua_settop(L, 3);
    int err = bko__lua_jobs_note_result(
        given, L, key, is_task ? "result of task" : "result of process", reason, sizeof reason);
    if (err != BKO_OK) {
        return bko__lua_fail_text(L, err, reason);
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* rows:ended(slot [, code, reason, item]): done, or failed with a reason; "lost": worker died. */
static int rows_ended(lua_State *L) {
    flight *self = check_flight(L);
    const char *code = luaL_optstring(L, 3, NULL);
    bko_recorder *recorder = self->jobs->recorder;
    stop_running(self);
    if (self->jobs->task != NULL) {
        self->row.processed_ns = bko_clock_now_ns();
    }
    self->row.error = BKO_OK;
    if (code != NULL) {
        const char *reason = luaL_checkstring(L, 4);
        self->row.error = error_of(self, code, reason);
        bko__jobs_note_failure(self->jobs, &self->row, luaL_checkstring(L, 5), reason);
    }
    if (self->row.error == BKO_ELOST) {
        bko__recorder_lost(recorder, self->job);
    } else {
        bko__recorder_end(recorder, self->job, &self->row);
    }
    return 0;
}

/* rows:finish([pool_cpu, ipc_bytes]): the work is done. The loop's thread is the first worker;
 * those of the pool (a list of seconds) follow. */
static int rows_finish(lua_State *L) {
    job_rows *self = check_rows(L);
    bko_recorder *recorder = self->jobs->recorder;
    bko__pace_close_timer(&self->pace);
    bko__recorder_worker_cpu(recorder, 0, bko__clock_thread_cpu_ns() - self->cpu_start_ns);
    if (lua_istable(L, 2)) {
        lua_Integer count = (lua_Integer)lua_rawlen(L, 2);
        for (lua_Integer i = 1; i <= count; i++) {
            lua_rawgeti(L, 2, i);
            bko__recorder_worker_cpu(recorder, (unsigned)i, (int64_t)(lua_tonumber(L, -1) * 1e9));
            lua_pop(L, 1);
        }
        bko__recorder_add_ipc(recorder, (uint64_t)luaL_checkinteger(L, 3));
    }
    return 0;
}

/* job_rows(jobs, workers, loop) → rows. The jobs need a recorder; it records the loop's lag too, and limits
 * the retries of the loop's fetches. */
static int rows_new(lua_State *L) {
    bko__lua_jobs *jobs = bko__lua_jobs_check(L, 1);
    lua_Integer workers = luaL_checkinteger(L, 2);
    luaL_argcheck(L, workers >= 1 && workers <= 65535, 2, "expected 1 to 65,535 workers");
    luaL_argcheck(L, jobs->jobs.recorder != NULL, 1, "no recorder: call new_recorder first");
    size_t size = sizeof(job_rows) + (size_t)workers * sizeof(flight);
    job_rows *self = lua_newuserdatauv(L, size, 1);
    memset(self, 0, size);
    self->jobs = &jobs->jobs;
    self->count = (unsigned)workers;
    self->pace.timer = -1;
    for (unsigned i = 0; i < self->count; i++) {
        self->flights[i].observer.note = on_response;
        self->flights[i].jobs = self->jobs;
        self->flights[i].given = jobs;
        self->flights[i].running_since_ns = -1;
    }
    bko__lua_loop *loop = bko__lua_loop_check(L, 3);
    loop->fetch.retries.budget = jobs->fetch.retries.budget;
    bko__loop_watch_lag(loop->loop, bko_spans_loop_lag(self->jobs->spans));
    luaL_setmetatable(L, ROWS_TYPE);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 1);
    return 1;
}

void bko__lua_job_rows(lua_State *L) {
    static const luaL_Reg functions[] = {{"job_rows", rows_new}, {NULL, NULL}};
    static const luaL_Reg methods[] = {
        {"submit", rows_submit}, {"start", rows_start}, {"wait", rows_wait},
        {"go_on", rows_go_on},   {"saved", rows_saved}, {"processed", rows_processed},
        {"result", rows_result}, {"ended", rows_ended}, {"finish", rows_finish},
        {"take", rows_take},     {"taken", rows_taken}, {"set_timer", rows_set_timer},
        {"__gc", rows_gc},       {NULL, NULL}};
    bko__lua_type_add(L, ROWS_TYPE, methods);
    luaL_setfuncs(L, functions, 0);
}

/*
 * The loop for coroutines: core.job_loop(jobs, workers) → loop; loop:run(body) runs body(loop, job)
 * in a coroutine per job, at most `workers` of them at once. In the body, loop:fetch() yields until
 * the job's response has arrived. The native contenders' code (contender/job.h) records everything
 * around the fetch: resuming the coroutine is their `process` step.
 *
 * The next coroutine reuses the Lua thread of a finished job.
 */
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "bakeoff/loop.h"
#include "contender/job.h"
#include "contender/paced_loop.h"
#include "loop/lag.h"
#include "lua/base/push.h"
#include "lua/base/traceback.h"
#include "lua/base/type.h"
#include "lua/fetch/response.h"
#include "lua/jobs/digest.h"
#include "lua/jobs/jobs.h"
#include "record/notes.h"

#define LOOP_TYPE "bakeoff.job_loop"

enum { UV_JOBS = 1, UV_THREADS, UV_BODY, UV_COUNT = UV_BODY };

typedef struct job_loop job_loop;

/* A coroutine in flight. */
typedef struct flight {
    job_loop *owner;
    lua_State *coroutine; /* anchored in the loop's thread table */
    size_t job;
    bool fetching; /* the coroutine has yielded in loop:fetch */
    bko_job_row row;
} flight;

struct job_loop {
    lua_State *L;               /* the thread that called run */
    const bko__lua_jobs *given; /* borrowed from UV_JOBS */
    bko_jobs jobs;              /* the script's jobs, with our process step */
    bko_process_hook hook;
    bko__worker worker;
    bool headers_wanted;
    bko_loop *loop;
    bko__paced_loop paced;
    flight *flights; /* owned; one per worker */
    unsigned count;
    flight *current; /* the coroutine that runs now */
};

static job_loop *check_loop(lua_State *L) {
    job_loop *self = luaL_checkudata(L, 1, LOOP_TYPE);
    luaL_argcheck(L, self->loop != NULL, 1, "used after close");
    return self;
}

static int loop_close(lua_State *L) {
    job_loop *self = luaL_checkudata(L, 1, LOOP_TYPE);
    bko__paced_loop_close(&self->paced);
    bko_loop_free(self->loop);
    free(self->flights);
    self->loop = NULL;
    self->flights = NULL;
    return 0;
}

/* Makes the thread usable for the next job. lua_resetthread leaves an error object on its stack,
 * which would be taken for a result of that job. */
static void reset(lua_State *coroutine) {
    lua_resetthread(coroutine);
    lua_settop(coroutine, 0);
}

/* Keeps the message of a failed coroutine. */
static int fail_coroutine(flight *self, char *reason, size_t size) {
    lua_State *L = self->owner->L;
    bko__lua_coroutine_traceback(L, self->coroutine);
    snprintf(reason, size, "%s", lua_tostring(L, -1));
    lua_pop(L, 1);
    reset(self->coroutine);
    return BKO_ETASK;
}

/* Fails a coroutine that yielded by itself, because nothing would ever resume it. */
static int refuse_yield(flight *self, char *reason, size_t size) {
    snprintf(reason, size, "attempt to yield: a job's coroutine may wait only in fetch");
    reset(self->coroutine);
    return BKO_ETASK;
}

/* The coroutine has ended with `results` values on its stack. Returns 0 if they aren't nil and a
 * message. */
static int take_results(flight *self, int results, char *reason, size_t size) {
    lua_State *co = self->coroutine;
    const bko__lua_jobs *given = self->owner->given;
    if (results >= 2 && !lua_toboolean(co, -results) && lua_isstring(co, 1 - results)) {
        snprintf(reason, size, "%s", lua_tostring(co, 1 - results));
        return BKO_ETASK;
    }
    lua_settop(co, lua_gettop(co) - results + 1); /* the first one, or nil */
    uint64_t key = bko__lua_jobs_url_key(given, given->jobs.urls[self->job]);
    return bko__lua_jobs_note_result(given, co, key, "result of process", reason, size);
}

/* Resumes the coroutine with the values on its stack. Returns 0 if it ended well or waits for its
 * fetch. */
static int resume(flight *self, int arguments, char *reason, size_t size) {
    lua_State *co = self->coroutine;
    int results = 0;
    flight *before = self->owner->current;
    self->owner->current = self;
    self->fetching = false;
    int status = lua_resume(co, self->owner->L, arguments, &results);
    self->owner->current = before;
    if (status != LUA_OK && status != LUA_YIELD) {
        return fail_coroutine(self, reason, size);
    }
    if (status == LUA_YIELD && !self->fetching) {
        return refuse_yield(self, reason, size);
    }
    int err = status == LUA_OK ? take_results(self, results, reason, size) : BKO_OK;
    lua_settop(co, 0);
    return err;
}

/* The process step of bko__worker_finish_job. */
static int resume_with_response(void *state, const bko_response *response, bko_answer *answer,
                                char *reason, size_t size) {
    (void)answer;
    job_loop *loop = state;
    flight *self = loop->current;
    bko__lua_response_push(self->coroutine, response, loop->headers_wanted);
    return resume(self, 1, reason, size);
}

/* Gives the coroutine of a failed fetch nil, message, code: it can clean up, but the job stays
 * failed. */
static void resume_with_error(flight *self, const bko_response *response) {
    char ignored[256];
    int failure = bko__lua_fail_text(self->coroutine, response->error, response->error_text);
    resume(self, failure, ignored, sizeof ignored);
}

static void on_started(void *user, unsigned slot) {
    flight *self = user;
    bko__recorder_start(self->owner->jobs.recorder, self->job, slot, &self->row);
}

static void on_done(void *user, const bko_response *response) {
    flight *self = user;
    job_loop *loop = self->owner;
    if (response->error != BKO_OK) {
        resume_with_error(self, response);
    }
    loop->current = self;
    bko__worker_finish_job(&loop->worker, self->job, response, &self->row, NULL);
    loop->current = NULL;
    bko__paced_loop_ended(&loop->paced, (unsigned)(self - loop->flights));
}

/* loop:fetch() → response, or nil, message, code. Only inside loop:run, once per job. */
static int loop_fetch(lua_State *L) {
    job_loop *self = check_loop(L);
    flight *mine = self->current;
    if (mine == NULL || mine->coroutine != L) {
        return luaL_error(L, "fetch: call it only in the job's own coroutine");
    }
    int err = bko_loop_fetch(self->loop, self->jobs.urls[mine->job], on_started, on_done, mine);
    if (err != BKO_OK) {
        return luaL_error(L, "fetch: %s", bko_error_text(err));
    }
    mine->fetching = true;
    return lua_yield(L, 0);
}

/* Starts the job's coroutine. A body that never fetches still ends the job. */
static int start_job(void *user, unsigned slot, size_t job) {
    job_loop *loop = user;
    flight *self = &loop->flights[slot];
    char reason[1024];
    self->job = job;
    lua_getiuservalue(loop->L, 1, UV_BODY);
    lua_xmove(loop->L, self->coroutine, 1);
    lua_pushvalue(loop->L, 1);
    lua_xmove(loop->L, self->coroutine, 1);
    lua_pushinteger(self->coroutine, (lua_Integer)self->job + 1);
    int err = resume(self, 2, reason, sizeof reason);
    if (err != BKO_OK) {
        bko__recorder_reason(loop->jobs.recorder, reason);
    }
    return err;
}

/* loop:run(body) → true, or nil, message, code */
static int loop_run(lua_State *L) {
    job_loop *self = check_loop(L);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    lua_setiuservalue(L, 1, UV_BODY);
    self->L = L;
    bko__worker_note_cpu(&self->worker);
    int err = bko__paced_loop_begin(&self->paced);
    int ran = bko_loop_run(self->loop);
    bko__worker_note_cpu(&self->worker);
    err = self->paced.error != BKO_OK ? self->paced.error : err != BKO_OK ? err : ran;
    if (err != BKO_OK) {
        return bko__lua_fail_text(L, err, bko_recorder_first_reason(self->jobs.recorder));
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* Opens one Lua thread per worker, in a table that the loop holds. Stack: the loop on top. */
static void open_threads(lua_State *L, job_loop *self) {
    lua_createtable(L, (int)self->count, 0);
    for (unsigned i = 0; i < self->count; i++) {
        self->flights[i].owner = self;
        self->flights[i].coroutine = lua_newthread(L);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setiuservalue(L, -2, UV_THREADS);
}

static void use_jobs(job_loop *self, const bko__lua_jobs *jobs, unsigned workers) {
    self->count = workers;
    self->headers_wanted = jobs->headers_wanted;
    self->given = jobs;
    self->jobs = jobs->jobs;
    self->hook = (bko_process_hook){.call = resume_with_response};
    self->jobs.process = &self->hook;
    self->worker = (bko__worker){.jobs = &self->jobs, .hook_state = self};
}

/* job_loop(jobs, workers) → loop, or nil, message, code */
static int loop_new(lua_State *L) {
    bko__lua_jobs *jobs = bko__lua_jobs_check(L, 1);
    lua_Integer workers = luaL_checkinteger(L, 2);
    luaL_argcheck(L, workers >= 1 && workers <= 65535, 2, "expected 1 to 65,535 workers");
    luaL_argcheck(L, jobs->jobs.recorder != NULL, 1, "no recorder: call new_recorder first");
    job_loop *self = lua_newuserdatauv(L, sizeof *self, UV_COUNT);
    *self = (job_loop){.paced.pace.timer = -1};
    luaL_setmetatable(L, LOOP_TYPE);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, UV_JOBS);
    use_jobs(self, jobs, (unsigned)workers);
    bko_loop_options options = {.fetch = self->jobs.fetch, .in_flight = self->count};
    self->flights = calloc(self->count, sizeof *self->flights);
    int err = self->flights != NULL ? bko_loop_create(&self->loop, &options) : BKO_ENOMEM;
    if (err == BKO_OK) {
        self->paced = (bko__paced_loop){
            .jobs = &self->jobs, .loop = self->loop, .start = start_job, .user = self};
        err = bko__paced_loop_open(&self->paced, self->count);
    }
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "loop");
    }
    bko__loop_watch_lag(self->loop, bko_spans_loop_lag(self->jobs.spans));
    open_threads(L, self);
    return 1;
}

void bko__lua_job_loop(lua_State *L) {
    static const luaL_Reg functions[] = {{"job_loop", loop_new}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"run", loop_run},       {"fetch", loop_fetch},
                                       {"close", loop_close},   {"__gc", loop_close},
                                       {"__close", loop_close}, {NULL, NULL}};
    bko__lua_type_add(L, LOOP_TYPE, methods);
    luaL_setfuncs(L, functions, 0);
}

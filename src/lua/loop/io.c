/* Where tasks wait for the system: fetches and files; also watched descriptors. See
 * lua/loop/loop.h. */
#include <errno.h>
#include <lauxlib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "lua/base/push.h"
#include "lua/base/type.h"
#include "lua/fetch/options.h"
#include "lua/fetch/response.h"
#include "lua/loop/loop.h"

#define WATCH_TYPE "bakeoff.watch"

/* Passes what `push` pushes on the hub to the task's coroutine: `count` values. `push` may
 * raise. */
static void hand_over(bko__lua_task *task, lua_CFunction push, const void *what) {
    lua_State *hub = task->loop->hub;
    lua_pushcfunction(hub, push);
    lua_pushlightuserdata(hub, (void *)what);
    lua_pushlightuserdata(hub, task);
    if (!bko__lua_loop_call(task->loop, 2, "a result was lost")) {
        bko__lua_task_ready(task, 0); /* out of memory, and reported: the task gets nothing */
    }
}

/* Moves all values on L to the task's coroutine. */
static int give(lua_State *L, bko__lua_task *task, int count) {
    if (!lua_checkstack(task->co, count)) {
        luaL_error(L, "%s", bko_error_text(BKO_ENOMEM));
    }
    lua_xmove(L, task->co, count);
    bko__lua_task_ready(task, count);
    return 0;
}

static bko__lua_task *check_own_task(lua_State *L, const bko__lua_loop *self, const char *what) {
    bko__lua_task *task = bko__lua_task_may_wait(L, what);
    if (task->loop != self) {
        luaL_error(L, "%s: this coroutine belongs to another loop", what);
    }
    return task;
}

/* --- fetches ------------------------------------------------------------------------------------------ */

/* (response, task) */
static int push_fetched(lua_State *L) {
    const bko_response *response = lua_touserdata(L, 1);
    bko__lua_task *task = lua_touserdata(L, 2);
    return give(L, task, bko__lua_response_push_fetched(L, response, task->headers_wanted));
}

static void on_fetched(void *user, const bko_response *response) {
    bko__lua_task *task = user;
    if (task->observer != NULL) {
        task->observer->note(task->observer, response);
        task->observer = NULL;
    }
    hand_over(user, push_fetched, response);
}

/* Reads the options for this fetch alone from the table at 3; they stay on the stack while the task
 * waits. */
static const bko_fetch_options *own_options(lua_State *L, const bko__lua_loop *self) {
    bko_fetch_options *own = lua_newuserdatauv(L, sizeof *own, 0);
    bko__lua_fetch_options(L, 3, own);
    own->retries.budget = self->fetch.retries.budget;
    own->keep_body = true;
    return own;
}

/* loop:request(url [, options [, without_headers]]) → response, or nil, message, code [, response] */
static int loop_request(lua_State *L) {
    bko__lua_loop *self = bko__lua_loop_check(L, 1);
    const char *url = luaL_checkstring(L, 2);
    bko__lua_task *task = check_own_task(L, self, "fetch");
    bko_request request = {.url = url, .done = on_fetched, .user = task};
    int refusal = bko__lua_fetch_check_url(L, 2);
    if (refusal > 0) {
        return refusal;
    }
    task->headers_wanted = !lua_toboolean(L, 4);
    if (lua_istable(L, 3)) {
        request.options = own_options(L, self);
    }
    int err = bko_loop_request(self->loop, &request, &task->pending.ticket);
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "fetch");
    }
    return bko__lua_task_wait(L, task, WAITS_FETCH);
}

/* --- files ---------------------------------------------------------------------------------------------- */

static const char *reason_of(const bko_file *file) {
    switch (file->error) {
    case BKO_ESYS:
        return strerror(file->system_error);
    case BKO_EINVAL:
        return "not a regular file";
    case BKO_ETOOLARGE:
        return "the file is larger than max_bytes";
    default:
        return bko_error_text(file->error);
    }
}

/* (file, task) */
static int push_read(lua_State *L) {
    const bko_file *file = lua_touserdata(L, 1);
    bko__lua_task *task = lua_touserdata(L, 2);
    if (file->error == BKO_OK) {
        lua_pushlstring(L, file->data != NULL ? file->data : "", file->size);
        return give(L, task, 1);
    }
    return give(L, task, bko__lua_fail_text(L, file->error, reason_of(file)));
}

static void on_read(void *user, const bko_file *file) {
    hand_over(user, push_read, file);
}

/* loop:read_file(path, max_bytes) → contents, or nil, message, code (without the path) */
static int loop_read_file(lua_State *L) {
    bko__lua_loop *self = bko__lua_loop_check(L, 1);
    const char *path = luaL_checkstring(L, 2);
    lua_Integer max_bytes = luaL_optinteger(L, 3, 0);
    bko__lua_task *task = check_own_task(L, self, "read");
    luaL_argcheck(L, max_bytes >= 0, 3, "expected a size of 0 or more");
    int err =
        bko_loop_read(self->loop, path, (size_t)max_bytes, on_read, task, &task->pending.read);
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "read");
    }
    return bko__lua_task_wait(L, task, WAITS_READ);
}

/* --- descriptors ------------------------------------------------------------------------------------------ */

typedef struct watch_box {
    bko__lua_loop *loop;
    bko_watch *watch; /* owned; NULL: closed */
    int anchor;
} watch_box;

static int call_watcher(lua_State *L) {
    const watch_box *box = lua_touserdata(L, 1);
    bko__lua_loop_push(box->loop, L, STORE_ANCHORS);
    lua_rawgeti(L, -1, box->anchor);
    lua_getiuservalue(L, -1, 1);
    lua_call(L, 0, 0);
    return 0;
}

static void on_ready(void *user) {
    watch_box *box = user;
    lua_State *hub = box->loop->hub;
    lua_pushcfunction(hub, call_watcher);
    lua_pushlightuserdata(hub, box);
    bko__lua_loop_call(box->loop, 1, "watch");
}

/* loop:watch(fd, fn) → watch: calls fn whenever the descriptor is readable, until watch:close() */
static int loop_watch(lua_State *L) {
    bko__lua_loop *self = bko__lua_loop_check(L, 1);
    int fd = (int)luaL_checkinteger(L, 2);
    luaL_checktype(L, 3, LUA_TFUNCTION);
    lua_settop(L, 3);
    watch_box *box = lua_newuserdatauv(L, sizeof *box, 1);
    *box = (watch_box){.loop = self};
    luaL_setmetatable(L, WATCH_TYPE);
    lua_pushvalue(L, 3);
    lua_setiuservalue(L, -2, 1);
    bko__lua_loop_push(self, L, STORE_ANCHORS);
    lua_pushvalue(L, 4);
    box->anchor = luaL_ref(L, -2);
    lua_settop(L, 4);
    int err = bko_loop_watch(self->loop, fd, on_ready, box, &box->watch);
    if (err != BKO_OK) {
        const char *sentence = err == BKO_ESYS ? strerror(errno) : bko_error_text(err);
        bko__lua_loop_push(self, L, STORE_ANCHORS);
        luaL_unref(L, -1, box->anchor);
        return bko__lua_fail_text(L, err, lua_pushfstring(L, "descriptor %d: %s", fd, sentence));
    }
    return 1;
}

static int watch_close(lua_State *L) {
    watch_box *box = luaL_checkudata(L, 1, WATCH_TYPE);
    bko_watch *watch = box->watch;
    box->watch = NULL;
    if (watch != NULL) {
        bko_watch_free(watch);
        bko__lua_loop_push(box->loop, L, STORE_ANCHORS);
        luaL_unref(L, -1, box->anchor);
    }
    return 0;
}

void bko__lua_watch_abandon(lua_State *L, int index) {
    watch_box *box = luaL_testudata(L, index, WATCH_TYPE);
    if (box != NULL) {
        bko_watch_free(box->watch);
        box->watch = NULL;
    }
}

/* Stack: the methods' table, scheduler. */
void bko__lua_loop_add_io(lua_State *L) {
    static const luaL_Reg methods[] = {{"request", loop_request},
                                       {"read_file", loop_read_file},
                                       {"watch", loop_watch},
                                       {NULL, NULL}};
    static const luaL_Reg watch_methods[] = {
        {"close", watch_close}, {"__close", watch_close}, {NULL, NULL}};
    bko__lua_type_add(L, WATCH_TYPE, watch_methods);
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    luaL_setfuncs(L, methods, 1);
    lua_pop(L, 1);
}

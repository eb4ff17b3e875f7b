/*
 * Pieces of a map: one function, many items, and a single protected call as long as no item fails.
 * Items and results are plain values or messages of their own.
 */
#include <lauxlib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "lua/base/traceback.h"
#include "lua/pool/item.h"
#include "lua/pool/message.h"
#include "lua/pool/worker.h"
#include "lua/wire/wire.h"

/* The state of the loop; survives an error in the function. */
typedef struct chunk_loop {
    bko__lua_worker_task *task;
    uint64_t done, count;
    size_t mark; /* end of the last complete item in the answer */
} chunk_loop;

/* Stack: function, loop. */
static int run_items(lua_State *L) {
    chunk_loop *loop = lua_touserdata(L, 2);
    bko__lua_worker_task *task = loop->task;
    bko__buffer *out = &task->worker->answer;
    while (loop->done < loop->count) {
        lua_pushvalue(L, 1);
        task->at = bko__lua_item_push(L, task->at, task->end);
        loop->done++;
        lua_call(L, 1, 1);
        int err = bko__lua_item_put(L, -1, "result of the task", out, task->worker->reason,
                                    sizeof task->worker->reason);
        if (err != BKO_OK) {
            return luaL_error(L, "%s", task->worker->reason);
        }
        loop->mark = out->size;
        lua_settop(L, 2);
    }
    return 0;
}

/* Writes the error on top of the stack as the item's result. */
static void put_failure(chunk_loop *loop, lua_State *L) {
    bko__buffer *out = &loop->task->worker->answer;
    size_t size = 0;
    const char *text = lua_tolstring(L, -1, &size);
    if (text == NULL) {
        text = "an error that cannot be shown";
        size = strlen(text);
    }
    out->size = loop->mark;
    unsigned char tag = BKO__ITEM_FAILED;
    if (bko__buffer_append(out, &tag, 1) != BKO_OK || bko__varint_append(out, size) != BKO_OK ||
        bko__buffer_append(out, text, size) != BKO_OK) {
        luaL_error(L, "not enough memory");
    }
    loop->mark = out->size;
    lua_pop(L, 1);
}

void bko__lua_worker_chunk(bko__lua_worker_task *task) {
    lua_State *L = task->worker->L;
    chunk_loop loop = {.task = task};
    int function = lua_gettop(L);
    task->at = bko__varint_read(task->at, task->end, &loop.count);
    if (task->at == NULL) {
        luaL_error(L, "%s", bko_error_text(BKO_EPROTOCOL));
    }
    loop.mark = task->worker->answer.size;
    /* The answer holds no count: it ends where its bytes end. */
    while (loop.done < loop.count) {
        lua_pushcfunction(L, run_items);
        lua_pushvalue(L, function);
        lua_pushlightuserdata(L, &loop);
        if (lua_pcall(L, 2, 0, BKO__WORKER_HANDLER) == LUA_OK) {
            return;
        }
        put_failure(&loop, L);
        if ((task->flags & BKO__TASK_GOES_ON) == 0) {
            return;
        }
    }
}

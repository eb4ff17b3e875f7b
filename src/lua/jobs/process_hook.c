/* The script's `process` function as the contenders' hook. */
#include <stdlib.h>

#include "bakeoff/error.h"
#include "lua/fetch/response.h"
#include "lua/jobs/digest.h"
#include "lua/jobs/hook_state.h"

static void close_state(void *opaque) {
    bko__lua_hook_state_close(opaque);
    free(opaque);
}

static int open_state(void *user, unsigned worker, int shares_process, void **out, char *reason,
                      size_t size) {
    (void)worker;
    bko__lua_hook_state *state = calloc(1, sizeof *state);
    if (state == NULL) {
        return BKO_ENOMEM;
    }
    int err = bko__lua_hook_state_open(state, user, shares_process, reason, size);
    if (err != BKO_OK) {
        close_state(state);
        return err;
    }
    *out = state;
    return BKO_OK;
}

static int push_response(lua_State *L, const bko__lua_hook_call *call) {
    bko__lua_response_push(L, call->user, call->state->jobs->headers_wanted);
    return 1;
}

static int call_process(void *opaque, const bko_response *response, bko_answer *answer,
                        char *reason, size_t size) {
    bko__lua_hook_state *state = opaque;
    bko__lua_hook_call call = {.state = state,
                               .job = bko__lua_jobs_url_key(state->jobs, response->url),
                               .push = push_response,
                               .user = (void *)response,
                               .what = "result of process",
                               .answer = answer,
                               .reason = reason,
                               .reason_size = size};
    return bko__lua_hook_run(&call);
}

void bko__lua_process_hook(bko__lua_jobs *jobs) {
    jobs->process_hook = (bko_process_hook){
        .open = open_state, .call = call_process, .close = close_state, .user = jobs};
}

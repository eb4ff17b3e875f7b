/* What the jobs of a trial tell about a server. */
#include <string.h>

#include "bakeoff/error.h"
#include "lua/base/push.h"
#include "lua/jobs/jobs.h"
#include "lua/rows/rows.h"

/* Is this a URL of the origin ("http://host:port")? */
static bool is_at(const char *url, const char *origin, size_t length) {
    return strncmp(url, origin, length) == 0 && strchr("/?#", url[length]) != NULL;
}

static bool lost_connection(int error) {
    return error == BKO_ECONNECT || error == BKO_ETRANSFER;
}

/* result:answers(jobs, origin) → did any recorded job at this origin get an answer? Did the last one that
 * ended get no connection, or lose it? Both are false if there is no such job. */
int bko__lua_trial_answers(lua_State *L) {
    (void)bko__lua_trial_result_check(L);
    const bko_jobs *jobs = &bko__lua_jobs_check(L, 2)->jobs;
    size_t length = 0;
    const char *origin = luaL_checklstring(L, 3, &length);
    luaL_argcheck(L, jobs->urls != NULL, 2, "these jobs have no URLs");
    bool has_answered = false;
    bool has_lost = false;
    int64_t last_ns = 0;
    for (size_t i = 0; i < bko_recorder_rows(jobs->recorder); i++) {
        const bko_job_row *row = bko_recorder_row(jobs->recorder, i);
        if (row->ended_ns == 0 ||
            !is_at(jobs->urls[bko_recorder_row_job(jobs->recorder, i)], origin, length)) {
            continue;
        }
        has_answered = has_answered || row->error == BKO_OK || row->http_status != 0;
        if (row->ended_ns >= last_ns) {
            last_ns = row->ended_ns;
            has_lost = lost_connection(row->error);
        }
    }
    lua_pushboolean(L, has_answered);
    lua_pushboolean(L, has_lost);
    return 2;
}

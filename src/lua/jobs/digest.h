/*
 * What jobs return, reduced to a number that can be compared between contenders (same_results). The
 * number depends on values alone: not on the order of a table's keys, not on the Lua state, and not
 * on the order in which jobs end. Nothing here allocates.
 *
 * Threads: any thread, as long as the lua_State belongs to the caller.
 */
#ifndef BAKEOFF_LUA_JOBS_DIGEST_H
#define BAKEOFF_LUA_JOBS_DIGEST_H

#include "lua/jobs/jobs.h"

/* What tells the job of this URL from others, wherever it runs. */
uint64_t bko__lua_jobs_url_key(const bko__lua_jobs *jobs, const char *url);

/* If results are compared: records the result of job `key`, which is the value on top of the stack.
 * Equal numbers are equal whether they are integers or floats; metatables don't count. Returns 0, or
 * BKO_ETASK with a sentence in `reason` that begins with `what` if the value holds something that
 * can't be compared. Never raises. */
int bko__lua_jobs_note_result(const bko__lua_jobs *jobs, lua_State *L, uint64_t key,
                              const char *what, char *reason, size_t size);

#endif

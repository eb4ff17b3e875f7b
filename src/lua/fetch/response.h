/* Responses as Lua sees them. */
#ifndef BAKEOFF_LUA_FETCH_RESPONSE_H
#define BAKEOFF_LUA_FETCH_RESPONSE_H

#include <lua.h>
#include <stdbool.h>

#include "bakeoff/fetch.h"
#include "bakeoff/recorder.h"

/* Pushes { status=, url=, body=, bytes=, time_s= [, headers= { name = value }] [, error=, code=] }.
 * May raise (memory). Credentials in the URL are hidden; header names are in lower case. */
void bko__lua_response_push(lua_State *L, const bko_response *response, bool headers);

/* Pushes what a fetch returns: the response, or nil, message, code and the response. Returns how
 * many values. */
int bko__lua_response_push_fetched(lua_State *L, const bko_response *response, bool headers);

/* Records a job's response in its row. The first response (*fetched is false) tells when the job
 * was connected, the last one how it ended. */
void bko__lua_response_note(const bko_response *response, bool *fetched, bko_job_row *row,
                            bko_recorder *recorder);

#endif

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

/* What is known of a job's fetches. Zero it before the first job. */
typedef struct bko__lua_fetch_notes {
    bool fetched; /* the job has fetched */
    int error;    /* of its last fetch that failed */
    char *text;   /* of the same, owned; NULL: none has failed */
} bko__lua_fetch_notes;

/* Empties the notes: before each job, and after the last one. */
void bko__lua_fetch_notes_clear(bko__lua_fetch_notes *notes);

/* Records a job's response in its row. The first response tells when the job was connected, the last
 * one how it ended. */
void bko__lua_response_note(const bko_response *response, bko__lua_fetch_notes *notes,
                            bko_job_row *row, bko_recorder *recorder);

/* Why a task failed: the code of its fetch, if `reason` repeats what that fetch said; otherwise
 * BKO_ETASK. A task passes on a failure as a text (assert(ctx:fetch(url))), so only that text can tell. */
int bko__lua_fetch_notes_error(const bko__lua_fetch_notes *notes, const char *reason);

#endif

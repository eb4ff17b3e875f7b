/* See lua/fetch/response.h. */
#include "lua/fetch/response.h"

#include <ctype.h>
#include <curl/curl.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "lua/base/push.h"
#include "net/url.h"
#include "record/notes.h"

static void push_lower(lua_State *L, const char *name) {
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    for (; *name != '\0'; name++) {
        luaL_addchar(&buffer, (char)tolower((unsigned char)*name));
    }
    luaL_pushresult(&buffer);
}

/* Pushes a header's value; of an empty one libcurl 7.88 leaves the line's "\r". */
static void push_value(lua_State *L, const char *value) {
    size_t length = strlen(value);
    while (length > 0 && strchr("\r\n\t ", value[length - 1]) != NULL) {
        length--;
    }
    lua_pushlstring(L, value, length);
}

/* Pushes the headers of the last response (after redirects); ", " joins the values of a repeated
 * one. */
static void push_headers(lua_State *L, CURL *easy) {
    lua_newtable(L);
    struct curl_header *header = NULL;
    while ((header = curl_easy_nextheader(easy, CURLH_HEADER, -1, header)) != NULL) {
        push_lower(L, header->name);
        lua_pushvalue(L, -1);
        lua_rawget(L, -3);
        push_value(L, header->value);
        if (!lua_isnil(L, -2)) {
            lua_pushfstring(L, "%s, %s", lua_tostring(L, -2), lua_tostring(L, -1));
            lua_remove(L, -2);
        }
        lua_remove(L, -2);
        lua_rawset(L, -3);
    }
}

static void push_url(lua_State *L, const char *url) {
    if (strchr(url, '@') == NULL) {
        lua_pushstring(L, url);
        return;
    }
    luaL_Buffer buffer;
    size_t size = 2 * strlen(url) + 8;
    char *out = luaL_buffinitsize(L, &buffer, size);
    bko__url_hide_accounts(url, out, size);
    luaL_pushresultsize(&buffer, strlen(out));
}

void bko__lua_response_push(lua_State *L, const bko_response *response, bool headers) {
    lua_createtable(L, 0, 8);
    bko__lua_set_integer(L, "status", response->http_status);
    push_url(L, response->url);
    lua_setfield(L, -2, "url");
    if (response->body != NULL) {
        bko__lua_set_bytes(L, "body", response->body, response->body_size);
    }
    bko__lua_set_count(L, "bytes", response->bytes);
    bko__lua_set_seconds(L, "time_s", response->done_ns - response->started_ns);
    if (response->asked_retries > 0) {
        bko__lua_set_integer(L, "retries", response->asked_retries);
    }
    if (headers && response->easy != NULL) {
        push_headers(L, response->easy);
        lua_setfield(L, -2, "headers");
    }
    if (response->error != BKO_OK) {
        bko__lua_set_text(L, "error", response->error_text);
        bko__lua_set_text(L, "code", bko_error_name(response->error));
    }
}

int bko__lua_response_push_fetched(lua_State *L, const bko_response *response, bool headers) {
    int failure = 0;
    if (response->error != BKO_OK) {
        failure = bko__lua_fail_text(L, response->error, response->error_text);
    }
    bko__lua_response_push(L, response, headers);
    return failure + 1;
}

void bko__lua_fetch_notes_clear(bko__lua_fetch_notes *notes) {
    free(notes->text);
    *notes = (bko__lua_fetch_notes){0};
}

int bko__lua_fetch_notes_error(const bko__lua_fetch_notes *notes, const char *reason) {
    bool is_told = notes->text != NULL && strstr(reason, notes->text) != NULL;
    return is_told ? notes->error : BKO_ETASK;
}

static void note_failure(const bko_response *response, bko__lua_fetch_notes *notes) {
    free(notes->text);
    notes->error = response->error;
    notes->text =
        strdup(response->error_text); /* out of memory: the task's failure is just a task's */
}

void bko__lua_response_note(const bko_response *response, bko__lua_fetch_notes *notes,
                            bko_job_row *row, bko_recorder *recorder) {
    if (response->error != BKO_OK) {
        note_failure(response, notes);
    }
    if (!notes->fetched) {
        notes->fetched = true;
        row->connected_ns = response->connected_ns;
        row->first_byte_ns = response->first_byte_ns;
    }
    row->done_ns = response->done_ns;
    row->bytes += response->bytes;
    row->http_status = (int16_t)response->http_status;
    row->curl_code = (uint8_t)response->curl_code;
    bko__recorder_add_retries(recorder, row, response->retries);
    bko__recorder_add_asked_retries(recorder, row, response->asked_retries);
    bko__recorder_add_checks(recorder, response);
    if (response->unverified) {
        bko__recorder_add_unverified(recorder);
    }
    if (response->connections > 0) {
        bko__recorder_add_connections(recorder, response->connections);
    }
}

/* See lua/fetch/response.h. */
#include "lua/fetch/response.h"

#include <ctype.h>
#include <curl/curl.h>
#include <lauxlib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "record/notes.h"

static void push_lower(lua_State *L, const char *name) {
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    for (; *name != '\0'; name++) {
        luaL_addchar(&buffer, (char)tolower((unsigned char)*name));
    }
    luaL_pushresult(&buffer);
}

/* Headers of the last response (after redirects); a repeated one is joined by ", ". */
static void push_headers(lua_State *L, CURL *easy) {
    lua_newtable(L);
    struct curl_header *header = NULL;
    while ((header = curl_easy_nextheader(easy, CURLH_HEADER, -1, header)) != NULL) {
        push_lower(L, header->name);
        lua_pushvalue(L, -1);
        lua_rawget(L, -3);
        if (lua_isnil(L, -1)) {
            lua_pushstring(L, header->value);
        } else {
            lua_pushfstring(L, "%s, %s", lua_tostring(L, -1), header->value);
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
    bko_url_redact(url, out, size);
    luaL_pushresultsize(&buffer, strlen(out));
}

void bko__lua_push_response(lua_State *L, const bko_response *response, bool headers) {
    lua_createtable(L, 0, 8);
    lua_pushinteger(L, response->http_status);
    lua_setfield(L, -2, "status");
    push_url(L, response->url);
    lua_setfield(L, -2, "url");
    if (response->body != NULL) {
        lua_pushlstring(L, response->body, response->body_size);
        lua_setfield(L, -2, "body");
    }
    lua_pushinteger(L, (lua_Integer)response->bytes);
    lua_setfield(L, -2, "bytes");
    lua_pushnumber(L, (lua_Number)(response->done_ns - response->started_ns) / 1e9);
    lua_setfield(L, -2, "time_s");
    if (headers && response->easy != NULL) {
        push_headers(L, response->easy);
        lua_setfield(L, -2, "headers");
    }
    if (response->error != BKO_OK) {
        lua_pushstring(L, response->error_text);
        lua_setfield(L, -2, "error");
        lua_pushstring(L, bko_error_name(response->error));
        lua_setfield(L, -2, "code");
    }
}

void bko__lua_note_response(const bko_response *response, bool *fetched, bko_job_row *row,
                            bko_recorder *recorder) {
    if (!*fetched) {
        *fetched = true;
        row->connected_ns = response->connected_ns;
        row->first_byte_ns = response->first_byte_ns;
    }
    row->done_ns = response->done_ns;
    row->bytes += response->bytes;
    row->http_status = response->http_status;
    if (response->connections > 0) {
        bko__recorder_add_connections(recorder, response->connections);
    }
}

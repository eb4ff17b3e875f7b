/* See lua/jobs/save.h. */
#include "lua/jobs/save.h"

#include <lauxlib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "contender/job.h"
#include "core/gil.h"
#include "lua/base/push.h"
#include "lua/jobs/jobs.h"

enum { NAME_MAX_BYTES = 120 };

static void safe_name(const char *given, size_t length, char *out, size_t size) {
    static const char *const letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    if (length > 0 && length <= NAME_MAX_BYTES && given[0] != '.' &&
        strspn(given, letters) == length) {
        memcpy(out, given, length + 1);
    } else {
        bko_url_file_name(given, out, size);
    }
}

int bko__lua_save(lua_State *L, const char *folder, int name, int data) {
    char file[NAME_MAX_BYTES + 8];
    size_t length = 0;
    size_t size = 0;
    const char *given = luaL_checklstring(L, name, &length);
    const char *bytes = luaL_checklstring(L, data, &size);
    if (folder == NULL) {
        return luaL_error(L, "save: the experiment has no save folder; set one with save = \"…\"");
    }
    safe_name(given, length, file, sizeof file);
    bko__blocking_begin();
    int err = bko__save_file(folder, file, bytes, size);
    bko__blocking_end();
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, file);
    }
    lua_pushstring(L, file);
    return 1;
}

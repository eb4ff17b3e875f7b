/* The few file operations that Lua's own library lacks: folders, kinds of files, terminals. How Lua
 * writes files: output.c. */
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "lua/base/push.h"
#include "lua/base/type.h"
#include "lua/module.h"

#define FOLDER_TYPE "bakeoff.folder"

/* mkdirs(path [, mode = 0755]) → true, or nil, message, code. Makes the folder and its missing
 * parents. */
static int files_mkdirs(lua_State *L) {
    char path[PATH_MAX];
    const char *given = luaL_checkstring(L, 1);
    mode_t mode = (mode_t)luaL_optinteger(L, 2, 0755);
    if (snprintf(path, sizeof path, "%s", given) >= (int)sizeof path) {
        return bko__lua_fail(L, BKO_ETOOLARGE, given);
    }
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0755) != 0 && errno != EEXIST) {
            return bko__lua_fail(L, BKO_ESYS, path);
        }
        *slash = '/';
    }
    struct stat info;
    if (mkdir(path, mode) != 0 && (errno != EEXIST || stat(path, &info) != 0)) {
        return bko__lua_fail(L, BKO_ESYS, path);
    }
    if (stat(path, &info) == 0 && !S_ISDIR(info.st_mode)) {
        errno = ENOTDIR;
        return bko__lua_fail(L, BKO_ESYS, path);
    }
    lua_pushboolean(L, 1);
    return 1;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place) {
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

/* remove_tree(path) → true, or nil, message, code. Removes the file, or the folder with everything
 * in it; does not follow links. A path that does not exist is no error. */
static int files_remove_tree(lua_State *L) {
    enum { OPEN_FOLDERS = 16 };
    const char *path = luaL_checkstring(L, 1);
    if (nftw(path, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT) {
        return bko__lua_fail(L, BKO_ESYS, path);
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* absolute(path) → the absolute path of an existing file or folder, without links; or nil, message,
 * code */
static int files_absolute(lua_State *L) {
    char path[PATH_MAX];
    const char *given = luaL_checkstring(L, 1);
    if (realpath(given, path) == NULL) {
        return bko__lua_fail(L, BKO_ESYS, given);
    }
    lua_pushstring(L, path);
    return 1;
}

/* file_kind(path) → "file", "folder", "other", or nil if the path does not exist */
static int files_kind(lua_State *L) {
    struct stat info;
    if (stat(luaL_checkstring(L, 1), &info) != 0) {
        lua_pushnil(L);
    } else {
        lua_pushstring(L, S_ISREG(info.st_mode)   ? "file"
                          : S_ISDIR(info.st_mode) ? "folder"
                                                  : "other");
    }
    return 1;
}

/* is_link(path) → is there a symbolic link? */
static int files_is_link(lua_State *L) {
    struct stat info;
    lua_pushboolean(L, lstat(luaL_checkstring(L, 1), &info) == 0 && S_ISLNK(info.st_mode));
    return 1;
}

/* is_writable(path) → may this process write there? */
static int files_is_writable(lua_State *L) {
    lua_pushboolean(L, access(luaL_checkstring(L, 1), W_OK) == 0);
    return 1;
}

typedef struct folder {
    DIR *entries; /* NULL: closed */
} folder;

static void close_folder(folder *self) {
    if (self->entries != NULL) {
        closedir(self->entries);
        self->entries = NULL;
    }
}

static int folder_gc(lua_State *L) {
    close_folder(luaL_checkudata(L, 1, FOLDER_TYPE));
    return 0;
}

/* list(path) → names in a folder, unsorted, or nil, message, code */
static int files_list(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    /* Pushing a name may raise (out of memory), so the folder belongs to Lua. */
    folder *self = lua_newuserdatauv(L, sizeof *self, 0);
    self->entries = NULL;
    luaL_setmetatable(L, FOLDER_TYPE);
    self->entries = opendir(path);
    if (self->entries == NULL) {
        return bko__lua_fail(L, BKO_ESYS, path);
    }
    lua_newtable(L);
    struct dirent *entry;
    while ((entry = readdir(self->entries)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            lua_pushstring(L, entry->d_name);
            lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
        }
    }
    close_folder(self);
    return 1;
}

/* is_terminal(fd) → boolean */
static int files_is_terminal(lua_State *L) {
    lua_pushboolean(L, isatty((int)luaL_checkinteger(L, 1)));
    return 1;
}

void bko__lua_files(lua_State *L) {
    static const luaL_Reg functions[] = {{"mkdirs", files_mkdirs},
                                         {"file_kind", files_kind},
                                         {"is_writable", files_is_writable},
                                         {"list", files_list},
                                         {"is_terminal", files_is_terminal},
                                         {"remove_tree", files_remove_tree},
                                         {"absolute", files_absolute},
                                         {"is_link", files_is_link},
                                         {NULL, NULL}};
    static const luaL_Reg folder_methods[] = {{"__gc", folder_gc}, {NULL, NULL}};
    bko__lua_type_add(L, FOLDER_TYPE, folder_methods);
    luaL_setfuncs(L, functions, 0);
}

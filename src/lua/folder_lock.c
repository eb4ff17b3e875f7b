/*
 * A lock on a folder for as long as its process works there: a record lock on the file ".lock" in
 * it. Such a lock belongs to the process: the kernel releases it however the process ends, and
 * forked trials don't inherit it. The drawback is that it does not exclude other Lua states of the
 * same process.
 *
 * Some file systems have no locks. The object then only holds the folder open, which is enough to
 * tell whether a path still leads to it.
 */
#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "lua/base/push.h"
#include "lua/base/type.h"
#include "lua/module.h"

#define METATABLE "bakeoff.folder_lock"
#define LOCK_FILE ".lock"

typedef struct folder_lock {
    int folder, file; /* -1: none */
    pid_t owner;
} folder_lock;

static void close_both(folder_lock *self) {
    int *const fds[] = {&self->file, &self->folder};
    for (int i = 0; i < 2; i++) {
        if (*fds[i] >= 0) {
            close(*fds[i]);
            *fds[i] = -1;
        }
    }
}

static bool is_same(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Is the file that we hold still the folder's lock file? After another owner's release it isn't. */
static bool is_in_folder(const folder_lock *self) {
    struct stat held, there;
    return fstat(self->file, &held) == 0 && fstatat(self->folder, LOCK_FILE, &there, 0) == 0 &&
           is_same(&held, &there);
}

/* Is it the folder's lock file (if there is one), and does the path still lead to that folder? */
static bool is_current(const folder_lock *self, const char *path) {
    struct stat held, there;
    return (self->file < 0 || is_in_folder(self)) && fstat(self->folder, &held) == 0 &&
           stat(path, &there) == 0 && is_same(&held, &there);
}

static int open_both(folder_lock *self, const char *path) {
    self->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (self->folder < 0) {
        return BKO_ESYS;
    }
    self->file = openat(self->folder, LOCK_FILE, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
    return self->file >= 0 ? BKO_OK : BKO_ESYS;
}

static int try_lock(folder_lock *self, pid_t *holder) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(self->file, F_SETLK, &lock) == 0) {
        return BKO_OK;
    }
    if (errno != EACCES && errno != EAGAIN) {
        return BKO_ESYS;
    }
    bool is_told = fcntl(self->file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    *holder = is_told && lock.l_pid > 0 ? lock.l_pid : 0;
    return BKO_EBUSY;
}

/* BKO_EBUSY: another process holds it; *holder is its id, or 0 if unknown. BKO_ESYS: a system call
 * failed; if the folder can be opened, it stays open. */
static int acquire(folder_lock *self, const char *path, pid_t *holder) {
    do {
        close_both(self);
        int err = open_both(self, path);
        if (err != BKO_OK) {
            return err;
        }
        err = try_lock(self, holder);
        if (err != BKO_OK) {
            return err;
        }
    } while (!is_current(self, path));
    return BKO_OK;
}

/* Releases the file after a failed lock, so that close leaves it to whoever has it. */
static void close_file(folder_lock *self) {
    if (self->file >= 0) {
        close(self->file);
        self->file = -1;
    }
}

/* lock_folder(path) → lock; lock, message if it only holds the folder open, on a file system without
 * locks; nil, message, "busy", process (nil if unknown) if another process holds it; nil, message,
 * code if there is no such folder. Released by close, by the collector, or by the kernel. */
static int lock_folder(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    lua_settop(L, 1);
    folder_lock *self = lua_newuserdatauv(L, sizeof *self, 0);
    *self = (folder_lock){.folder = -1, .file = -1, .owner = getpid()};
    luaL_setmetatable(L, METATABLE);
    pid_t holder = 0;
    int err = acquire(self, path, &holder);
    if (err == BKO_OK) {
        return 1;
    }
    int results = bko__lua_fail(L, err, path);
    close_file(self);
    if (err == BKO_ESYS && self->folder >= 0) {
        lua_pushvalue(L, 2);
        lua_pushvalue(L, -3); /* the message, before the code */
        return 2;
    }
    close_both(self);
    if (holder > 0) {
        lua_pushinteger(L, holder);
        results++;
    }
    return results;
}

/* lock:is_at(path) → does the path lead to the folder that was locked, and is its lock file there?
 * Nil if the lock is closed. */
static int lock_is_at(lua_State *L) {
    const folder_lock *self = luaL_checkudata(L, 1, METATABLE);
    const char *path = luaL_checkstring(L, 2);
    if (self->folder >= 0) {
        lua_pushboolean(L, is_current(self, path));
    } else {
        lua_pushnil(L);
    }
    return 1;
}

/* lock:close(): harmless when repeated. A forked copy has no lock and leaves the file alone. */
static int lock_close(lua_State *L) {
    folder_lock *self = luaL_checkudata(L, 1, METATABLE);
    if (self->file >= 0 && self->owner == getpid() && is_in_folder(self)) {
        unlinkat(self->folder, LOCK_FILE, 0);
    }
    close_both(self);
    return 0;
}

void bko__lua_folder_lock(lua_State *L) {
    static const luaL_Reg methods[] = {{"close", lock_close},
                                       {"is_at", lock_is_at},
                                       {"__gc", lock_close},
                                       {"__close", lock_close},
                                       {NULL, NULL}};
    bko__lua_type_add(L, METATABLE, methods);
    lua_pushcfunction(L, lock_folder);
    lua_setfield(L, -2, "lock_folder");
}

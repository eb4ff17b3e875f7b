/* What `bakeoff run --untrusted` needs of C: starting the keeper, finding a host's address, and telling whether a
 * folder that a stranger's program has written holds plain files only. */
#include <arpa/inet.h>
#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/prefix.h"
#include "core/process.h"
#include "core/spawn.h"
#include "lua/base/options.h"
#include "lua/base/push.h"
#include "lua/base/type.h"
#include "lua/module.h"

enum { BY_SIGNAL = 128, MOST_ENTRIES = 20000, DEEPEST = 8 };

#define FOLDERS_TYPE "bakeoff.plain_folders"

static volatile sig_atomic_t keeper;

/* The keeper gets the terminal's Ctrl-C itself, but not what somebody sends to us alone. */
static void pass_on(int signal, siginfo_t *info, void *context) {
    int saved = errno;
    (void)context;
    if (info->si_code != SI_KERNEL) {
        kill((pid_t)keeper, signal);
    }
    errno = saved;
}

/* The keeper ends what it keeps at an interrupt; we stay, to report what was measured. */
static int run_keeper(const char *file, char *const *argv, char *const *environment, int *status) {
    struct sigaction passing = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART};
    struct sigaction before;
    sigset_t all;
    pid_t pid;
    sigfillset(&all);
    bko__spawn_options options = {.file = file,
                                  .argv = argv,
                                  .environment = environment,
                                  .reset_signals = &all,
                                  .dies_with_us = true};
    int err = bko__spawn(&pid, &options);
    if (err == BKO_OK) {
        keeper = pid;
        sigaction(SIGINT, &passing, &before);
        bko__process_await(pid, status);
        sigaction(SIGINT, &before, NULL);
    }
    return err;
}

/* confine{argv = the keeper's command line, environment = {"NAME=value", …}} → its exit code; or nil, message,
 * code */
static int confine_run(lua_State *L) {
    char file[PATH_MAX];
    size_t count = 0;
    int status = 0;
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    const char **argv = bko__lua_opt_list(L, 1, "argv", NULL, "a string", &count);
    luaL_argcheck(L, count > 0, 1, "argv must have words");
    size_t variables = 0;
    const char **environment = bko__lua_opt_list(L, 1, "environment", NULL, "a string", &variables);
    luaL_argcheck(L, environment != NULL, 1, "environment must be a list");
    int err = bko__prefix_path(file, sizeof file, "libexec/bakeoff/confine");
    err = err == BKO_OK ? run_keeper(file, (char *const *)argv, (char *const *)environment, &status)
                        : err;
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "libexec/bakeoff/confine");
    }
    lua_pushinteger(L, WIFSIGNALED(status) ? BY_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status));
    return 1;
}

/* resolve(host) → an IPv4 address of the host, in numbers; or nil, message, code */
static int confine_resolve(lua_State *L) {
    const char *host = luaL_checkstring(L, 1);
    const struct addrinfo wanted = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    char text[INET_ADDRSTRLEN];
    int err = getaddrinfo(host, NULL, &wanted, &found);
    if (err != 0) {
        return bko__lua_fail_text(L, BKO_ESYS, gai_strerror(err));
    }
    const struct sockaddr_in *address = (const struct sockaddr_in *)(const void *)found->ai_addr;
    inet_ntop(AF_INET, &address->sin_addr, text, sizeof text);
    freeaddrinfo(found);
    lua_pushstring(L, text);
    return 1;
}

/* --- plain folders ---------------------------------------------------------------------------------- */

/* A userdata, because reading may fail in the middle. */
static int folders_gc(lua_State *L) {
    FTS **walk = luaL_checkudata(L, 1, FOLDERS_TYPE);
    if (*walk != NULL) {
        fts_close(*walk);
        *walk = NULL;
    }
    return 0;
}

static const char *fault_of(const FTSENT *entry) {
    switch (entry->fts_info) {
    case FTS_D:
    case FTS_DP:
        return entry->fts_level > DEEPEST ? "folders too deep in each other" : NULL;
    case FTS_F:
        return entry->fts_statp->st_nlink > 1 ? "a file with a second name" : NULL;
    case FTS_SL:
    case FTS_SLNONE:
        return "a link";
    default:
        return "no regular file";
    }
}

/* is_plain(path) → true if the folder holds nothing but folders and regular files; otherwise false,
 * message */
static int confine_is_plain(lua_State *L) {
    char *paths[] = {(char *)luaL_checkstring(L, 1), NULL};
    FTS **walk = lua_newuserdatauv(L, sizeof(FTS *), 0);
    *walk = NULL;
    luaL_setmetatable(L, FOLDERS_TYPE);
    *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    if (*walk == NULL) {
        return bko__lua_fail(L, BKO_ESYS, paths[0]);
    }
    FTSENT *entry;
    for (int count = 0; (entry = fts_read(*walk)) != NULL; count++) {
        const char *fault = count < MOST_ENTRIES ? fault_of(entry) : "too many files";
        if (fault != NULL) {
            lua_pushboolean(L, 0);
            lua_pushfstring(L, "%s: %s", entry->fts_path, fault);
            return 2;
        }
    }
    lua_pushboolean(L, 1);
    return 1;
}

void bko__lua_confine(lua_State *L) {
    static const luaL_Reg functions[] = {{"confine", confine_run},
                                         {"resolve", confine_resolve},
                                         {"is_plain", confine_is_plain},
                                         {NULL, NULL}};
    static const luaL_Reg methods[] = {{"__gc", folders_gc}, {NULL, NULL}};
    bko__lua_type_add(L, FOLDERS_TYPE, methods);
    luaL_setfuncs(L, functions, 0);
}

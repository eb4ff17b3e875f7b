#include "core/prefix.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bakeoff/error.h"

static void strip_last(char *path) {
    char *slash = strrchr(path, '/');
    if (slash != NULL) {
        *slash = '\0';
    }
}

static int ends_with(const char *text, const char *end) {
    size_t n = strlen(text);
    size_t m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

/* The Lua module, loaded by a stock interpreter, stands in <prefix>/lib/lua/5.4/bakeoff/core.so. */
static int from_module(char *path) {
    static const char tail[] = "/lib/lua/5.4/bakeoff/core.so";
    Dl_info info;
    if (dladdr((const void *)&bko__prefix, &info) == 0 || info.dli_fname == NULL) {
        return 0;
    }
    if (realpath(info.dli_fname, path) == NULL || !ends_with(path, tail)) {
        return 0;
    }
    path[strlen(path) - (sizeof tail - 1)] = '\0';
    return 1;
}

static int from_executable(char *path, size_t size) {
    ssize_t length = readlink("/proc/self/exe", path, size - 1);
    if (length < 0) {
        return BKO_ESYS;
    }
    path[length] = '\0';
    strip_last(path);
    if (ends_with(path, "/bin")) {
        strip_last(path);
    }
    return BKO_OK;
}

int bko__prefix(char *out, size_t size) {
    char path[PATH_MAX];
    if (!from_module(path)) {
        int err = from_executable(path, sizeof path);
        if (err != BKO_OK) {
            return err;
        }
    }
    return snprintf(out, size, "%s", path) < (int)size ? BKO_OK : BKO_ETOOLARGE;
}

int bko__prefix_path(char *out, size_t size, const char *rest) {
    char prefix[PATH_MAX];
    int err = bko__prefix(prefix, sizeof prefix);
    if (err != BKO_OK) {
        return err;
    }
    return snprintf(out, size, "%s/%s", prefix, rest) < (int)size ? BKO_OK : BKO_ETOOLARGE;
}

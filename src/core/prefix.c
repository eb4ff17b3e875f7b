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

/* Truncates `path` at its last "/lib/" if `start` follows it. Returns 0 if not. */
static int strip_library(char *path, const char *start) {
    char *library = strstr(path, "/lib/");
    for (char *later = library; later != NULL; later = strstr(later + 1, "/lib/")) {
        library = later;
    }
    if (library == NULL || strncmp(library + 5, start, strlen(start)) != 0) {
        return 0;
    }
    *library = '\0';
    return 1;
}

/* We are <prefix>/lib/lua/5.4/bakeoff/core.so in a stock interpreter, or <prefix>/lib/libbakeoff.so
 * in a program that embeds the bench. */
static int from_library(char *path) {
    Dl_info info;
    if (dladdr((const void *)&bko__prefix, &info) == 0 || info.dli_fname == NULL) {
        return 0;
    }
    if (realpath(info.dli_fname, path) == NULL) {
        return 0;
    }
    return strip_library(path, "lua/5.4/bakeoff/core.so") || strip_library(path, "libbakeoff.so");
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
    } else if (ends_with(path, "/libexec/bakeoff")) { /* the worker program */
        strip_last(path);
        strip_last(path);
    }
    return BKO_OK;
}

int bko__prefix(char *out, size_t size) {
    char path[PATH_MAX];
    if (!from_library(path)) {
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

/* Finds the file that a program's name means. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "bakeoff/program.h"
#include "trial/program/find.h"

static const char DEFAULT_PATH[] = "/usr/local/bin:/usr/bin:/bin";

/* Writes [cwd/][folder/]name. A relative folder counts from the program's working folder. */
static int compose(char *out, size_t size, const char *cwd, const char *folder,
                   size_t folder_length, const char *name) {
    const char *start = folder_length > 0 ? folder : name;
    const char *base = cwd != NULL && start[0] != '/' ? cwd : "";
    int length = snprintf(out, size, "%s%s%.*s%s%s", base, base[0] != '\0' ? "/" : "",
                          (int)folder_length, folder, folder_length > 0 ? "/" : "", name);
    return length < (int)size ? BKO_OK : BKO_ETOOLARGE;
}

/* Returns 0 or an errno value. */
static int check_file(const char *path) {
    struct stat info;
    if (stat(path, &info) != 0) {
        return errno;
    }
    return S_ISREG(info.st_mode) && access(path, X_OK) == 0 ? 0 : EACCES;
}

static int fail(int error) {
    errno = error;
    return BKO_ESYS;
}

static int find_in(const char *path, const char *name, const char *cwd, char *out, size_t size) {
    int worst = ENOENT;
    for (const char *start = path;;) {
        size_t length = strcspn(start, ":");
        int err = compose(out, size, cwd, length > 0 ? start : ".", length > 0 ? length : 1, name);
        int found = err == BKO_OK ? check_file(out) : ENOENT;
        if (found == 0) {
            return BKO_OK;
        }
        worst = found == EACCES ? EACCES : worst;
        if (start[length] == '\0') {
            return fail(worst);
        }
        start += length + 1;
    }
}

int bko__program_find(const char *name, const char *path, const char *cwd, char *out, size_t size) {
    if (name[0] == '\0') {
        return fail(ENOENT);
    }
    if (strchr(name, '/') == NULL) {
        return find_in(path != NULL ? path : DEFAULT_PATH, name, cwd, out, size);
    }
    int err = compose(out, size, cwd, "", 0, name);
    if (err != BKO_OK) {
        return err;
    }
    int found = check_file(out);
    return found == 0 ? BKO_OK : fail(found == EACCES ? EACCES : ENOENT);
}

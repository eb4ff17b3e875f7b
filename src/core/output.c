/* See core/output.h. */
#include "core/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/fd.h"

enum { PUBLIC = 0666, PRIVATE = 0600, MOST_LINKS = 40 };

static int copy_path(char *to, const char *path) {
    size_t size = strlen(path) + 1;
    if (size > PATH_MAX) {
        return BKO_ETOOLARGE;
    }
    memcpy(to, path, size);
    return BKO_OK;
}

/* Replaces the path by where its link leads, which need not exist. */
static int follow_one(char *path) {
    char target[PATH_MAX];
    char joined[2 * PATH_MAX];
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length < 0) {
        return BKO_ESYS;
    }
    target[length] = '\0';
    const char *slash = strrchr(path, '/');
    int folder = target[0] == '/' || slash == NULL ? 0 : (int)(slash - path) + 1;
    snprintf(joined, sizeof joined, "%.*s%s", folder, path, target);
    return copy_path(path, joined);
}

static bool is_link(const char *path) {
    struct stat info;
    return lstat(path, &info) == 0 && S_ISLNK(info.st_mode);
}

/* A name of an open descriptor, such as /dev/stdout: a file there is written to where it stands. */
static bool is_descriptor(const char *path) {
    return strncmp(path, "/proc/", 6) == 0 || strncmp(path, "/dev/fd/", 8) == 0;
}

/* Follows the links of a path that the user named. */
static int follow(char *path) {
    for (int i = 0; i < MOST_LINKS && is_link(path) && !is_descriptor(path); i++) {
        int err = follow_one(path);
        if (err != BKO_OK) {
            return err;
        }
    }
    return BKO_OK;
}

static int open_temporary(bko__output *out, mode_t mode) {
    if ((out->flags & BKO__OUTPUT_SHARED) != 0) {
        snprintf(out->temporary, sizeof out->temporary, "%s.%ld~", out->path,
                 (long)syscall(SYS_gettid));
    } else {
        snprintf(out->temporary, sizeof out->temporary, "%s.new~", out->path);
    }
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    out->fd = open(out->temporary, flags, mode);
    /* what is there was left by a process that was killed */
    if (out->fd < 0 && errno == EEXIST && unlink(out->temporary) == 0) {
        out->fd = open(out->temporary, flags, mode);
    }
    return out->fd >= 0 ? BKO_OK : BKO_ESYS;
}

/* Opens the temporary file of a file that exists, with its mode and, where we may, its owner. A file
 * that may not be written may not be replaced either. */
static int open_like(bko__output *out, const struct stat *info) {
    if (access(out->path, W_OK) != 0) {
        return BKO_ESYS;
    }
    mode_t mode = (out->flags & BKO__OUTPUT_PRIVATE) != 0 ? PRIVATE : info->st_mode & 07777;
    int err = open_temporary(out, PRIVATE);
    if (err == BKO_OK && info->st_uid != geteuid() &&
        fchown(out->fd, info->st_uid, (gid_t)-1) != 0) {
        errno = 0; /* it is ours now, as any file that we replace */
    }
    if (err == BKO_OK && fchmod(out->fd, mode) != 0) {
        bko__output_discard(out);
        err = BKO_ESYS;
    }
    return err;
}

static int open_directly(bko__output *out) {
    out->temporary[0] = '\0';
    out->fd = open(out->path, O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC);
    return out->fd >= 0 ? BKO_OK : BKO_ESYS;
}

/* Is the path something that must not be replaced? Sets errno. */
static bool is_refused(const bko__output *out, const struct stat *info) {
    errno = S_ISDIR(info->st_mode)                                           ? EISDIR
            : (out->flags & BKO__OUTPUT_OWN) != 0 && !S_ISREG(info->st_mode) ? ELOOP
                                                                             : 0;
    return errno != 0;
}

int bko__output_open(bko__output *out, const char *path, unsigned flags) {
    struct stat info;
    out->fd = -1;
    out->flags = flags;
    int err = copy_path(out->path, path);
    if (err == BKO_OK && (flags & BKO__OUTPUT_OWN) == 0) {
        err = follow(out->path);
    }
    if (err != BKO_OK) {
        return err;
    }
    bool is_named = is_descriptor(out->path);
    if ((is_named ? stat(out->path, &info) : lstat(out->path, &info)) != 0) {
        bool is_private = (flags & BKO__OUTPUT_PRIVATE) != 0;
        return errno == ENOENT ? open_temporary(out, is_private ? PRIVATE : PUBLIC) : BKO_ESYS;
    }
    if (is_refused(out, &info)) {
        return BKO_ESYS;
    }
    return S_ISREG(info.st_mode) && !is_named ? open_like(out, &info) : open_directly(out);
}

int bko__output_write(bko__output *out, const void *data, size_t size) {
    return bko__fd_write_all(out->fd, data, size);
}

void bko__output_discard(bko__output *out) {
    int saved = errno;
    if (out->fd >= 0 && out->temporary[0] != '\0') {
        unlink(out->temporary);
    }
    bko__fd_close(&out->fd);
    errno = saved;
}

int bko__output_commit(bko__output *out) {
    bool is_direct = out->temporary[0] == '\0';
    if (!is_direct && (out->flags & BKO__OUTPUT_UNSYNCED) == 0 && fsync(out->fd) != 0) {
        bko__output_discard(out);
        return BKO_ESYS;
    }
    int closed = close(out->fd);
    out->fd = -1;
    if (closed == 0 && (is_direct || rename(out->temporary, out->path) == 0)) {
        return BKO_OK;
    }
    int saved = errno;
    if (!is_direct) {
        unlink(out->temporary);
    }
    errno = saved;
    return BKO_ESYS;
}

int bko__output_append(const char *path) {
    return open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC, PUBLIC);
}

int bko__output_store(const char *path, const void *data, size_t size, unsigned flags) {
    bko__output out;
    int err = bko__output_open(&out, path, flags);
    if (err != BKO_OK) {
        return err;
    }
    err = bko__output_write(&out, data, size);
    if (err != BKO_OK) {
        bko__output_discard(&out);
        return err;
    }
    return bko__output_commit(&out);
}

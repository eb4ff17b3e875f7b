/* Saves a body: writes a temporary file beside its final name and renames it. So a reader never
 * sees half a file, and two workers with the same URL don't interfere. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "contender/job.h"
#include "core/fd.h"

int bko__save_file(const char *dir, const char *name, const void *data, size_t size) {
    char path[PATH_MAX];
    char temporary[PATH_MAX + 32];
    if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path) {
        return BKO_ESAVE;
    }
    snprintf(temporary, sizeof temporary, "%s.%ld~", path, (long)syscall(SYS_gettid));
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) {
        return BKO_ESAVE;
    }
    int err = bko__fd_write_all(fd, data, size);
    if (close(fd) != 0 || err != BKO_OK || rename(temporary, path) != 0) {
        unlink(temporary);
        return BKO_ESAVE;
    }
    return BKO_OK;
}

int bko__save_body(const char *dir, const char *url, const void *body, size_t size) {
    char name[128];
    bko_url_file_name(url, name, sizeof name);
    return bko__save_file(dir, name, body, size);
}

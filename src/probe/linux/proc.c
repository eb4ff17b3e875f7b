#include "probe/linux/proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bakeoff/error.h"

static int failure(void) {
    return errno == ENOENT || errno == ESRCH ? BKO_EGONE : BKO_ESYS;
}

/* Closing must not change the errno that a caller will look at after BKO_ESYS. */
static int closed(int fd, int err) {
    int kept = errno;
    close(fd);
    errno = kept;
    return err;
}

/* Files of /proc may come in several pieces. */
static int read_all(int fd, char *text, size_t size) {
    size_t length = 0;
    while (length < size - 1) {
        ssize_t n = pread(fd, text + length, size - 1 - length, (off_t)length);
        if (n < 0 && errno != EINTR) {
            return failure();
        }
        if (n == 0) {
            break;
        }
        length += n > 0 ? (size_t)n : 0;
    }
    text[length] = '\0';
    return BKO_OK;
}

int bko__proc_read(const char *path, char *text, size_t size) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd >= 0 ? closed(fd, read_all(fd, text, size)) : failure();
}

int bko__proc_read_kept(int *file, const char *path, char *text, size_t size) {
    if (*file < 0) {
        *file = open(path, O_RDONLY | O_CLOEXEC);
    }
    return *file >= 0 ? read_all(*file, text, size) : failure();
}

int64_t bko__proc_number(const char *text, const char *label) {
    const char *at = strstr(text, label);
    return at != NULL ? strtoll(at + strlen(label), NULL, 10) : -1;
}

static int visit_entries(const char *entries, size_t length, int (*visit)(int, void *),
                         void *context) {
    for (size_t at = 0; at < length;) {
        const struct dirent64 *entry = (const struct dirent64 *)(entries + at);
        int id = atoi(entry->d_name);
        int stop = id > 0 ? visit(id, context) : 0;
        if (stop != 0) {
            return stop;
        }
        at += entry->d_reclen;
    }
    return 0;
}

/* getdents64 rather than opendir, because opendir allocates 32 KiB and the sampler must not
 * allocate. */
int bko__proc_each(const char *folder, int (*visit)(int, void *), void *context) {
    _Alignas(struct dirent64) char entries[8192];
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return failure();
    }
    for (;;) {
        ssize_t length = getdents64(fd, entries, sizeof entries);
        if (length <= 0) {
            return closed(fd, length == 0 ? BKO_OK : failure());
        }
        int stop = visit_entries(entries, (size_t)length, visit, context);
        if (stop != 0) {
            return closed(fd, stop);
        }
    }
}

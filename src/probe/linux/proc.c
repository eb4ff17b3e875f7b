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

int bko__proc_read(const char *path, char *text, size_t size) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return failure();
    }
    size_t length = 0;
    while (length < size - 1) {
        ssize_t n = read(fd, text + length, size - 1 - length);
        if (n < 0 && errno != EINTR) {
            return closed(fd, failure());
        }
        if (n == 0) {
            break;
        }
        length += n > 0 ? (size_t)n : 0;
    }
    text[length] = '\0';
    return closed(fd, BKO_OK);
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

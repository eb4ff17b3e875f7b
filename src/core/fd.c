/* See core/fd.h. */
#include "core/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bakeoff/error.h"

void bko__fd_close(int *fd) {
    if (*fd >= 0) {
        int saved = errno;
        close(*fd);
        errno = saved;
        *fd = -1;
    }
}

int bko__fd_move_up(int *fd, int lowest) {
    if (*fd >= lowest) {
        return BKO_OK;
    }
    int moved = *fd < 0 ? -1 : fcntl(*fd, F_DUPFD_CLOEXEC, lowest);
    if (moved < 0) {
        return BKO_ESYS;
    }
    close(*fd);
    *fd = moved;
    return BKO_OK;
}

bool bko__fd_has_room(int count) {
    int held[BKO__FD_ROOM_MAX];
    int opened = 0;
    while (opened < count) {
        int fd = opened == 0 ? eventfd(0, EFD_CLOEXEC) : fcntl(held[0], F_DUPFD_CLOEXEC, 0);
        if (fd < 0) {
            break;
        }
        held[opened++] = fd;
    }
    for (int i = 0; i < opened; i++) {
        bko__fd_close(&held[i]); /* keeps errno */
    }
    return opened == count;
}

enum { NO_EXEC_SEAL = 8 }; /* MFD_NOEXEC_SEAL, which older headers lack */

int bko__fd_memory(const char *name) {
    int fd = memfd_create(name, MFD_CLOEXEC | NO_EXEC_SEAL);
    fd = fd < 0 && errno == EINVAL ? memfd_create(name, MFD_CLOEXEC) : fd;
    /* Confined, there are none, since a library could be loaded from one; /tmp is memory there. */
    return fd < 0 && errno == ENOSYS
               ? open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR)
               : fd;
}

int bko__fd_write_all(int fd, const void *data, size_t size) {
    const char *rest = data;
    while (size > 0) {
        ssize_t written = write(fd, rest, size);
        if (written < 0 && errno != EINTR) {
            return BKO_ESYS;
        }
        if (written > 0) {
            rest += written;
            size -= (size_t)written;
        }
    }
    return BKO_OK;
}

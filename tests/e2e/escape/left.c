/* Ways out through what was left open or known. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "escape.h"

static long open_descriptor(char **a) {
    (void)a;
    for (int fd = 3; fd < 4096; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) {
            return fd;
        }
    }
    errno = EBADF;
    return -1;
}

static long type_into_terminal(char **a) {
    (void)a;
    char letter = 'x';
    for (int fd = 0; fd < 3; fd++) {
        if (ioctl(fd, TIOCSTI, &letter) == 0 ||
            syscall(SYS_ioctl, fd, TIOCSTI | 1L << 32, &letter) == 0) {
            return 0;
        }
    }
    int problem = errno;
    if (open("/dev/tty", O_RDWR | O_CLOEXEC) >= 0) {
        return 0;
    }
    errno = problem;
    return -1;
}

static int contains(const char *path, const char *secret) {
    static char text[1 << 16];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd >= 0 ? read(fd, text, sizeof text) : 0;
    int found = length > 0 && memmem(text, (size_t)length, secret, strlen(secret)) != NULL;
    if (fd >= 0) {
        close(fd);
    }
    return found;
}

/* The name of a variable whose value nobody should know. */
static long secret(char **a) {
    if (getenv(a[0]) != NULL || contains("/proc/self/environ", a[0]) ||
        contains("/proc/1/environ", a[0])) {
        return 0;
    }
    errno = ENOENT;
    return -1;
}

const attempt escape_left[] = {{"descriptor", open_descriptor},
                               {"terminal", type_into_terminal},
                               {"secret", secret},
                               {NULL, NULL}};

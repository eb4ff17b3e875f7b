/* Ways out through files: beside what may be read and written. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "escape.h"

static long read_file(char **a) {
    return open(a[0], O_RDONLY | O_CLOEXEC);
}
static long write_file(char **a) {
    return open(a[0], O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
}
static long make_symlink(char **a) {
    return symlink(a[0], a[1]);
}
static long make_hardlink(char **a) {
    return link(a[0], a[1]);
}
static long rename_out(char **a) {
    return rename(a[0], a[1]);
}
static long make_device(char **a) {
    return mknod(a[0], S_IFCHR | 0600, 0x103);
}
static long make_pipe(char **a) {
    return mknod(a[0], S_IFIFO | 0600, 0);
}
static long change_root(char **a) {
    return chroot(a[0]);
}

/* A folder opened before a chroot or mount would lead out with "..". */
static long climb(char **a) {
    (void)a;
    struct stat root;
    struct stat above;
    if (stat("/", &root) != 0 || stat("/../../..", &above) != 0 || root.st_ino == above.st_ino) {
        errno = EXDEV;
        return -1;
    }
    return 0;
}

static long by_handle(char **a) {
    (void)a;
    char handle[128] = {0};
    return syscall(SYS_open_by_handle_at, AT_FDCWD, handle, O_RDONLY);
}

/* A folder that is mounted can't be moved away from under its name. */
static long move_folder(char **a) {
    return rename(a[0], a[1]);
}

/* The first process inside was forked by the keeper. */
static long other_root(char **a) {
    char path[4096];
    snprintf(path, sizeof path, "/proc/1/root%s", a[0]);
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* A pipe with a name is written to even where the file system is read-only. */
static long write_pipe(char **a) {
    return open(a[0], O_RDWR | O_CLOEXEC);
}

const attempt escape_files[] = {{"read", read_file},
                                {"write", write_file},
                                {"symlink", make_symlink},
                                {"hardlink", make_hardlink},
                                {"rename", rename_out},
                                {"device", make_device},
                                {"pipe", make_pipe},
                                {"chroot", change_root},
                                {"climb", climb},
                                {"handle", by_handle},
                                {"move_folder", move_folder},
                                {"other_root", other_root},
                                {"write_pipe", write_pipe},
                                {NULL, NULL}};

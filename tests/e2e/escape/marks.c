/* What a run could leave on files, for later or for others: rights, leases, locks. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "escape.h"

enum { OWNERS_RIGHTS = 04755 };

static int new_file(const char *path) {
    unlink(path);
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

/* A program that every user of the machine could start later, with the rights of whoever ran the script. */
static long owners_rights(char **a) {
    int fd = new_file(a[0]);
    if (fd < 0) {
        return 0; /* not a refusal */
    }
    if (fchmod(fd, OWNERS_RIGHTS) == 0 || chmod(a[0], OWNERS_RIGHTS) == 0 ||
        fchmodat(AT_FDCWD, a[0], OWNERS_RIGHTS, 0) == 0) {
        return 0;
    }
    return fchmod(fd, 02755);
}

static long created_with_rights(char **a) {
    unlink(a[0]);
    umask(0);
    return open(a[0], O_WRONLY | O_CREAT | O_CLOEXEC, OWNERS_RIGHTS);
}

/* The same, by a call whose arguments a filter can't see. */
static long created_out_of_sight(char **a) {
    struct {
        unsigned long long flags, mode, resolve;
    } how = {O_WRONLY | O_CREAT | O_CLOEXEC, OWNERS_RIGHTS, 0};
    unlink(a[0]);
    umask(0);
    return syscall(SYS_openat2, AT_FDCWD, a[0], &how, sizeof how);
}

static long later_call(char **a) {
    return syscall(452 /* fchmodat2 */, AT_FDCWD, a[0], OWNERS_RIGHTS, 0);
}

/* Who wants to write to the file, outside, waits for us. */
static long lease(char **a) {
    int fd = open(a[0], O_RDONLY | O_CLOEXEC);
    return fd < 0 ? 0 : fcntl(fd, F_SETLEASE, F_RDLCK);
}

static long whole_lock(char **a) {
    int fd = open(a[0], O_RDONLY | O_CLOEXEC);
    return fd < 0 ? 0 : flock(fd, LOCK_EX | LOCK_NB);
}

/* Signals to whoever is named, when something happens to a descriptor. */
static long owner(char **a) {
    (void)a;
    return fcntl(STDOUT_FILENO, F_SETOWN, 1);
}

const attempt escape_marks[] = {{"owners_rights", owners_rights},
                                {"created_with_rights", created_with_rights},
                                {"created_out_of_sight", created_out_of_sight},
                                {"later_call", later_call},
                                {"lease", lease},
                                {"whole_lock", whole_lock},
                                {"owner", owner},
                                {NULL, NULL}};

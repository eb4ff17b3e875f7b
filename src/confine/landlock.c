/*
 * Landlock, over the file system that mounts.c has built: a second lock, and the one that decides
 * which files may be executed. The kernel's headers may be older than the kernel, so the few
 * numbers of its interface are here.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confine/parts.h"

#define RIGHT(number) (1ULL << (number))
enum { CREATE = 444, ADD_RULE = 445, RESTRICT_SELF = 446 }; /* the same on every architecture */
enum { ASK_VERSION = 1, PATH_BENEATH = 1 };

#define EXECUTE      RIGHT(0)
#define WRITE_FILE   RIGHT(1)
#define READ_FILE    RIGHT(2)
#define READ_DIR     RIGHT(3)
#define REMOVE_DIR   RIGHT(4)
#define REMOVE_FILE  RIGHT(5)
#define MAKE_DIR     RIGHT(7)
#define MAKE_REG     RIGHT(8)
#define FIRST_RIGHTS (RIGHT(13) - 1)
#define REFER        RIGHT(13) /* version 2 */
#define TRUNCATE     RIGHT(14) /* version 3 */
#define IOCTL_DEV    RIGHT(15) /* version 5 */

#define READING (READ_FILE | READ_DIR)
/* No links, devices, sockets and pipes: what reads the folder later must find plain files. */
#define WRITING                                                                                    \
    (READING | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE)
#define OF_FILES (EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV)

/* Version 6: no abstract sockets and no signals to processes outside. */
#define ALL_SCOPES 3ULL
enum { WITH_REFER = 2, WITH_TRUNCATE = 3, WITH_IOCTL = 5, WITH_SCOPES = 6 };

struct ruleset {
    uint64_t files;
    uint64_t net;
    uint64_t scoped;
};

struct __attribute__((packed)) rule {
    uint64_t allowed;
    int32_t parent;
};

typedef struct {
    int fd;
    uint64_t handled;
} rules;

int bko__confine_landlock_version(void) {
    long version = syscall(CREATE, NULL, 0, ASK_VERSION);
    return version > 0 ? (int)version : 0;
}

static uint64_t rights_of_version(int version) {
    uint64_t all = FIRST_RIGHTS;
    all |= version >= WITH_REFER ? REFER : 0;
    all |= version >= WITH_TRUNCATE ? TRUNCATE : 0;
    all |= version >= WITH_IOCTL ? IOCTL_DEV : 0;
    return all;
}

/* What isn't there needs no rule. */
static int allow(const rules *self, const char *path, uint64_t rights) {
    struct stat kind;
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    rights &= self->handled;
    if (fstat(fd, &kind) == 0 && !S_ISDIR(kind.st_mode)) {
        rights &= OF_FILES;
    }
    struct rule rule = {.allowed = rights, .parent = fd};
    long err = syscall(ADD_RULE, self->fd, PATH_BENEATH, &rule, 0);
    close(fd);
    return (int)err;
}

/* The dynamic linker is executed with every program. */
static int allow_linker(const rules *self) {
    static const char *const patterns[] = {"/lib64/ld*.so*", "/lib/ld*.so*", "/lib/*/ld*.so*"};
    int err = 0;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        glob_t found;
        if (glob(patterns[i], 0, NULL, &found) != 0) {
            continue;
        }
        for (size_t j = 0; err == 0 && j < found.gl_pathc; j++) {
            err = allow(self, found.gl_pathv[j], READ_FILE | EXECUTE);
        }
        globfree(&found);
    }
    return err;
}

static int allow_all(const rules *self, const bko__confine_plan *plan) {
    static const uint64_t rights[] = {[BKO__CONFINE_READ] = READING,
                                      [BKO__CONFINE_RUN] = READING | EXECUTE,
                                      [BKO__CONFINE_WRITE] = WRITING};
    int err = allow(self, "/", READ_DIR); /* lists names of folders, which all come from the plan */
    for (size_t i = 0; err == 0 && bko__confine_system_paths[i] != NULL; i++) {
        err = allow(self, bko__confine_system_paths[i], READING);
    }
    for (size_t i = 0; err == 0 && i < plan->path_count; i++) {
        err = allow(self, plan->paths[i].path, rights[plan->paths[i].right]);
    }
    err = err == 0 ? allow(self, "/etc/hosts", READING) : err;
    err = err == 0 ? allow(self, "/proc", READING) : err;
    err = err == 0 ? allow(self, "/dev", READING | WRITE_FILE | TRUNCATE) : err;
    err = err == 0 ? allow(self, "/tmp", WRITING) : err;
    return err == 0 ? allow_linker(self) : err;
}

int bko__confine_landlock(const bko__confine_plan *plan, char *message) {
    int version = bko__confine_landlock_version();
    if (version == 0) {
        return 0;
    }
    struct ruleset asked = {.files = rights_of_version(version),
                            .scoped = version >= WITH_SCOPES ? ALL_SCOPES : 0};
    rules self = {.handled = asked.files};
    self.fd = (int)syscall(CREATE, &asked, sizeof asked, 0);
    if (self.fd < 0 || allow_all(&self, plan) != 0 || syscall(RESTRICT_SELF, self.fd, 0) != 0) {
        return bko__confine_fail(message, "Landlock");
    }
    close(self.fd);
    return 0;
}

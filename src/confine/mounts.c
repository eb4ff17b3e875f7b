/*
 * The file system of the confined program: an empty one in memory, into which the plan's paths and
 * what every run needs are mounted under their own names. What isn't named doesn't exist inside, so
 * that no path, link or mistake of ours leads there.
 *
 * While it is built, the old root is /old and the new one /new; both stand in a file system in memory
 * of this process's mount namespace, which nobody else sees.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confine/parts.h"

/* Without /usr/bin: no program is there but bakeoff's own. Of /etc, nothing that is secret. */
const char *const bko__confine_system_paths[] = {"/usr/lib",
                                                 "/usr/lib32",
                                                 "/usr/lib64",
                                                 "/usr/local/lib",
                                                 "/lib",
                                                 "/lib32",
                                                 "/lib64",
                                                 "/usr/share/lua",
                                                 "/usr/local/share/lua",
                                                 "/usr/share/zoneinfo",
                                                 "/usr/share/locale",
                                                 "/usr/share/ca-certificates",
                                                 "/usr/local/share/ca-certificates",
                                                 "/etc/ssl/certs",
                                                 "/etc/ssl/openssl.cnf",
                                                 "/etc/pki/tls/certs",
                                                 "/etc/pki/tls/openssl.cnf",
                                                 "/etc/pki/ca-trust/extracted",
                                                 "/etc/ca-certificates/extracted",
                                                 "/etc/crypto-policies",
                                                 "/etc/ld.so.cache",
                                                 "/etc/localtime",
                                                 "/etc/os-release",
                                                 "/etc/nsswitch.conf",
                                                 "/etc/host.conf",
                                                 "/etc/gai.conf",
                                                 "/etc/alternatives",
                                                 "/sys/devices/system/cpu",
                                                 "/sys/devices/system/clocksource",
                                                 "/sys/kernel/mm/transparent_hugepage",
                                                 "/sys/fs/cgroup",
                                                 NULL};

/* Where programs are named in scripts' first lines. Only links, so that allowed programs have both names. */
static const char *const LINKS[] = {"/bin", "/sbin", NULL};

static const char *const DEVICES[] = {"/dev/null",    "/dev/zero",   "/dev/full",
                                      "/dev/urandom", "/dev/random", NULL};

/* Of linux/mount.h, which older systems' headers lack. */
struct attributes {
    uint64_t set;
    uint64_t clear;
    uint64_t propagation;
    uint64_t userns;
};
enum {
    SET_READ_ONLY = 1,
    SET_NO_SUID = 2,
    SET_NO_DEVICES = 4,
    SET_NO_EXEC = 8,
    RECURSIVE = 0x8000
};
enum { MOUNT_SETATTR = 442 }; /* the same on every architecture */
enum { MOST_LINKS = 8 };

static int set_attributes(const char *path, uint64_t set, unsigned flags) {
    struct attributes wanted = {.set = set};
    return (int)syscall(MOUNT_SETATTR, AT_FDCWD, path, flags, &wanted, sizeof wanted);
}

/* The folders above a path, and the path itself if it is to be a folder. */
static int make_folders(const char *path, int itself) {
    char part[PATH_MAX];
    if (snprintf(part, sizeof part, "%s/", path) >= (int)sizeof part) {
        errno = ENAMETOOLONG;
        return -1;
    }
    size_t end = strlen(part) - (itself ? 0 : strlen(strrchr(path, '/')));
    for (size_t i = 1; i < end; i++) {
        if (part[i] == '/') {
            part[i] = '\0';
            if (mkdir(part, 0755) != 0 && errno != EEXIST) {
                return -1;
            }
            part[i] = '/';
        }
    }
    return 0;
}

static int make_target(const char *target, int is_folder) {
    if (make_folders(target, is_folder) != 0) {
        return -1;
    }
    if (is_folder) {
        return 0;
    }
    int fd = open(target, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0) {
        return access(target, F_OK); /* inside a mounted folder, it is there already */
    }
    return close(fd);
}

/* Mounts a path of the machine under its own name. What doesn't exist is left out. */
static int bind_path(const char *path, uint64_t set) {
    char from[PATH_MAX];
    char to[PATH_MAX];
    struct stat kind;
    if (snprintf(from, sizeof from, "/old%s", path) >= (int)sizeof from ||
        snprintf(to, sizeof to, "/new%s", path) >= (int)sizeof to) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (stat(from, &kind) != 0) {
        return 0;
    }
    if (make_target(to, S_ISDIR(kind.st_mode)) != 0 ||
        mount(from, to, NULL, MS_BIND | MS_REC, NULL) != 0) {
        return -1;
    }
    return set_attributes(to, set, RECURSIVE);
}

enum {
    READING = SET_READ_ONLY | SET_NO_SUID | SET_NO_DEVICES,
    WRITING = SET_NO_SUID | SET_NO_DEVICES
};

/* /lib and others are links on most systems, and links inside, too: what they lead to must be named itself. */
static int mount_path(const char *path, uint64_t set) {
    char from[PATH_MAX];
    char to[PATH_MAX];
    char link[PATH_MAX];
    snprintf(from, sizeof from, "/old%s", path);
    snprintf(to, sizeof to, "/new%s", path);
    ssize_t length = readlink(from, link, sizeof link - 1);
    if (length <= 0) {
        return bind_path(path, set);
    }
    link[length] = '\0';
    return make_folders(to, 0) == 0 && (symlink(link, to) == 0 || errno == EEXIST) ? 0 : -1;
}

/* Writes where a link leads: one step, and without links where it is. Returns 0 if it isn't one. */
static int follow(const char *path, char *out) {
    char from[PATH_MAX];
    char link[PATH_MAX];
    snprintf(from, sizeof from, "/old%s", path);
    ssize_t length = readlink(from, link, sizeof link - 1);
    link[length > 0 ? length : 0] = '\0';
    int folder = link[0] == '/' ? 0 : (int)(strrchr(path, '/') + 1 - path);
    return length > 0 && snprintf(out, PATH_MAX, "%.*s%s", folder, path, link) < PATH_MAX;
}

/* A program's name may be a link to another one, and that to a third: all of them, and what they lead to. */
static int mount_chain(const char *path, uint64_t set) {
    char names[2][PATH_MAX];
    const char *now = path;
    int step = 0;
    for (; step < MOST_LINKS && follow(now, names[step % 2]); step++) {
        if (mount_path(now, set) != 0) {
            return -1;
        }
        now = names[step % 2];
    }
    return step < MOST_LINKS ? mount_path(now, set) : 0; /* a circle leads nowhere */
}

static int make_links(char *message) {
    for (size_t i = 0; LINKS[i] != NULL; i++) {
        char from[64];
        struct stat kind;
        snprintf(from, sizeof from, "/old%s", LINKS[i]);
        if (lstat(from, &kind) == 0 && S_ISLNK(kind.st_mode) && mount_path(LINKS[i], 0) != 0) {
            return bko__confine_fail(message, LINKS[i]);
        }
    }
    return 0;
}

static int mount_plan(const bko__confine_plan *plan, char *message) {
    static const uint64_t sets[] = {[BKO__CONFINE_READ] = READING | SET_NO_EXEC,
                                    [BKO__CONFINE_RUN] = READING,
                                    [BKO__CONFINE_WRITE] = WRITING | SET_NO_EXEC};
    for (size_t i = 0; bko__confine_system_paths[i] != NULL; i++) {
        if (mount_path(bko__confine_system_paths[i], READING) != 0) {
            return bko__confine_fail(message, bko__confine_system_paths[i]);
        }
    }
    for (size_t i = 0; i < plan->path_count; i++) {
        if (mount_chain(plan->paths[i].path, sets[plan->paths[i].right]) != 0) {
            return bko__confine_fail(message, plan->paths[i].path);
        }
    }
    return 0;
}

static int mount_own(char *message) {
    if (mkdir("/new/tmp", 01777) != 0 ||
        mount("tmp", "/new/tmp", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=1777,size=1g") !=
            0) {
        return bko__confine_fail(message, "/tmp of its own");
    }
    if (mkdir("/new/proc", 0755) != 0 ||
        mount("proc", "/new/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) {
        return bko__confine_fail(message, "/proc of its own");
    }
    for (size_t i = 0; DEVICES[i] != NULL; i++) {
        if (bind_path(DEVICES[i], SET_NO_SUID | SET_NO_EXEC) != 0) {
            return bko__confine_fail(message, DEVICES[i]);
        }
    }
    if (symlink("/proc/self/fd", "/new/dev/fd") != 0 ||
        symlink("/proc/self/fd/1", "/new/dev/stdout") != 0 ||
        symlink("/proc/self/fd/2", "/new/dev/stderr") != 0) {
        return bko__confine_fail(message, "/dev of its own");
    }
    return 0;
}

/* The names of hosts inside: there are no name servers. */
static int write_hosts(const bko__confine_plan *plan, char *message) {
    mkdir("/new/etc", 0755);
    FILE *file = fopen("/new/etc/hosts", "we");
    if (file == NULL) {
        return bko__confine_fail(message, "/etc/hosts");
    }
    fprintf(file, "127.0.0.1 localhost\n");
    for (size_t i = 0; i < plan->host_count; i++) {
        uint32_t address = ntohl(plan->hosts[i].address.sin_addr.s_addr);
        if (plan->hosts[i].name[0] != '\0') {
            fprintf(file, "%u.%u.%u.%u %s\n", address >> 24, address >> 16 & 255,
                    address >> 8 & 255, address & 255, plan->hosts[i].name);
        }
    }
    return fclose(file) == 0 ? 0 : bko__confine_fail(message, "/etc/hosts");
}

static int pivot(const char *root, const char *old) {
    return (int)syscall(SYS_pivot_root, root, old);
}

/* From now on / is in memory, with the machine's root as /old and the empty /new. */
static int stand_beside(char *message) {
    if (mount(NULL, "/", NULL, MS_SLAVE | MS_REC, NULL) != 0 ||
        mount("beside", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=4m") != 0 ||
        mkdir("/tmp/old", 0755) != 0 || mkdir("/tmp/new", 0755) != 0 ||
        mount("new", "/tmp/new", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=4m") != 0 ||
        pivot("/tmp", "/tmp/old") != 0 || chdir("/") != 0) {
        return bko__confine_fail(message, "file system of its own");
    }
    return 0;
}

static int move_in(const bko__confine_plan *plan, char *message) {
    if (umount2("/old", MNT_DETACH) != 0 || chdir("/new") != 0 || pivot(".", ".") != 0 ||
        umount2(".", MNT_DETACH) != 0 || chdir("/") != 0) {
        return bko__confine_fail(message, "root of its own");
    }
    if (plan->cwd != NULL && (make_folders(plan->cwd, 1) != 0 || chdir(plan->cwd) != 0)) {
        return bko__confine_fail(message, "current folder");
    }
    return set_attributes("/", SET_READ_ONLY | SET_NO_EXEC, 0) == 0
               ? 0
               : bko__confine_fail(message, "root of its own, read-only");
}

int bko__confine_mounts(const bko__confine_plan *plan, char *message) {
    return stand_beside(message) == 0 && mount_own(message) == 0 && make_links(message) == 0 &&
                   mount_plan(plan, message) == 0 && write_hosts(plan, message) == 0 &&
                   move_in(plan, message) == 0
               ? 0
               : -1;
}

/* Root without a capability may still write what belongs to root there, and much of that is the machine's. */
int bko__confine_seal(char *message) {
    return set_attributes("/proc", SET_READ_ONLY, 0) == 0
               ? 0
               : bko__confine_fail(message, "/proc, read-only");
}

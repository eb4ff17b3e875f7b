/* The locks themselves: system calls that would open them, and what belongs to the whole machine. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "escape.h"

static long undo_filter(char **a) {
    (void)a;
    if (prctl(PR_SET_SECCOMP, 0, 0, 0, 0) == 0 || prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0) {
        return 0;
    }
    return syscall(SYS_seccomp, 0, 0, NULL);
}

static long uring(char **a) {
    (void)a;
    char parameters[256] = {0};
    return syscall(SYS_io_uring_setup, 1, parameters);
}

static long fault_handler(char **a) {
    (void)a;
    return syscall(SYS_userfaultfd, 1);
}
static long bpf(char **a) {
    (void)a;
    return syscall(SYS_bpf, 0, NULL, 0);
}
static long keys(char **a) {
    (void)a;
    return syscall(SYS_keyctl, 0, -3, 1, 0, 0);
}
static long count_events(char **a) {
    (void)a;
    char attributes[128] = {[4] = sizeof attributes};
    return syscall(SYS_perf_event_open, attributes, 0, -1, -1, 0);
}
static long mount_it(char **a) {
    return mount("none", a[0], "tmpfs", 0, NULL);
}
static long remount(char **a) {
    return mount(NULL, a[0], NULL, MS_REMOUNT | MS_BIND, NULL);
}
static long new_user(char **a) {
    (void)a;
    return unshare(CLONE_NEWUSER);
}
static long clone_user(char **a) {
    (void)a;
    long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) {
        _exit(0);
    }
    return pid;
}
static long set_clock(char **a) {
    (void)a;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return clock_settime(CLOCK_REALTIME, &now);
}
static long change_kernel(char **a) {
    (void)a;
    return open("/proc/sys/kernel/core_pattern", O_WRONLY | O_CLOEXEC);
}

static long enter_namespace(char **a) {
    (void)a;
    int fd = open("/proc/1/ns/user", O_RDONLY | O_CLOEXEC);
    return setns(fd, 0);
}

static long map_users(char **a) {
    (void)a;
    return open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
}

/* The rest: is confinement itself there? Not a way out. */
static long nothing(char **a) {
    (void)a;
    return 0;
}

const attempt escape_locks[] = {{"undo", undo_filter},
                                {"uring", uring},
                                {"userfaultfd", fault_handler},
                                {"bpf", bpf},
                                {"keys", keys},
                                {"perf", count_events},
                                {"mount", mount_it},
                                {"remount", remount},
                                {"unshare", new_user},
                                {"clone", clone_user},
                                {"clock", set_clock},
                                {"core_pattern", change_kernel},
                                {"setns", enter_namespace},
                                {"uid_map", map_users},
                                {"nothing", nothing},
                                {NULL, NULL}};

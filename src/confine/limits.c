/*
 * Limits and capabilities.
 *
 * The number of processes: the kernel never counts root's against RLIMIT_NPROC, not even in a user
 * namespace. From Linux 6.14 on, a PID namespace has a highest PID of its own, which limits root, too.
 * Before that version the same file would change the whole machine, so it isn't touched.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "confine/parts.h"

/* The machine's settings may give a crash to a program that runs outside, with all rights; a limit of 0 doesn't
 * keep it from that. 1 byte is the kernel's mark of a process whose crash nobody is to read, and it is too
 * little for a file. arguments.c holds it there. */
enum { LEAST_PIDS = 600, NO_CORE = 1, LOCKED_MEMORY = 64 << 20 };

int bko__confine_fail(char *message, const char *what) {
    snprintf(message, BKO__CONFINE_MESSAGE, "%s: %s", what, strerror(errno));
    return -1;
}

int bko__confine_kernel_is_at_least(int major, int minor) {
    struct utsname name;
    int has_major = 0;
    int has_minor = 0;
    if (uname(&name) != 0 || sscanf(name.release, "%d.%d", &has_major, &has_minor) != 2) {
        return 0;
    }
    return has_major > major || (has_major == major && has_minor >= minor);
}

int bko__confine_counts_processes(void) {
    return geteuid() != 0 || bko__confine_kernel_is_at_least(6, 14);
}

static int write_number(const char *path, uint64_t number) {
    char text[32];
    int length = snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    ssize_t written = write(fd, text, (size_t)length);
    close(fd);
    return written == length ? 0 : -1;
}

static int limit_pids(const bko__confine_plan *plan, char *message) {
    if (!bko__confine_kernel_is_at_least(6, 14)) {
        return 0; /* only root needs it, and root was refused */
    }
    /* When numbers run out, the kernel begins again at 300, so a low limit needs room above that. */
    uint64_t highest = plan->limits.processes < LEAST_PIDS ? LEAST_PIDS : plan->limits.processes;
    int err = write_number("/proc/sys/kernel/pid_max", highest);
    return err == 0 || geteuid() != 0 ? 0 : bko__confine_fail(message, "limit of processes");
}

int bko__confine_limits_set(const bko__confine_plan *plan, char *message) {
    const struct {
        __rlimit_resource_t resource;
        rlim_t value;
    } limits[] = {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        {RLIMIT_DATA, plan->limits.memory}, /* a sanitizer's own tables are larger */
#endif
        {RLIMIT_FSIZE, plan->limits.file_size},
        {RLIMIT_NPROC, plan->limits.processes},
        {RLIMIT_CPU, plan->limits.cpu_s},
        {RLIMIT_CORE, NO_CORE},
        {RLIMIT_MEMLOCK, LOCKED_MEMORY},
        {RLIMIT_MSGQUEUE, 0},
    };
    if (limit_pids(plan, message) != 0) {
        return -1;
    }
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        struct rlimit limit;
        if (getrlimit(limits[i].resource, &limit) != 0) {
            return bko__confine_fail(message, "limits");
        }
        limit.rlim_max = limit.rlim_max < limits[i].value ? limit.rlim_max : limits[i].value;
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(limits[i].resource, &limit) != 0) {
            return bko__confine_fail(message, "limits");
        }
    }
    return 0;
}

int bko__confine_drop(char *message) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
    for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++) {
        if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) != 0) {
            return bko__confine_fail(message, "capabilities");
        }
    }
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (syscall(SYS_capset, &header, none) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return bko__confine_fail(message, "capabilities");
    }
    return 0;
}

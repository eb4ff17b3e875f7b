/*
 * System calls: a list of those that a run needs. Everything else doesn't exist (ENOSYS, which C
 * libraries know how to live with); what is known to be dangerous is refused (EPERM), which reads
 * better. Arguments are compared as the 32 bits that the kernel looks at.
 */
#include <errno.h>
#include <sys/prctl.h>

#include "confine/parts.h"

#ifndef BAKEOFF_HAS_SECCOMP

int bko__confine_has_filter(void) {
    return 0;
}

int bko__confine_filter(char *message) {
    errno = ENOSYS;
    return bko__confine_fail(message, "built without libseccomp");
}

#else

#include <linux/prctl.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static const char *const ALLOWED[] = {
    /* files */
    "read", "readv", "pread64", "preadv", "preadv2", "write", "writev", "pwrite64", "pwritev", "pwritev2",
    "open", "openat", "openat2", "close", "close_range", "creat", "lseek", "_llseek", "stat", "lstat",
    "fstat", "stat64", "lstat64", "fstat64", "newfstatat", "fstatat64", "statx", "access", "faccessat",
    "faccessat2", "readlink", "readlinkat", "getdents", "getdents64", "mkdir", "mkdirat", "rmdir", "unlink",
    "unlinkat", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "truncate",
    "truncate64", "ftruncate", "ftruncate64", "fallocate", "fsync", "fdatasync", "sync_file_range",
    "fadvise64", "fadvise64_64", "readahead", "copy_file_range", "sendfile", "sendfile64", "splice", "tee",
    "flock", "fcntl", "fcntl64", "dup", "dup2", "dup3", "pipe", "pipe2", "umask", "chdir", "fchdir",
    "getcwd", "chmod", "fchmod", "fchmodat", "utime", "utimes", "futimesat", "utimensat", "statfs",
    "fstatfs", "statfs64", "fstatfs64", "inotify_init", "inotify_init1", "inotify_add_watch",
    "inotify_rm_watch", "memfd_create", "getxattr", "lgetxattr", "fgetxattr",
    /* memory */
    "brk", "mmap", "mmap2", "munmap", "mremap", "mprotect", "madvise", "msync", "mincore", "mlock",
    "mlock2", "munlock", "membarrier", "pkey_alloc", "pkey_free", "pkey_mprotect", "get_mempolicy",
    /* waiting, time */
    "poll", "ppoll", "ppoll_time64", "select", "_newselect", "pselect6", "pselect6_time64", "epoll_create",
    "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2",
    "signalfd", "signalfd4", "timerfd_create", "timerfd_settime", "timerfd_gettime", "timerfd_settime64",
    "timerfd_gettime64", "nanosleep", "clock_nanosleep", "clock_nanosleep_time64", "clock_gettime",
    "clock_gettime64", "clock_getres", "clock_getres_time64", "gettimeofday", "time", "times",
    "timer_create", "timer_settime", "timer_gettime", "timer_getoverrun", "timer_delete", "getitimer",
    "setitimer", "alarm", "pause", "futex", "futex_time64", "futex_waitv", "restart_syscall",
    /* processes; clone is below */
    "fork", "vfork", "execve", "exit", "exit_group", "wait4", "waitid", "waitpid", "kill", "tkill",
    "tgkill", "pidfd_open", "pidfd_send_signal", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
    "rt_sigpending", "rt_sigsuspend", "rt_sigtimedwait", "rt_sigtimedwait_time64", "rt_sigqueueinfo",
    "sigaltstack", "sigreturn", "getpid", "getppid", "gettid", "getpgid", "getpgrp", "setpgid", "getsid",
    "setsid", "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getgroups", "getuid32",
    "geteuid32", "getgid32", "getegid32", "getresuid32", "getresgid32", "getgroups32", "capget",
    "getrusage", "getrlimit", "ugetrlimit", "setrlimit", "prlimit64", "getpriority", "setpriority",
    "sched_yield", "sched_getaffinity", "sched_setaffinity", "sched_getparam", "sched_getscheduler",
    "sched_get_priority_max", "sched_get_priority_min", "set_tid_address", "set_robust_list",
    "get_robust_list", "rseq", "arch_prctl", "set_tls", "kcmp", "getcpu", "uname", "sysinfo", "getrandom",
    /* sockets; how they come about is below */
    "bind", "listen", "accept", "accept4", "connect", "shutdown", "getsockname", "getpeername",
    "getsockopt", "setsockopt", "send", "recv", "sendto", "recvfrom", "sendmsg", "recvmsg", "sendmmsg",
    "recvmmsg", "recvmmsg_time64", NULL};

static const char *const REFUSED[] = {
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "bpf",
    "perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key", "io_uring_setup",
    "io_uring_enter", "io_uring_register", "mount", "umount", "umount2", "move_mount", "open_tree", "fsopen",
    "fsconfig", "fsmount", "fspick", "mount_setattr", "pivot_root", "chroot", "unshare", "setns", "seccomp",
    "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", "setuid", "setgid",
    "setreuid", "setregid", "setresuid", "setresgid", "setfsuid", "setfsgid", "setgroups", "capset",
    "setuid32", "setgid32", "setreuid32", "setregid32", "setresuid32", "setresgid32", "setfsuid32",
    "setfsgid32", "setgroups32", "init_module", "finit_module", "delete_module", "kexec_load",
    "kexec_file_load", "reboot", "swapon", "swapoff", "acct", "quotactl", "quotactl_fd", "settimeofday",
    "clock_settime", "clock_settime64", "clock_adjtime", "adjtimex", "sethostname", "setdomainname",
    "syslog", "vhangup", "iopl", "ioperm", "modify_ldt", "personality", "name_to_handle_at",
    "open_by_handle_at", "mknod", "mknodat", "execveat", "fanotify_init", "fanotify_mark", "chown", "fchown",
    "lchown", "fchownat", "chown32", "fchown32", "lchown32", "setxattr", "lsetxattr", "fsetxattr",
    "removexattr", "lremovexattr", "fremovexattr", "shmget", "shmat", "shmctl", "msgget", "msgsnd",
    "msgrcv", "msgctl", "semget", "semop", "semctl", "mq_open", "mbind", "set_mempolicy", "migrate_pages",
    "move_pages", "vmsplice", "lookup_dcookie", "nfsservctl", "uselib", "remap_file_pages", NULL};

#define LOW_32 0xffffffffULL
#define IS(argument, value) SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, LOW_32, (uint32_t)(value))

/* A call that this version of libseccomp or this machine doesn't know can't be made either. */
static int add_all(scmp_filter_ctx filter, const char *const *names, uint32_t action) {
    int err = 0;
    for (size_t i = 0; err == 0 && names[i] != NULL; i++) {
        int number = seccomp_syscall_resolve_name(names[i]);
        if (number != __NR_SCMP_ERROR) {
            err = seccomp_rule_add(filter, action, number, 0);
            err = err == -EDOM ? 0 : err;
        }
    }
    return err;
}

/* No new namespace; threads and forks as usual. glibc falls back to clone from clone3, whose flags
 * are in memory where a filter can't look. */
static int add_clone(scmp_filter_ctx filter) {
    static const uint64_t namespaces = 0x00000080ULL /* time */ | CLONE_NEWNS | CLONE_NEWCGROUP |
                                       CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
                                       CLONE_NEWNET;
    /* The lowest byte is the signal at the end, so the bit of time namespaces means nothing here. */
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                            SCMP_CMP(0, SCMP_CMP_MASKED_EQ, namespaces & ~0xffULL, 0));
}

/* TCP, and pairs of sockets of which neither end can be sent to another address. */
static int add_sockets(scmp_filter_ctx filter) {
    static const uint32_t families[] = {AF_INET, AF_INET6};
    static const uint32_t pairs[] = {SOCK_STREAM, SOCK_SEQPACKET};
    static const uint64_t type = 0xf;
    int err = 0;
    for (size_t i = 0; err == 0 && i < 2; i++) {
        err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2, IS(0, families[i]),
                               SCMP_CMP(1, SCMP_CMP_MASKED_EQ, type, SOCK_STREAM));
        if (err == 0) {
            err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socketpair), 2, IS(0, AF_UNIX),
                                   SCMP_CMP(1, SCMP_CMP_MASKED_EQ, type, pairs[i]));
        }
    }
    return err;
}

/* What a terminal would take as typed input (TIOCSTI) or as a command (TIOCLINUX) isn't here. */
static int add_ioctl(scmp_filter_ctx filter) {
    static const uint32_t known[] = {FIONBIO, FIONREAD, FIOCLEX, FIONCLEX, TCGETS, TIOCGWINSZ, TIOCGPGRP};
    int err = 0;
    for (size_t i = 0; err == 0 && i < sizeof known / sizeof known[0]; i++) {
        err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, IS(1, known[i]));
    }
    return err;
}

static int add_prctl(scmp_filter_ctx filter) {
    static const uint32_t known[] = {PR_SET_NAME,
                                     PR_GET_NAME,
                                     PR_SET_PDEATHSIG,
                                     PR_GET_PDEATHSIG,
                                     PR_SET_TIMERSLACK,
                                     PR_GET_TIMERSLACK,
                                     PR_SET_CHILD_SUBREAPER,
                                     PR_GET_CHILD_SUBREAPER,
                                     PR_GET_DUMPABLE,
                                     PR_GET_NO_NEW_PRIVS,
                                     PR_CAPBSET_READ,
                                     0x53564d41 /* names of memory areas, which glibc and sanitizers give */};
    int err = 0;
    for (size_t i = 0; err == 0 && i < sizeof known / sizeof known[0]; i++) {
        err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, IS(0, known[i]));
    }
    return err;
}

/* Calls with a few allowed arguments: with others they are refused, not missing. */
static int refuse_rest(scmp_filter_ctx filter) {
    static const uint32_t refused = SCMP_ACT_ERRNO(EPERM);
    static const uint64_t bits[] = {CLONE_NEWNS,  CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC,
                                    CLONE_NEWUSER, CLONE_NEWPID,   CLONE_NEWNET};
    int err = 0;
    for (size_t i = 0; err == 0 && i < sizeof bits / sizeof bits[0]; i++) {
        err = seccomp_rule_add(filter, refused, SCMP_SYS(clone), 1,
                               SCMP_CMP(0, SCMP_CMP_MASKED_EQ, bits[i], bits[i]));
    }
    return err == 0 ? add_all(filter, REFUSED, refused) : err;
}

static int fill(scmp_filter_ctx filter) {
    int err = add_all(filter, ALLOWED, SCMP_ACT_ALLOW);
    err = err == 0 ? add_clone(filter) : err;
    err = err == 0 ? add_sockets(filter) : err;
    err = err == 0 ? add_ioctl(filter) : err;
    err = err == 0 ? add_prctl(filter) : err;
    return err == 0 ? refuse_rest(filter) : err;
}

int bko__confine_has_filter(void) {
    return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0 && seccomp_api_get() > 0;
}

int bko__confine_filter(char *message) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    if (filter == NULL) {
        errno = ENOMEM;
        return bko__confine_fail(message, "seccomp");
    }
    /* Calls of another architecture (32-bit on 64) are not on the list at all. */
    int err = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    err = err == 0 ? fill(filter) : err;
    err = err == 0 ? seccomp_load(filter) : err;
    seccomp_release(filter);
    if (err != 0) {
        errno = -err;
        return bko__confine_fail(message, "seccomp");
    }
    return 0;
}

#endif

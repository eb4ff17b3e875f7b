/*
 * System calls: a list (calls.c) of those that a run needs. Everything else doesn't exist (ENOSYS, which C
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
#include <unistd.h>

#define LOW_32              0xffffffffULL
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
    static const uint32_t known[] = {FIONBIO, FIONREAD,   FIOCLEX,  FIONCLEX,
                                     TCGETS,  TIOCGWINSZ, TIOCGPGRP};
    int err = 0;
    for (size_t i = 0; err == 0 && i < sizeof known / sizeof known[0]; i++) {
        err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, IS(1, known[i]));
    }
    return err;
}

static int add_prctl(scmp_filter_ctx filter) {
    static const uint32_t known[] = {
        PR_SET_NAME,
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

/* Programs that could be set-user-ID, such as gnuplot, become who they are already. */
static int add_identity(scmp_filter_ctx filter) {
    const struct {
        int call;
        uint32_t who;
    } own[] = {{SCMP_SYS(setuid), getuid()}, {SCMP_SYS(setgid), getgid()}};
    int err = 0;
    for (size_t i = 0; err == 0 && i < 2; i++) {
        err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, own[i].call, 1,
                               SCMP_CMP(0, SCMP_CMP_EQ, own[i].who));
        if (err == 0) {
            err = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), own[i].call, 1,
                                   SCMP_CMP(0, SCMP_CMP_NE, own[i].who));
        }
    }
    return err;
}

/* Files in memory, if nobody can make programs of them; older kernels don't know the flag (MFD_NOEXEC_SEAL). */
static int add_memory_files(scmp_filter_ctx filter) {
    static const uint64_t no_exec = 8;
    if (!bko__confine_kernel_is_at_least(6, 3)) {
        return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(memfd_create), 0);
    }
    int err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(memfd_create), 1,
                               SCMP_CMP(1, SCMP_CMP_MASKED_EQ, no_exec, no_exec));
    return err != 0 ? err
                    : seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(memfd_create), 1,
                                       SCMP_CMP(1, SCMP_CMP_MASKED_EQ, no_exec, 0));
}

/* Calls with a few allowed arguments: with others they are refused, not missing. */
static int refuse_rest(scmp_filter_ctx filter) {
    static const uint32_t refused = SCMP_ACT_ERRNO(EPERM);
    static const uint64_t bits[] = {CLONE_NEWNS,   CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC,
                                    CLONE_NEWUSER, CLONE_NEWPID,    CLONE_NEWNET};
    int err = 0;
    for (size_t i = 0; err == 0 && i < sizeof bits / sizeof bits[0]; i++) {
        err = seccomp_rule_add(filter, refused, SCMP_SYS(clone), 1,
                               SCMP_CMP(0, SCMP_CMP_MASKED_EQ, bits[i], bits[i]));
    }
    return err == 0 ? add_all(filter, bko__confine_refused, refused) : err;
}

static int fill(scmp_filter_ctx filter) {
    int err = add_all(filter, bko__confine_allowed, SCMP_ACT_ALLOW);
    err = err == 0 ? add_clone(filter) : err;
    err = err == 0 ? add_sockets(filter) : err;
    err = err == 0 ? add_ioctl(filter) : err;
    err = err == 0 ? add_prctl(filter) : err;
    err = err == 0 ? add_identity(filter) : err;
    err = err == 0 ? add_memory_files(filter) : err;
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

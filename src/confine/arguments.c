/*
 * System calls that are allowed with some of their arguments only. A filter sees registers, never memory: where
 * what matters is in memory (clone3, openat2), the call isn't there at all, and C libraries fall back to
 * an older one.
 */
#include "confine/parts.h"

#ifdef BAKEOFF_HAS_SECCOMP

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/prctl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "confine/filter.h"

/* The bits `mask` of an argument are `value`; the argument is what the kernel takes for an int. */
#define BITS(argument, mask, value)                                                                \
    { argument, SCMP_CMP_MASKED_EQ, mask, value }
#define IS(argument, value) BITS(argument, 0xffffffffULL, (uint32_t)(value))

enum { MOST_CONDITIONS = 3 };

typedef struct {
    const char *call;
    struct scmp_arg_cmp all[MOST_CONDITIONS]; /* all must hold */
    unsigned count;
} rule;

#define ONE(call, a)                                                                               \
    { call, {a}, 1 }
#define TWO(call, a, b)                                                                            \
    { call, {a, b}, 2 }
#define THREE(call, a, b, c)                                                                       \
    { call, {a, b, c}, 3 }

/* --- processes ------------------------------------------------------------------------------------ */

/* No new namespace; threads and forks as usual. The lowest byte is the signal at the end, so the bit of time
 * namespaces means nothing here. */
#define NAMESPACES                                                                                 \
    (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |  \
     CLONE_NEWNET)

enum { NAMES_OF_MEMORY = 0x53564d41 }; /* PR_SET_VMA: glibc and sanitizers give names */

/* Every limit but that of core files: limits.c says why. */
#define LIMIT(resource) ONE("prlimit64", IS(1, resource)), ONE("setrlimit", IS(0, resource))

static const rule OF_PROCESSES[] = {
    ONE("clone", BITS(0, NAMESPACES, 0)),
    ONE("prctl", IS(0, PR_SET_NAME)),
    ONE("prctl", IS(0, PR_GET_NAME)),
    ONE("prctl", IS(0, PR_SET_PDEATHSIG)),
    ONE("prctl", IS(0, PR_GET_PDEATHSIG)),
    ONE("prctl", IS(0, PR_SET_TIMERSLACK)),
    ONE("prctl", IS(0, PR_GET_TIMERSLACK)),
    ONE("prctl", IS(0, PR_SET_CHILD_SUBREAPER)),
    ONE("prctl", IS(0, PR_GET_CHILD_SUBREAPER)),
    ONE("prctl", IS(0, PR_GET_DUMPABLE)),
    ONE("prctl", IS(0, PR_GET_NO_NEW_PRIVS)),
    ONE("prctl", IS(0, PR_CAPBSET_READ)),
    ONE("prctl", IS(0, NAMES_OF_MEMORY)),
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    LIMIT(RLIMIT_CORE), /* a sanitizer sets it, and ends the program if it can't */
#endif
    LIMIT(RLIMIT_AS),
    LIMIT(RLIMIT_CPU),
    LIMIT(RLIMIT_DATA),
    LIMIT(RLIMIT_FSIZE),
    LIMIT(RLIMIT_LOCKS),
    LIMIT(RLIMIT_MEMLOCK),
    LIMIT(RLIMIT_MSGQUEUE),
    LIMIT(RLIMIT_NICE),
    LIMIT(RLIMIT_NOFILE),
    LIMIT(RLIMIT_NPROC),
    LIMIT(RLIMIT_RSS),
    LIMIT(RLIMIT_RTPRIO),
    LIMIT(RLIMIT_RTTIME),
    LIMIT(RLIMIT_SIGPENDING),
    LIMIT(RLIMIT_STACK),
    ONE("prlimit64", BITS(2, UINT64_MAX, 0)), /* only asks */
    /* Pages that the machine has set aside belong to others. */
    ONE("mmap", BITS(3, MAP_HUGETLB, 0)),
    ONE("mmap2", BITS(3, MAP_HUGETLB, 0)),
};

/* --- files ---------------------------------------------------------------------------------------- */

/* A file with its owner's rights that a run leaves behind is a way in for other users of the machine. */
#define OWNERS (S_ISUID | S_ISGID)

#define CREATES ((uint64_t)(O_CREAT | (O_TMPFILE & ~O_DIRECTORY)))

/* No leases, which keep others waiting, and no signals to an owner. */
#define CONTROL(command) ONE("fcntl", IS(1, command)), ONE("fcntl64", IS(1, command))

static const rule OF_FILES[] = {
    ONE("open", BITS(1, CREATES, 0)),
    ONE("open", BITS(2, OWNERS, 0)),
    ONE("openat", BITS(2, CREATES, 0)),
    ONE("openat", BITS(3, OWNERS, 0)),
    ONE("creat", BITS(1, OWNERS, 0)),
    ONE("chmod", BITS(1, OWNERS, 0)),
    ONE("fchmod", BITS(1, OWNERS, 0)),
    ONE("fchmodat", BITS(2, OWNERS, 0)),
    /* Gives memory back. Any other mode could take the disk at once, before the keeper looks. */
    ONE("fallocate", IS(1, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE)),
    CONTROL(F_DUPFD),
    CONTROL(F_DUPFD_CLOEXEC),
    CONTROL(F_GETFD),
    CONTROL(F_SETFD),
    CONTROL(F_GETFL),
    CONTROL(F_SETFL),
    CONTROL(F_GETLK),
    CONTROL(F_SETLK),
    CONTROL(F_SETLKW),
    CONTROL(36 /* F_OFD_GETLK */),
    CONTROL(37 /* F_OFD_SETLK */),
    CONTROL(38 /* F_OFD_SETLKW */),
    CONTROL(1031 /* F_SETPIPE_SZ */),
    CONTROL(1032 /* F_GETPIPE_SZ */),
    CONTROL(1033 /* F_ADD_SEALS */),
    CONTROL(1034 /* F_GET_SEALS */),
    /* What a terminal would take as typed input (TIOCSTI) or as a command (TIOCLINUX) isn't here. */
    ONE("ioctl", IS(1, FIONBIO)),
    ONE("ioctl", IS(1, FIONREAD)),
    ONE("ioctl", IS(1, FIOCLEX)),
    ONE("ioctl", IS(1, FIONCLEX)),
    ONE("ioctl", IS(1, TCGETS)),
    ONE("ioctl", IS(1, TIOCGWINSZ)),
    ONE("ioctl", IS(1, TIOCGPGRP)),
};

/* --- sockets -------------------------------------------------------------------------------------- */

#define TYPE(type) BITS(1, 0xf, type)

/* No filters for packets, and nothing that loads a part of the kernel. */
#define OPTION(level, name) TWO("setsockopt", IS(1, level), IS(2, name))

static const rule OF_SOCKETS[] = {
    /* TCP, and pairs of sockets of which neither end can be sent to another address */
    THREE("socket", IS(0, AF_INET), TYPE(SOCK_STREAM), IS(2, 0)),
    THREE("socket", IS(0, AF_INET), TYPE(SOCK_STREAM), IS(2, IPPROTO_TCP)),
    THREE("socket", IS(0, AF_INET6), TYPE(SOCK_STREAM), IS(2, 0)),
    THREE("socket", IS(0, AF_INET6), TYPE(SOCK_STREAM), IS(2, IPPROTO_TCP)),
    TWO("socketpair", IS(0, AF_UNIX), TYPE(SOCK_STREAM)),
    TWO("socketpair", IS(0, AF_UNIX), TYPE(SOCK_SEQPACKET)),
    OPTION(SOL_SOCKET, SO_REUSEADDR),
    OPTION(SOL_SOCKET, SO_REUSEPORT),
    OPTION(SOL_SOCKET, SO_KEEPALIVE),
    OPTION(SOL_SOCKET, SO_LINGER),
    OPTION(SOL_SOCKET, SO_RCVBUF),
    OPTION(SOL_SOCKET, SO_SNDBUF),
    OPTION(SOL_SOCKET, SO_RCVLOWAT),
    OPTION(SOL_SOCKET, SO_RCVTIMEO),
    OPTION(SOL_SOCKET, SO_SNDTIMEO),
    OPTION(IPPROTO_TCP, TCP_NODELAY),
    OPTION(IPPROTO_TCP, TCP_CORK),
    OPTION(IPPROTO_TCP, TCP_KEEPIDLE),
    OPTION(IPPROTO_TCP, TCP_KEEPINTVL),
    OPTION(IPPROTO_TCP, TCP_KEEPCNT),
    OPTION(IPPROTO_TCP, TCP_USER_TIMEOUT),
    OPTION(IPPROTO_TCP, TCP_DEFER_ACCEPT),
    OPTION(IPPROTO_TCP, TCP_QUICKACK),
    OPTION(IPPROTO_TCP, TCP_FASTOPEN),
    OPTION(IPPROTO_TCP, 30 /* TCP_FASTOPEN_CONNECT */),
    OPTION(IPPROTO_IP, IP_TOS),
    OPTION(IPPROTO_IP, 24 /* IP_BIND_ADDRESS_NO_PORT */),
    OPTION(IPPROTO_IPV6, IPV6_V6ONLY),
    OPTION(IPPROTO_IPV6, IPV6_TCLASS),
};

/* --- refused with EPERM, which reads better than ENOSYS ------------------------------------------- */

#define NEW(bit) ONE("clone", BITS(0, bit, bit))
#define KEEP_OFF(call, argument)                                                                   \
    ONE(call, BITS(argument, S_ISUID, S_ISUID)), ONE(call, BITS(argument, S_ISGID, S_ISGID))

static const rule REFUSED[] = {
    NEW(CLONE_NEWNS),      NEW(CLONE_NEWCGROUP),    NEW(CLONE_NEWUTS), NEW(CLONE_NEWIPC),
    NEW(CLONE_NEWUSER),    NEW(CLONE_NEWPID),       NEW(CLONE_NEWNET), KEEP_OFF("chmod", 1),
    KEEP_OFF("fchmod", 1), KEEP_OFF("fchmodat", 2),
};

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

static int add_rules(scmp_filter_ctx filter, uint32_t action, const rule *rules, size_t count) {
    int err = 0;
    for (size_t i = 0; err == 0 && i < count; i++) {
        int number = seccomp_syscall_resolve_name(rules[i].call);
        if (number != __NR_SCMP_ERROR) {
            err = seccomp_rule_add_array(filter, action, number, rules[i].count, rules[i].all);
            err = err == -EDOM ? 0 : err; /* this machine doesn't have the call */
        }
    }
    return err;
}

#define COUNT(rules) (sizeof(rules) / sizeof(rules)[0])

int bko__confine_add_arguments(scmp_filter_ctx filter) {
    int err = add_rules(filter, SCMP_ACT_ALLOW, OF_PROCESSES, COUNT(OF_PROCESSES));
    err = err == 0 ? add_rules(filter, SCMP_ACT_ALLOW, OF_FILES, COUNT(OF_FILES)) : err;
    err = err == 0 ? add_rules(filter, SCMP_ACT_ALLOW, OF_SOCKETS, COUNT(OF_SOCKETS)) : err;
    err = err == 0 ? add_identity(filter) : err;
    return err == 0 ? add_rules(filter, SCMP_ACT_ERRNO(EPERM), REFUSED, COUNT(REFUSED)) : err;
}

#endif

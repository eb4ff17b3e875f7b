/*
 * tool_without WHAT PROGRAM ARGUMENT…: runs a program on a machine that lacks something. A seccomp filter does it, so
 * that it holds for statically linked programs and under sanitizers, too.
 *
 *    locks      no file system has them, as some network file systems: fcntl(F_SETLK) fails with ENOLCK
 *    counters   perf_event_paranoid is above 2: perf_event_open fails with EACCES
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int install(struct sock_filter *steps, unsigned short count) {
    struct sock_fprog program = {.len = count, .filter = steps};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0;
}

static int forbid_locks(void) {
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fcntl, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, F_SETLK, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOLCK),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    return install(steps, sizeof steps / sizeof steps[0]);
}

static int forbid_counters(void) {
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_perf_event_open, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    return install(steps, sizeof steps / sizeof steps[0]);
}

static int forbid(const char *what) {
    if (strcmp(what, "locks") == 0) {
        return forbid_locks();
    }
    errno = EINVAL;
    return strcmp(what, "counters") == 0 ? forbid_counters() : -1;
}

int main(int argc, char **argv) {
    if (argc < 3 || forbid(argv[1]) != 0) {
        perror("tool_without");
        return 125;
    }
    execvp(argv[2], argv + 2);
    perror(argv[2]);
    return 127;
}

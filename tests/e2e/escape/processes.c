/* Ways out through other processes: their memory, descriptors and lives. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "escape.h"

static long read_memory(char **a) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/mem", a[0]);
    return open(path, O_RDWR | O_CLOEXEC);
}

static long trace(char **a) {
    return ptrace(PTRACE_ATTACH, (pid_t)strtol(a[0], NULL, 10), NULL, NULL);
}
static long kill_it(char **a) {
    return kill((pid_t)strtol(a[0], NULL, 10), 0);
}

static long read_other(char **a) {
    (void)a;
    return syscall(SYS_process_vm_readv, getppid(), NULL, 0UL, NULL, 0UL, 0UL);
}

static long take_descriptor(char **a) {
    (void)a;
    int fd = (int)syscall(SYS_pidfd_open, getppid(), 0);
    return fd < 0 ? -1 : syscall(SYS_pidfd_getfd, fd, 0, 0);
}

/* Root inside has no more rights than anybody; another user's name would be a way out. */
static long become_other(char **a) {
    (void)a;
    uid_t other = getuid() == 0 ? 1 : 0;
    return setuid(other) == 0 ? 0 : setresuid(other, other, other);
}

/* Everybody whom we may signal, except the first process and us. */
static long kill_all(char **a) {
    (void)a;
    return kill(-1, 0);
}

/* From now on this would be preferred to everything else on the machine. */
static long hurry(char **a) {
    (void)a;
    return setpriority(PRIO_PROCESS, 0, -10);
}

static long raise_limit(char **a) {
    (void)a;
    struct rlimit limit;
    if (getrlimit(RLIMIT_DATA, &limit) != 0 || limit.rlim_max == RLIM_INFINITY) {
        return 0; /* there is none */
    }
    limit.rlim_max += 1;
    return setrlimit(RLIMIT_DATA, &limit);
}

/* When memory runs out, somebody else would have to go. */
static long spare_me(char **a) {
    (void)a;
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    return fd < 0 ? -1 : write(fd, "0", 1);
}

/* A crash starts a program of the machine's, with all rights, and feeds it our memory, unless the limit
 * is 1 byte. */
static long crash(char **a) {
    (void)a;
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_cur != 1) {
        return 0;
    }
    limit.rlim_cur = 0;
    return setrlimit(RLIMIT_CORE, &limit);
}

/* Leaves a process behind that nobody waits for, in a session of its own. */
static long stay(char **a) {
    (void)a;
    if (fork() == 0) {
        setsid();
        if (fork() == 0) {
            for (int number = 1; number < NSIG; number++) {
                signal(number, SIG_IGN);
            }
            sleep(600);
        }
        _exit(0);
    }
    wait(NULL);
    errno = ECHILD;
    return -1; /* the test looks for it */
}

/* Ctrl-C, a hang-up, a request to end: nothing helps. */
static long ignore_everything(char **a) {
    (void)a;
    for (int number = 1; number < NSIG; number++) {
        signal(number, SIG_IGN);
    }
    if (write(STDOUT_FILENO, "ready\n", 6) == 6) {
        sleep(600);
    }
    return 0;
}

const attempt escape_processes[] = {{"memory", read_memory},
                                    {"ptrace", trace},
                                    {"kill", kill_it},
                                    {"vm_read", read_other},
                                    {"getfd", take_descriptor},
                                    {"setuid", become_other},
                                    {"kill_all", kill_all},
                                    {"hurry", hurry},
                                    {"raise_limit", raise_limit},
                                    {"spare_me", spare_me},
                                    {"crash", crash},
                                    {"stay", stay},
                                    {"ignore_everything", ignore_everything},
                                    {NULL, NULL}};

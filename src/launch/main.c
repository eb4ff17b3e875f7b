/*
 * The launcher: starts a program as its parent's child, reports, and ends.
 *
 * The kernel counts what a process was before exec to its largest RSS (ru_maxrss). Started from here, from
 * a process of a few hundred kilobytes, that figure is the program's own. So this stays small: linked
 * without shared libraries where the system can, no heap, no stdio.
 *
 * Called as: launch PARENT FILE FOLDER ARGV[0] …, FOLDER "" for the present one. The program gets the
 * descriptors 0 to 2, the environment, and nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "launch/report.h"

extern char **environ;

enum { PARENT = 1, FILE_NAME, FOLDER, ARGV, STACK = 64 * 1024, NOT_STARTED = 127 };
enum { HIDDEN_FIRST = 32, HIDDEN_LAST = 33 };

typedef struct start {
    char **words;
    pid_t parent;
    bko__launch_report *report; /* the child shares our memory until it calls exec */
} start;

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* As after login. glibc leaves two signals of its own ignored when it spawns, and hides them from sigaction. */
static void usual_signals(void) {
    static const long usual[8]; /* the kernel's struct sigaction, all zero */
    sigset_t none;
    for (long number = HIDDEN_FIRST; number <= HIDDEN_LAST; number++) {
        syscall(SYS_rt_sigaction, number, usual, NULL, (size_t)8);
    }
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The program's process, until exec. It dies with its parent, whatever ends that. */
static int become(void *argument) {
    const start *s = argument;
    usual_signals();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != s->parent) {
        _exit(NOT_STARTED);
    }
    s->report->step = BKO__LAUNCH_FOLDER;
    if (s->words[FOLDER][0] == '\0' || chdir(s->words[FOLDER]) == 0) {
        s->report->step = BKO__LAUNCH_EXEC;
        execve(s->words[FILE_NAME], s->words + ARGV, environ);
    }
    s->report->error = errno;
    _exit(NOT_STARTED);
}

/* "VmHWM:     404 kB" in bytes; 0 when it can't be had. */
static int64_t own_peak(void) {
    char text[4096];
    int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    ssize_t length = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    text[length > 0 ? length : 0] = '\0';
    const char *found = strstr(text, "VmHWM:");
    return found != NULL ? (int64_t)strtoll(found + 6, NULL, 10) * 1024 : 0;
}

int main(int argc, char **argv) {
    static _Alignas(16) char stack[STACK];
    bko__launch_report report = {.step = BKO__LAUNCH_CLONE};
    if (argc <= ARGV || fcntl(BKO__LAUNCH_REPORT_FD, F_SETFD, FD_CLOEXEC) != 0) {
        static const char advice[] = "bakeoff launch: started by trials of bakeoff whose contender "
                                     "is a command, not by hand\n";
        ssize_t told = write(STDERR_FILENO, advice, sizeof advice - 1);
        return told > 0 ? 2 : 1;
    }
    start s = {.words = argv, .parent = (pid_t)strtol(argv[PARENT], NULL, 10), .report = &report};
    close_range(BKO__LAUNCH_REPORT_FD + 1, ~0U, 0);
    /* What the program does to its process group must not keep us from reporting. */
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    report.own_peak =
        own_peak(); /* now: later it would share the caches with the program's start */
    report.started_ns = now_ns();
    /* CLONE_PARENT: whoever started us is told of the program's end, and asked for its usage. */
    int pid = clone(become, stack + STACK, CLONE_VM | CLONE_VFORK | CLONE_PARENT | SIGCHLD, &s);
    if (pid < 0) {
        report.error = errno;
    } else {
        report.pid = pid;
    }
    ssize_t went = write(BKO__LAUNCH_REPORT_FD, &report, sizeof report);
    return went == (ssize_t)sizeof report ? 0 : 1;
}

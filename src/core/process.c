/* See core/process.h. */
#include "core/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/wait.h"

/* The thread sanitizer runs its own thread in each forked process and handles fork itself. */
#ifdef __SANITIZE_THREAD__
enum { SANITIZER_THREADS = 1 };
#else
enum { SANITIZER_THREADS = 0 };
#endif

/* 0: unknown, for want of a descriptor or of /proc. */
static long count_threads(void) {
    char text[512];
    int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    text[length > 0 ? length : 0] = '\0';
    /* The name in parentheses may contain anything; num_threads is the 18th field after it. */
    const char *rest = strrchr(text, ')');
    long threads = 0;
    if (rest != NULL) {
        sscanf(rest + 2, "%*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %ld",
               &threads);
    }
    return threads;
}

/* The kernel still counts a thread for a moment after pthread_join has returned, so a count above
 * one must persist before we believe it. A process that may have threads must not fork, so not knowing
 * counts as having some. */
bool bko__process_is_single_threaded(void) {
    static const struct timespec moment = {.tv_nsec = 1000000};
    for (int i = 0; i < 20; i++) {
        long threads = count_threads();
        if (threads == 0) {
            return false;
        }
        if (threads <= 1 + SANITIZER_THREADS) {
            return true;
        }
        nanosleep(&moment, NULL);
    }
    return false;
}

void bko__process_die_with(pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(1); /* the parent died before the prctl call */
    }
}

static bool is_child(pid_t pid) {
    siginfo_t info;
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

static bool has_ended(pid_t pid) {
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == pid;
}

/* Fallback without a pidfd: polls every millisecond. */
static int watch_until_ended(pid_t pid, int64_t timeout_ns) {
    static const struct timespec moment = {.tv_nsec = 1000000};
    int64_t deadline_ns = bko__deadline(timeout_ns);
    while (!has_ended(pid)) {
        if (bko_clock_now_ns() >= deadline_ns) {
            return BKO_ETIMEOUT;
        }
        nanosleep(&moment, NULL);
    }
    return BKO_OK;
}

/* Waits until the process has ended: its pidfd becomes readable. */
static int wait_ended(pid_t pid, int64_t timeout_ns) {
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0) {
        return watch_until_ended(pid, timeout_ns);
    }
    int err = bko__wait_readable(fd, timeout_ns);
    close(fd);
    return err == BKO_OK ? BKO_OK : BKO_ETIMEOUT;
}

void bko__process_name(const char *name) {
    prctl(PR_SET_NAME, name);
}

int bko__process_reap(pid_t pid, int64_t timeout_ns, int *status, struct rusage *usage) {
    int err = is_child(pid) ? wait_ended(pid, timeout_ns) : BKO_EGONE;
    if (err == BKO_ETIMEOUT) {
        return err;
    }
    pid_t reaped;
    do {
        reaped = wait4(pid, status, 0, usage);
    } while (reaped < 0 && errno == EINTR);
    return reaped == pid ? BKO_OK : BKO_EGONE;
}

pid_t bko__process_await(pid_t pid, int *status) {
    pid_t reaped;
    do {
        reaped = waitpid(pid, status, 0);
    } while (reaped < 0 && errno == EINTR);
    return reaped;
}

void bko__process_describe(int status, char *out, size_t size) {
    if (WIFSIGNALED(status)) {
        snprintf(out, size, "was killed by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    } else {
        snprintf(out, size, "exited with code %d", WEXITSTATUS(status));
    }
}

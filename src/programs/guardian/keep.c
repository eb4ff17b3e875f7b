/* A guardian that keeps one command of the bench (core/kept.h): nothing of it outlives the command, the bench, or
 * the bench's patience. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/kept.h"
#include "programs/guardian/parts.h"
#include "trial/shared/strays.h"

enum { NOT_STARTED = 127 };

/* It does not matter if the bench is gone. */
static void tell(bko__kept_end end) {
    (void)send(BKO__KEPT_SOCKET, &end, sizeof end, MSG_NOSIGNAL);
}

static _Noreturn void become(pid_t keeper, char **argv) {
    sigset_t none;
    sigemptyset(&none);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == keeper) {
        sigprocmask(SIG_SETMASK, &none, NULL);
        execvp(argv[0], argv);
        tell((bko__kept_end){.error = errno});
    }
    _exit(NOT_STARTED);
}

/* Has the bench died? A SIGTERM may also come from a program that signals its whole group. */
static bool has_lost_bench(const guardian *self) {
    struct signalfd_siginfo info;
    bool has_lost = false;
    while (read(self->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        has_lost = has_lost || (info.ssi_signo == SIGTERM && getppid() != self->bench);
    }
    return has_lost;
}

/* Reaps what has ended. Returns whether the program has. */
static bool has_ended(pid_t child, int *status) {
    int one = 0;
    pid_t pid;
    while ((pid = waitpid(-1, &one, WNOHANG)) > 0) {
        if (pid == child) {
            *status = one;
            return true;
        }
    }
    return false;
}

/* The bench sends nothing: when its end of the stream is readable, it is closed. Returns whether the program
 * has ended by itself. */
static bool wait_for_end(const guardian *self, pid_t child, int *status) {
    struct pollfd polled[2] = {{.fd = BKO__KEPT_SOCKET, .events = POLLIN},
                               {.fd = self->signals, .events = POLLIN}};
    for (;;) {
        if (has_ended(child, status)) {
            return true;
        }
        poll(polled, 2, -1);
        if (polled[0].revents != 0 || has_lost_bench(self)) {
            return false;
        }
    }
}

int keep_command(const guardian *self, char **argv) {
    pid_t own = getpid();
    pid_t child = fork();
    if (child == 0) {
        become(own, argv);
    }
    if (child < 0) {
        tell((bko__kept_end){.error = errno});
        return 1;
    }
    int status = 0;
    bool ended = wait_for_end(self, child, &status);
    const bko__kin self_alone = {.pids = {own}, .count = 1};
    bko__strays_end(&self_alone, NULL, NULL);
    if (ended) {
        tell((bko__kept_end){.status = status});
    }
    return 0;
}

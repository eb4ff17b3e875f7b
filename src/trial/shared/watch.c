/* See trial/shared/watch.h. */
#include "trial/shared/watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "bakeoff/clock.h"
#include "core/wait.h"
#include "trial/shared/terminal.h"

/* --- usage ---------------------------------------------------------------------------------------- */

static int64_t timeval_ns(struct timeval time) {
    return (int64_t)time.tv_sec * 1000000000 + (int64_t)time.tv_usec * 1000;
}

static void add_usage(bko_trial_result *result, const struct rusage *usage) {
    result->user_ns += timeval_ns(usage->ru_utime);
    result->system_ns += timeval_ns(usage->ru_stime);
    result->voluntary += usage->ru_nvcsw;
    result->involuntary += usage->ru_nivcsw;
}

/* A process that had ended by itself and was merely not waited for does not count as left
 * behind. */
static void on_stray_reaped(void *user, int status, const struct rusage *usage) {
    bko__watch *self = user;
    add_usage(self->result, usage);
    self->result->left_behind += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/* It becomes a zombie, which can still be asked. */
static void await_end(pid_t pid) {
    siginfo_t info;
    while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
}

int bko__watch_reap(bko__watch *self, bool counts) {
    struct rusage usage;
    int status = 0;
    kill(-self->pid, SIGKILL);
    await_end(self->pid);
    self->result->ignored_children |= counts && bko__ended_ignored_children(self->pid);
    if (wait4(self->pid, &status, 0, &usage) == self->pid && counts) {
        add_usage(self->result, &usage);
    }
    bko__strays_end(&self->kin, on_stray_reaped, self);
    return status;
}

/* --- waiting -------------------------------------------------------------------------------------- */

void bko__watch_kill(bko__watch *self, bko_trial_status status) {
    if (!self->is_killed) {
        self->is_killed = true;
        self->result->status = status;
        kill(-self->pid, SIGKILL);
        kill(self->pid, SIGKILL); /* in case it has not reached setpgid yet */
    }
}

/* A background process that uses the terminal is stopped, and no descriptor tells. */
void bko__watch_kill_if_stopped(bko__watch *self) {
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)self->pid, &info, WSTOPPED | WNOHANG) == 0 && info.si_pid != 0 &&
        bko__terminal_stops_with(info.si_status)) {
        self->is_stopped = !self->is_killed;
        bko__watch_kill(self, BKO_TRIAL_FAILED);
    }
}

static int64_t first(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static void stop_if_late(bko__watch *self) {
    if (self->deadline_ns > 0 && bko_clock_now_ns() >= self->deadline_ns) {
        bko__watch_kill(self, BKO_TRIAL_TIMEOUT);
    }
}

bko__events bko__watch_wait(bko__watch *self, int64_t wake_ns) {
    struct pollfd polled[3] = {
        {.fd = self->pidfd, .events = POLLIN},
        {.fd = self->socket, .events = POLLIN},
        {.fd = self->is_killed ? -1 : self->options->interrupt_fd, .events = POLLIN}};
    wake_ns =
        self->deadline_ns > 0 && !self->is_killed ? first(wake_ns, self->deadline_ns) : wake_ns;
    if (bko__wait_until(polled, 3, wake_ns) < 0) {
        bko__watch_kill(self, BKO_TRIAL_FAILED);
        return (bko__events){.has_ended = true};
    }
    if (polled[2].revents != 0) {
        bko__watch_kill(self, BKO_TRIAL_INTERRUPTED);
    }
    stop_if_late(self);
    return (bko__events){.has_message = polled[1].revents != 0,
                         .has_ended = polled[0].revents != 0};
}

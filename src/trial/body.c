/* The bench's side of a forked trial. One thread, one poll loop. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/process.h"
#include "trial/trial.h"

/* The trial has reached a phase boundary and waits. The sample belongs to the phase that has just
 * ended. */
static void border(bko__watch *self, bko_phase *phase, int32_t message) {
    bko_sampler *sampler = self->result->sampler;
    bko_sampler_full(sampler, bko_clock_now_ns(), (int)*phase);
    if (message == BKO_PHASE_ENDED) {
        bko_sampler_finish(sampler);
    }
    *phase = (bko_phase)message;
    if (message == BKO_PHASE_SETUP && self->options->counts) {
        bko__counters_open(&self->counters, bko__counter_events, self->pid, false);
    }
    while (send(self->socket, &message, sizeof message, MSG_NOSIGNAL) < 0 && errno == EINTR) {
    }
}

static void take_message(bko__watch *self, bko_phase *phase) {
    int32_t message;
    ssize_t got = recv(self->socket, &message, sizeof message, MSG_DONTWAIT);
    if (got == (ssize_t)sizeof message) {
        border(self, phase, message);
    } else if (got >= 0 || (errno != EAGAIN && errno != EINTR)) {
        self->socket = -1; /* from now on we only wait for the trial to end */
    }
}

static int64_t next_wake_ns(const bko__watch *self, bko_phase phase) {
    int64_t now = bko_clock_now_ns();
    if (phase == BKO_PHASE_ENDED) {
        return now + 1000000000;
    }
    int64_t due = bko_sampler_due_ns(self->result->sampler);
    return due > now ? due : now + (due == 0 ? 1000000 : 0);
}

/* The memory between the first and the last phase boundary belongs to the trial. Returns the last
 * phase that the trial announced. */
static bko_phase watch_until_exit(bko__watch *self) {
    bko_phase phase = BKO_PHASE_BASELINE;
    for (;;) {
        bko__events events = bko__watch_wait(self, next_wake_ns(self, phase));
        if (events.has_message) {
            take_message(self, &phase);
        }
        if (events.has_ended) {
            return phase;
        }
        bko__watch_kill_if_stopped(self);
        if (phase != BKO_PHASE_BASELINE && phase != BKO_PHASE_ENDED) {
            bko_sampler_tick(self->result->sampler, bko_clock_now_ns(), (int)phase);
        }
    }
}

static int start(bko__watch *self, int theirs) {
    pid_t parent = getpid();
    self->pid = fork();
    if (self->pid == 0) {
        close(self->socket);
        bko__trial_child(self->options, theirs, parent);
    }
    if (self->pid < 0) {
        return BKO_ESYS;
    }
    self->pidfd = (int)syscall(SYS_pidfd_open, self->pid, 0);
    if (self->pidfd < 0) {
        int saved = errno;
        kill(self->pid, SIGKILL);
        bko__process_await(self->pid, NULL);
        errno = saved;
        return BKO_ESYS;
    }
    return BKO_OK;
}

static int watch_trial(bko__watch *self) {
    bko_sampler_options sampling = {.root = self->pid,
                                    .every_ns = self->options->sample_every_ns,
                                    .adopter = getpid(),
                                    .strangers = self->kin.pids,
                                    .stranger_count = self->kin.count};
    int err = bko_sampler_create(&self->result->sampler, &sampling);
    bko_phase phase = BKO_PHASE_BASELINE;
    if (err == BKO_OK) {
        phase = watch_until_exit(self);
    } else {
        bko__watch_kill(self, BKO_TRIAL_FAILED);
    }
    int status = bko__watch_reap(self, true);
    self->result->is_counted = self->options->counts;
    bko__counters_read(&self->counters, self->result->counts);
    bko__counters_close(&self->counters);
    bko__trial_judge_body(self, phase, status);
    close(self->pidfd);
    return err;
}

int bko__trial_of_body(bko__watch *self) {
    int ends[2];
    if (!bko__process_is_single_threaded()) {
        return BKO_EBUSY;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return BKO_ESYS;
    }
    fflush(stdout); /* or both processes would write the buffered output */
    fflush(stderr);
    self->socket = ends[0];
    int err = start(self, ends[1]);
    int saved = errno;
    close(ends[1]);
    if (err == BKO_OK) {
        err = watch_trial(self);
        saved = errno;
    }
    close(ends[0]);
    errno = saved;
    return err;
}

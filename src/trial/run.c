/* The bench's side of a trial. One thread, one poll loop. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/process.h"
#include "trial/strays.h"
#include "trial/trial.h"

/* Complete samples of a program: the age at the second one, and how many times its cost lies between two. */
enum { FIRST_AGE_NS = 4 * 1000 * 1000, LEAST_COSTS_APART = 50 };

typedef struct watch {
    const bko_trial_options *options;
    bko_trial_result *result;
    const bko__kin *kin; /* the bench's other children */
    pid_t pid;
    int trial; /* our end of the socket pair; -1: none */
    int pidfd;
    int64_t deadline_ns;   /* 0: none */
    bko_phase phase;       /* as last announced */
    int64_t began_ns;      /* of sampling a program; 0: there is none, or not yet */
    int64_t full_due_ns;   /* of its next complete sample, */
    int64_t full_after_ns; /* which must not come before this */
    int64_t rss_then;      /* the largest RSS seen until the last one */
    int killed;
} watch;

static int64_t first(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static int64_t last(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static void kill_tree(watch *self, bko_trial_status status) {
    if (!self->killed) {
        self->killed = 1;
        self->result->status = status;
        kill(-self->pid, SIGKILL);
        kill(self->pid, SIGKILL); /* had it not reached setpgid yet */
    }
}

static int sample_from(watch *self, pid_t root) {
    /* What sample_program demands is bounded by its cost: it must not keep RSS from being read. */
    bko_sampler_options sampling = {.root = root,
                                    .every_ns = self->options->sample_every_ns,
                                    .demands_apart = self->options->program != NULL};
    return bko_sampler_create(&self->result->sampler, &sampling);
}

/* The trial stands at a border and waits: the sample belongs to the phase that has just ended. */
static void border(watch *self, const bko__trial_message *message) {
    bko_sampler *sampler = self->result->sampler;
    if (sampler != NULL) {
        bko_sampler_full(sampler, bko_clock_now_ns(), (int)self->phase);
        if (message->value == BKO_PHASE_ENDED) {
            bko_sampler_finish(sampler);
        }
    }
    self->phase = (bko_phase)message->value;
    send(self->trial, message, sizeof *message, MSG_NOSIGNAL);
}

static bko_sampler_result seen_by(const watch *self) {
    bko_sampler_result seen;
    bko_sampler_read(self->result->sampler, &seen);
    return seen;
}

/*
 * A program has no borders at which it would wait for complete samples, and of several processes only those
 * tell the footprint. So it gets some at the start, whenever its age has doubled and whenever its RSS has grown
 * by a quarter, beside those that the budget allows: a short one has them, too, a long one hardly notices.
 */
static void sample_program(watch *self, int64_t now) {
    if (self->began_ns == 0 || now < self->full_after_ns) {
        return;
    }
    bko_sampler_result before = seen_by(self);
    if (now < self->full_due_ns && before.rss_peak < self->rss_then + self->rss_then / 4) {
        return;
    }
    bko_sampler_full(self->result->sampler, now, (int)self->phase);
    int64_t age = now - self->began_ns;
    bko_sampler_result after = seen_by(self);
    /* CPU time: on a busy machine the rest was waiting for a processor, which cost nobody anything. */
    self->full_after_ns = now + (after.probe_cpu_ns - before.probe_cpu_ns) * LEAST_COSTS_APART;
    self->full_due_ns = now + last(age, FIRST_AGE_NS);
    self->rss_then = after.rss_peak;
}

/* The program runs: at least one complete sample, however short it is. */
static void begin_program(watch *self, pid_t root) {
    if (self->options->program != NULL && self->result->sampler == NULL &&
        sample_from(self, root) == BKO_OK) {
        self->began_ns = bko_clock_now_ns();
        sample_program(self, self->began_ns);
    }
}

/* BKO_ECLOSED when the trial's end is closed. */
static int take_message(watch *self) {
    bko__trial_message message;
    ssize_t got = recv(self->trial, &message, sizeof message, MSG_DONTWAIT);
    if (got != (ssize_t)sizeof message) {
        return got < 0 && (errno == EAGAIN || errno == EINTR) ? BKO_OK : BKO_ECLOSED;
    }
    if (message.kind == BKO__TRIAL_ROOT) {
        begin_program(self, (pid_t)message.value);
    } else {
        border(self, &message);
    }
    return BKO_OK;
}

/* Memory belongs to the trial from its first border to its last; to a program while it runs. */
static bool is_sampled(const watch *self) {
    return self->result->sampler != NULL && self->phase != BKO_PHASE_BASELINE &&
           self->phase != BKO_PHASE_ENDED;
}

static int64_t next_wake_ns(const watch *self) {
    int64_t now = bko_clock_now_ns();
    int64_t wake = now + 1000000000;
    if (self->result->sampler != NULL && self->phase != BKO_PHASE_ENDED) {
        int64_t due = bko_sampler_due_ns(self->result->sampler);
        wake = due > now ? due : now + (due == 0 ? 1000000 : 0);
        wake =
            self->began_ns > 0 ? first(wake, last(self->full_due_ns, self->full_after_ns)) : wake;
    }
    return self->deadline_ns > 0 ? first(wake, self->deadline_ns) : wake;
}

static void tick(watch *self) {
    int64_t now = bko_clock_now_ns();
    if (self->deadline_ns > 0 && now >= self->deadline_ns) {
        kill_tree(self, BKO_TRIAL_TIMEOUT);
    }
    if (is_sampled(self)) {
        bko_sampler_tick(self->result->sampler, now, (int)self->phase);
        sample_program(self, now);
    }
}

static void watch_until_exit(watch *self) {
    struct pollfd polled[3] = {{.fd = self->pidfd, .events = POLLIN},
                               {.fd = self->trial, .events = POLLIN},
                               {.fd = self->options->interrupt_fd, .events = POLLIN}};
    for (;;) {
        int64_t wait_ns = next_wake_ns(self) - bko_clock_now_ns();
        wait_ns = wait_ns > 0 ? wait_ns : 0;
        struct timespec limit = {wait_ns / 1000000000, wait_ns % 1000000000};
        if (ppoll(polled, 3, &limit, NULL) < 0 && errno != EINTR) {
            kill_tree(self, BKO_TRIAL_FAILED);
            return;
        }
        if (polled[2].revents != 0 && self->options->interrupt_fd >= 0) {
            kill_tree(self, BKO_TRIAL_INTERRUPTED);
            polled[2].fd = -1;
        }
        if (polled[1].revents != 0 && take_message(self) != BKO_OK) {
            polled[1].fd = -1; /* only the trial's own end is awaited */
        }
        if (polled[0].revents != 0) {
            return;
        }
        tick(self);
    }
}

static int64_t timeval_ns(struct timeval time) {
    return (int64_t)time.tv_sec * 1000000000 + (int64_t)time.tv_usec * 1000;
}

static void add_usage(bko_trial_result *result, const struct rusage *usage) {
    result->user_ns += timeval_ns(usage->ru_utime);
    result->system_ns += timeval_ns(usage->ru_stime);
    result->voluntary += usage->ru_nvcsw;
    result->involuntary += usage->ru_nivcsw;
}

/* One that had ended by itself, and was only not waited for, was not left behind. */
static void on_stray_reaped(void *user, int status, const struct rusage *usage) {
    watch *self = user;
    add_usage(self->result, usage);
    self->result->left_behind += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/* The trial itself (with what it reaped), then what it left behind: as subreaper we inherit that. The
 * group is killed while the trial, a zombie, still holds the group's number. */
static int reap_tree(watch *self) {
    struct rusage usage;
    int status = 0;
    kill(-self->pid, SIGKILL);
    if (wait4(self->pid, &status, 0, &usage) == self->pid) {
        add_usage(self->result, &usage);
    }
    bko__strays_end(self->kin, on_stray_reaped, self);
    return status;
}

static int start_trial(watch *self) {
    int ends[2];
    pid_t parent = getpid();
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return BKO_ESYS;
    }
    self->pid = fork();
    if (self->pid == 0) {
        close(ends[0]);
        bko__trial_child(self->options, ends[1], parent);
    }
    int saved = errno;
    close(ends[1]);
    self->trial = ends[0];
    if (self->pid < 0) {
        errno = saved;
        return BKO_ESYS;
    }
    self->pidfd = (int)syscall(SYS_pidfd_open, self->pid, 0);
    if (self->pidfd < 0) {
        saved = errno;
        kill(self->pid, SIGKILL);
        waitpid(self->pid, NULL, 0);
        errno = saved;
        return BKO_ESYS;
    }
    return BKO_OK;
}

static int watch_trial(watch *self) {
    int err = self->options->program == NULL ? sample_from(self, self->pid) : BKO_OK;
    if (err == BKO_OK) {
        watch_until_exit(self);
    } else {
        kill_tree(self, BKO_TRIAL_FAILED);
    }
    int status = reap_tree(self);
    if (self->options->program != NULL) {
        bko__trial_take_program(self->result, self->options->program);
    }
    bko__trial_judge(self->options, self->phase, status, self->result);
    close(self->pidfd);
    return err;
}

int bko_trial_run(const bko_trial_options *options, bko_trial_result *out) {
    bko__kin kin;
    watch self = {.options = options, .result = out, .kin = &kin, .trial = -1};
    int was_subreaper = 0;
    memset(out, 0, sizeof *out);
    if (!bko__process_is_single_threaded()) {
        return BKO_EBUSY;
    }
    prctl(PR_GET_CHILD_SUBREAPER, &was_subreaper);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    bko__kin_note(&kin);
    fflush(stdout);
    fflush(stderr);
    out->started_ns = bko_clock_now_ns();
    self.deadline_ns = options->timeout_ns > 0 ? out->started_ns + options->timeout_ns : 0;
    int err = start_trial(&self);
    if (err == BKO_OK) {
        err = watch_trial(&self);
    }
    int saved = errno;
    if (self.trial >= 0) {
        close(self.trial);
    }
    out->ended_ns = bko_clock_now_ns();
    bko__trial_measure_phases(out, options->recorder);
    prctl(PR_SET_CHILD_SUBREAPER, was_subreaper);
    errno = saved;
    return err;
}

void bko_trial_result_free(bko_trial_result *result) {
    bko_sampler_free(result->sampler);
    result->sampler = NULL;
}

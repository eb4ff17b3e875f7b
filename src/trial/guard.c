/*
 * Watching a program from start to end, in the trial's process. That process is the subreaper of what
 * the program orphans, and outlives the bench for as long as it takes to kill all of it.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/process.h"
#include "trial/program.h"
#include "trial/strays.h"

enum { CHUNK = 64 * 1024, KIBIBYTE = 1024 };

/*
 * For so long nobody is told of the program: whoever looks at it while it is being loaded takes time
 * from it (its mappings, which it is just making, wait for the reader), and sees next to nothing.
 */
enum { QUIET_NS = 1000 * 1000 };

/* How much more than its launcher had a peak must be to be surely the program's: the kernel's counters of a
 * process's pages are exact to some dozen pages. */
static const int64_t DOUBT_BYTES = 128 * (int64_t)KIBIBYTE;

typedef struct guard {
    bko_program *program;
    bko_program_result *result;
    bko__launch launch;
    pid_t bench;
    int signals; /* SIGCHLD and SIGTERM as a descriptor */
    sigset_t mask_before;
    bool has_ended;
} guard;

/* --- what was measured ----------------------------------------------------------------------------- */

static int64_t timeval_ns(struct timeval time) {
    return (int64_t)time.tv_sec * 1000000000 + (int64_t)time.tv_usec * 1000;
}

static void add_usage(guard *self, const struct rusage *usage) {
    bko_program_result *result = self->result;
    int64_t peak = (int64_t)usage->ru_maxrss * KIBIBYTE;
    result->user_ns += timeval_ns(usage->ru_utime);
    result->system_ns += timeval_ns(usage->ru_stime);
    result->voluntary += usage->ru_nvcsw;
    result->involuntary += usage->ru_nivcsw;
    if (peak > self->launch.own_peak + DOUBT_BYTES && peak > result->rss_peak) {
        result->rss_peak = peak;
    }
}

static void note_end(guard *self, int status, int64_t now_ns) {
    self->result->ended_ns = now_ns;
    self->result->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    self->result->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    self->has_ended = true;
}

/* The program, and what it orphaned that has ended by itself. */
static void reap_ended(guard *self, int64_t now_ns) {
    struct rusage usage;
    int status;
    pid_t pid;
    while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0) {
        add_usage(self, &usage);
        if (pid == self->launch.pid) {
            note_end(self, status, now_ns);
        }
    }
}

static void on_stray_reaped(void *user, int status, const struct rusage *usage) {
    guard *self = user;
    add_usage(self, usage);
    self->result->left_behind += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/* Kills and reaps all descendants. */
static void end_all(guard *self) {
    siginfo_t info;
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
        return; /* no children: the usual case, and the cheapest question */
    }
    bko__kin self_alone = {.pids = {getpid()}, .count = 1};
    bko__strays_end(&self_alone, on_stray_reaped, self);
}

/* --- stderr ---------------------------------------------------------------------------------------- */

/* Keeps the last bytes. They are in shared memory all the time, should we be killed. */
static void keep_tail(bko_program_result *result, const char *text, size_t length) {
    size_t have =
        result->error_bytes < BKO_PROGRAM_TAIL ? (size_t)result->error_bytes : BKO_PROGRAM_TAIL;
    size_t add = length < BKO_PROGRAM_TAIL ? length : BKO_PROGRAM_TAIL;
    size_t keep = have + add <= BKO_PROGRAM_TAIL ? have : BKO_PROGRAM_TAIL - add;
    memmove(result->tail, result->tail + have - keep, keep);
    memcpy(result->tail + keep, text + length - add, add);
    result->error_bytes += length;
}

/* One read: there may be no end to it. Returns false when nothing is there. */
static bool drain(guard *self) {
    static char chunk[CHUNK]; /* one thread in this process */
    ssize_t length = read(self->launch.errors, chunk, sizeof chunk);
    if (length > 0) {
        keep_tail(self->result, chunk, (size_t)length);
        return true;
    }
    if (length == 0 || (errno != EAGAIN && errno != EINTR)) {
        close(self->launch.errors);
        self->launch.errors = -1;
    }
    return false;
}

/* --- signals --------------------------------------------------------------------------------------- */

static bool bench_is_gone(const guard *self) {
    return getppid() != self->bench;
}

/* Everything goes with the bench. */
static _Noreturn void die(guard *self) {
    end_all(self);
    _exit(1);
}

/* SIGTERM comes when the bench dies. The program may have sent one to its whole group as well, which is
 * its own affair. */
static void take_signals(guard *self) {
    struct signalfd_siginfo info;
    while (read(self->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGTERM && bench_is_gone(self)) {
            die(self);
        }
    }
}

static int begin(guard *self) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGCHLD);
    self->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (self->signals < 0) {
        return bko__program_fail(self->program, errno, "no descriptor for signals: %s",
                                 strerror(errno));
    }
    sigprocmask(SIG_BLOCK, &set, &self->mask_before);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (bench_is_gone(self)) {
        _exit(1);
    }
    return BKO_OK;
}

static void end(guard *self) {
    take_signals(self);
    close(self->signals);
    sigprocmask(SIG_SETMASK, &self->mask_before, NULL);
    bko__process_die_with(self->bench);
}

/* --- the run --------------------------------------------------------------------------------------- */

/* At most until it is time to tell of the start. What is on stderr can wait for so long: the pipe holds
 * it, and its end, which comes just before that of the program, would only wake us in its way. */
static int wait_for_events(const guard *self, struct pollfd polled[2], bool is_quiet) {
    if (!is_quiet) {
        return poll(polled, 2, -1);
    }
    int64_t left = self->result->started_ns + QUIET_NS - bko_clock_now_ns();
    struct timespec limit = {0, left > 0 ? left : 0};
    polled[1].fd = -1;
    return ppoll(polled, 2, &limit, NULL);
}

static void watch(guard *self, bko__guard_started *started, void *user) {
    while (!self->has_ended) {
        struct pollfd polled[2] = {{.fd = self->signals, .events = POLLIN},
                                   {.fd = self->launch.errors, .events = POLLIN}};
        int ready = wait_for_events(self, polled, started != NULL);
        if (ready < 0) {
            continue; /* EINTR: a signal that is none of ours */
        }
        if (ready == 0 && started != NULL) {
            started(user, self->launch.pid);
            started = NULL;
            continue;
        }
        int64_t woken_ns = bko_clock_now_ns(); /* what follows is not the program's time */
        if (polled[0].revents != 0) {
            take_signals(self);
            reap_ended(self, woken_ns);
        }
        if (polled[1].revents != 0) {
            drain(self);
        }
    }
}

/* What it left behind is ended before the rest of stderr is read: then there is an end to it. */
static void finish(guard *self) {
    end_all(self);
    while (self->launch.errors >= 0 && drain(self)) {
    }
    if (self->launch.errors >= 0) {
        close(self->launch.errors);
    }
    self->result->state = BKO_PROGRAM_ENDED;
}

int bko__guard_run(bko_program *program, pid_t bench, bko__guard_started *started, void *user) {
    guard self = {.program = program, .result = program->result, .bench = bench};
    int err = begin(&self);
    if (err != BKO_OK) {
        return err;
    }
    err = bko__launch_start(&self.launch, program);
    if (err == BKO_OK) {
        watch(&self, started, user);
        finish(&self);
    }
    end(&self);
    return err;
}

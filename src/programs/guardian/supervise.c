/*
 * Supervises a program from its start until all of it has ended. We are the subreaper of its
 * orphans, and we outlive the bench for as long as it takes to kill everything.
 */
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "programs/guardian/parts.h"
#include "trial/shared/strays.h"

/*
 * The bench is not told of the program for this long. An observer would take time from it while it
 * is being loaded (its mappings, which it is just setting up, wait for the reader), and would see
 * next to nothing.
 */
enum { QUIET_NS = 1000 * 1000 };

enum { KIBIBYTE = 1024 };

/* How often we look whether a stopped program can go on. */
enum { LOOK_AT_STOPPED_MS = 50 };

/* A peak must exceed the guardian's own by this much to be certainly the program's: the kernel's
 * page counters are exact only to some dozen pages. */
static const int64_t DOUBT_BYTES = 128 * (int64_t)KIBIBYTE;

typedef struct watch {
    const guardian *guardian;
    program *program;
    bko__guardian_board *board;
    stop stop;
    bool has_ended;
    bool is_told; /* the bench knows of it */
} watch;

/* --- what was measured ---------------------------------------------------------------------------- */

static int64_t timeval_ns(struct timeval time) {
    return (int64_t)time.tv_sec * 1000000000 + (int64_t)time.tv_usec * 1000;
}

static void add_usage(watch *self, const struct rusage *usage) {
    bko__guardian_board *board = self->board;
    int64_t peak = (int64_t)usage->ru_maxrss * KIBIBYTE;
    board->user_ns += timeval_ns(usage->ru_utime);
    board->system_ns += timeval_ns(usage->ru_stime);
    board->voluntary += usage->ru_nvcsw;
    board->involuntary += usage->ru_nivcsw;
    board->faults += usage->ru_minflt + usage->ru_majflt;
    if (peak > self->program->own_peak + DOUBT_BYTES && peak > board->rss_peak) {
        board->rss_peak = peak;
    }
}

static void note_end(watch *self, int status, int64_t now_ns) {
    self->board->ended_ns = now_ns;
    self->board->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    self->board->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    self->has_ended = true;
}

/* Returns a child that has ended and has not been reaped; 0: there is none. */
static pid_t next_ended(void) {
    siginfo_t info = {0};
    int err = waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT);
    return err == 0 ? info.si_pid : 0;
}

/* Once it has been reaped, nothing tells any more. */
static void ask_about_children(watch *self, pid_t ended) {
    if (ended == self->program->pid) {
        self->board->ignored_children |= bko__ended_ignored_children(ended);
        self->board->had_children |= bko__ended_had_children(ended);
    } else {
        self->board->had_children = 1; /* an orphan */
    }
}

/* Reaps the program, and those of its orphans that have ended by themselves. */
static void reap_ended(watch *self, int64_t now_ns) {
    struct rusage usage;
    int status;
    pid_t pid;
    while ((pid = next_ended()) > 0) {
        ask_about_children(self, pid);
        if (wait4(pid, &status, 0, &usage) != pid) {
            return;
        }
        add_usage(self, &usage);
        if (pid == self->program->pid) {
            note_end(self, status, now_ns);
        }
    }
}

static void on_stray_reaped(void *user, int status, const struct rusage *usage) {
    watch *self = user;
    add_usage(self, usage);
    self->board->had_children = 1;
    self->board->left_behind += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/* Kills and reaps all descendants. */
static void end_all(watch *self) {
    siginfo_t info;
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
        return; /* no children: the usual case, and the cheapest check */
    }
    bko__kin self_alone = {.pids = {getpid()}, .count = 1};
    bko__strays_end(&self_alone, on_stray_reaped, self);
}

/* --- signals -------------------------------------------------------------------------------------- */

/* When the bench has died, everything ends. A SIGTERM may also come from a program that signals its
 * whole group; we ignore that, as we ignore other signals that are not the terminal's (the kernel's). */
static void take_signals(watch *self) {
    struct signalfd_siginfo info;
    while (read(self->guardian->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGTERM && getppid() != self->guardian->bench) {
            end_all(self);
            bko__terminal_return(self->guardian->terminal, true);
            _exit(1);
        }
        if (info.ssi_code == SI_KERNEL) {
            stop_pass_on(&self->stop, self->guardian, (int)info.ssi_signo);
        }
    }
}

/* --- the run -------------------------------------------------------------------------------------- */

/* Waits at most until it is time to report the start. Until then stderr can wait (unlike a piped stdout, which may be long): the pipe buffers
 * it, and its end, which comes just before the end of the program, would only wake us at the wrong
 * moment. */
static int wait_for_events(const watch *self, struct pollfd polled[3]) {
    if (self->is_told) {
        return poll(polled, 3, self->stop.signal != 0 ? LOOK_AT_STOPPED_MS : -1);
    }
    int64_t left = self->board->started_ns + QUIET_NS - bko_clock_now_ns();
    struct timespec limit = {0, left > 0 ? left : 0};
    return ppoll(polled, 2, &limit, NULL);
}

static void take_events(watch *self, const struct pollfd polled[3], int64_t woken_ns) {
    if (polled[0].revents != 0) {
        take_signals(self);
        reap_ended(self, woken_ns);
        if (!self->has_ended) {
            stop_look(&self->stop, self->program);
        }
    }
    if (polled[1].revents != 0) {
        output_drain(self->program);
    }
    if (polled[2].revents != 0) {
        errors_drain(self->board, self->program);
    }
}

/* If the user suspends the bench, its shell needs a moment to take the terminal. */
static void attend_stop(watch *self, int ready) {
    if (self->stop.signal != 0 && !self->has_ended && (ready == 0 || !self->stop.is_suspended)) {
        stop_attend(&self->stop, self->guardian, self->program);
    }
}

static void watch_until_end(watch *self) {
    while (!self->has_ended) {
        struct pollfd polled[3] = {{.fd = self->guardian->signals, .events = POLLIN},
                                   {.fd = self->program->output, .events = POLLIN},
                                   {.fd = self->program->errors, .events = POLLIN}};
        int ready = wait_for_events(self, polled);
        if (ready > 0) {
            /* what follows does not count as the program's time */
            take_events(self, polled, bko_clock_now_ns());
        } else if (ready == 0 && !self->is_told) {
            guardian_answer(BKO__GUARDIAN_RUNS, (int)self->program->pid, 0);
            self->is_told = true;
        }
        attend_stop(self, ready);
    }
}

/* We kill what the program left behind before we read the rest of its stderr, so that the stream
 * has an end. */
void program_watch(const guardian *own, program *running) {
    watch self = {.guardian = own, .program = running, .board = own->board};
    watch_until_end(&self);
    end_all(&self);
    bko__terminal_return(own->terminal, self.board->signal != 0);
    while (running->errors >= 0 && errors_drain(self.board, running)) {
    }
    streams_close(running);
    take_signals(&self); /* Ctrl-C reaches the bench before the answer */
    self.board->is_counted = running->counts;
    bko__counters_read(&running->counters, self.board->counts);
    bko__counters_close(&running->counters);
    self.board->state = BKO_PROGRAM_ENDED;
}

/*
 * The keeper: starts a program, confined, and stays outside while it runs. It relays the program's
 * output without control characters, forwards connections to allowed hosts, ends the program when the
 * machine runs out of disk or memory, and returns its exit code.
 *
 * A program of its own, so that the bench never loads libseccomp, and so that the process from which
 * the confined one is forked has nothing in its memory but the plan.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "confine/parts.h"
#include "confine/printable.h"
#include "core/fd.h"
#include "programs/confine/keeper.h"

enum { EXIT_REFUSED = 125, EXIT_BY_SIGNAL = 128, LOOK_EVERY_MS = 250, CHUNK = 16384 };

static const int64_t NS_PER_S = 1000000000;
static const int64_t NS_PER_MS = 1000000;

static volatile sig_atomic_t confined_pid;
static volatile sig_atomic_t asked; /* how often we were asked to stop it */

/* Ctrl-C reaches us, not the session inside. */
static void pass_on(int number) {
    asked++;
    if (confined_pid > 0) {
        kill((pid_t)confined_pid, number);
    }
}

/* --- while it runs -------------------------------------------------------------------------------- */

typedef struct {
    const bko__confine_plan *plan;
    bko__confined *confined;
    bko__printable states[2]; /* of stdout and stderr */
    uint64_t printed;         /* bytes */
    watch before;
    int64_t look_ns;  /* when to look at the machine next */
    int64_t asked_ns; /* when we were asked to stop it; 0: not yet */
    int has_ended;
} keeping;

/* Returns 0 at the end of the stream. */
static int relay(keeping *self, int from, int to, bko__printable *state) {
    char in[CHUNK];
    char out[CHUNK + 4];
    ssize_t got = read(from, in, sizeof in);
    if (got <= 0) {
        return got < 0 && errno == EINTR;
    }
    self->printed += (uint64_t)got;
    if (self->has_ended == 0 || self->printed <= self->plan->limits.output) {
        size_t length = bko__printable_copy(state, in, (size_t)got, out);
        (void)bko__fd_write_all(to, out,
                                length); /* if nobody reads, the program goes on all the same */
    }
    return 1;
}

/* A program can ignore a signal. */
static const char *look_at_signals(keeping *self) {
    int64_t now_ns = bko_clock_now_ns();
    int64_t patience_ns = (int64_t)self->plan->limits.patience_s * NS_PER_S;
    self->asked_ns = asked > 0 && self->asked_ns == 0 ? now_ns : self->asked_ns;
    return asked > 1 ? "it was asked twice to stop"
           : self->asked_ns > 0 && now_ns - self->asked_ns > patience_ns
               ? "it did not stop when it was asked to"
               : NULL;
}

/* Returns NULL, or why the program must be ended. */
static const char *look(keeping *self) {
    const char *why = look_at_signals(self);
    if (why == NULL && self->printed > self->plan->limits.output) {
        why = "it printed more than a run may print";
    }
    if (why == NULL && bko_clock_now_ns() >= self->look_ns) {
        why = watch_look(&self->before, self->plan);
        self->look_ns = bko_clock_now_ns() + LOOK_EVERY_MS * NS_PER_MS;
    }
    return why;
}

/* Ends the program at once, with everything that it started. */
static void end(const bko__confined *confined, const char *why) {
    fprintf(stderr, "bakeoff: the confined run was ended: %s\n", why);
    syscall(SYS_pidfd_send_signal, confined->pidfd, SIGKILL, NULL, 0);
}

/* Until both streams have ended, which is when no process inside is left. */
static void keep(const bko__confine_plan *plan, bko__confined *confined) {
    keeping self = {.plan = plan, .confined = confined};
    watch_start(&self.before, plan);
    while (confined->out >= 0 || confined->err >= 0) {
        struct pollfd fds[] = {{confined->out, POLLIN, 0}, {confined->err, POLLIN, 0}};
        if (poll(fds, 2, LOOK_EVERY_MS) > 0) {
            if (fds[0].revents != 0 &&
                !relay(&self, confined->out, STDOUT_FILENO, &self.states[0])) {
                bko__fd_close(&confined->out);
            }
            if (fds[1].revents != 0 &&
                !relay(&self, confined->err, STDERR_FILENO, &self.states[1])) {
                bko__fd_close(&confined->err);
            }
        }
        const char *why = self.has_ended ? NULL : look(&self);
        if (why != NULL) {
            end(confined, why);
            self.has_ended = 1;
        }
    }
}

static int wait_for(pid_t pid) {
    int status;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            return EXIT_REFUSED;
        }
    }
    return WIFSIGNALED(status) ? EXIT_BY_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Never weaker in silence: what must hold is checked before anything starts. */
static int check(char *message) {
    if (!bko__confine_has_filter()) {
        snprintf(message, BKO__CONFINE_MESSAGE,
                 "no seccomp filters here, or built without libseccomp");
        return -1;
    }
    if (!bko__confine_counts_processes()) {
        snprintf(message, BKO__CONFINE_MESSAGE,
                 "before Linux 6.14, root's processes can't be limited; run as another user");
        return -1;
    }
    return 0;
}

static int run(bko__confine_plan *plan) {
    char message[BKO__CONFINE_MESSAGE];
    bko__confined confined;
    bko__confine_plan_sort(plan);
    if (check(message) != 0 || bko__confine_start(plan, &confined, message) != 0) {
        fprintf(
            stderr,
            "bakeoff: --untrusted: nothing was run, because this machine can't confine it: %s\n",
            message);
        return EXIT_REFUSED;
    }
    confined_pid = confined.pid;
    if (forward_start(confined.listeners, plan) != 0) {
        end(&confined, "no thread for a connection");
    }
    keep(plan, &confined);
    int code = wait_for(confined.pid);
    return code == EXIT_BY_SIGNAL + SIGKILL && asked > 0 ? EXIT_BY_SIGNAL + SIGINT : code;
}

/* The confined process is forked from this one, and its memory is open to the program: what our own
 * environment held must not be there. */
static void forget_environment(void) {
    for (char **variable = environ; *variable != NULL; variable++) {
        explicit_bzero(*variable, strlen(*variable));
    }
    environ[0] = NULL;
}

int main(int argc, char **argv) {
    static bko__confine_plan plan;
    char message[BKO__CONFINE_MESSAGE];
    struct sigaction interrupted = {.sa_handler = pass_on};
    if (argc == 2 && strcmp(argv[1], "--nothing") == 0) {
        return 0;
    }
    if (bko__confine_plan_read(&plan, argc, argv, message) != 0) {
        fprintf(stderr, "confine: %s\n", message);
        return EXIT_REFUSED;
    }
    forget_environment();
    close_range(STDERR_FILENO + 1, ~0U, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    sigaction(SIGINT, &interrupted, NULL);
    sigaction(SIGTERM, &interrupted, NULL);
    return plan.probe ? probe_print() : run(&plan);
}

/*
 * The guardian: runs the programs of trials, one at a time, for the bench that started it.
 *
 * It is a separate, small process because of what the kernel counts and copies: a process starts
 * with the peak RSS (ru_maxrss) of the process it comes from. Therefore it uses no shared libraries
 * where the system allows that, and no heap.
 *
 * Called as: guardian BENCH, with the descriptors of wire.h; or guardian BENCH PROGRAM ARGUMENT …, with that of
 * core/kept.h, for one command that is no trial.
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/kept.h"
#include "programs/guardian/parts.h"

enum { HIDDEN_FIRST = 32, HIDDEN_LAST = 33 };

/* Restores the signal dispositions of a fresh login, because our programs inherit ours. When glibc
 * spawns a process, it leaves two internal signals ignored and hides them from sigaction. */
static void usual_signals(void) {
    static const long usual[8]; /* the kernel's struct sigaction, all zero */
    for (long number = HIDDEN_FIRST; number <= HIDDEN_LAST; number++) {
        syscall(SYS_rt_sigaction, number, usual, NULL, (size_t)8);
    }
}

/* Programs share our process group; the signals they send to it must not hit us. Those of the
 * terminal's keys and of its end are for the bench (terminal.c). */
static int watch_signals(void) {
    static const int watched[] = {SIGTERM, SIGCHLD, SIGINT, SIGQUIT, SIGTSTP, SIGHUP};
    sigset_t set;
    sigfillset(&set);
    sigprocmask(SIG_SETMASK, &set, NULL);
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof watched / sizeof watched[0]; i++) {
        sigaddset(&set, watched[i]);
    }
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Makes us inherit orphans, and get SIGTERM when the bench dies. */
static void take_place(const guardian *self) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != self->bench) {
        _exit(1); /* the bench died before the prctl call */
    }
}

static bool begin(guardian *self) {
    bko__guardian_shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, BKO__GUARDIAN_BOARD, 0);
    if (shared == MAP_FAILED) {
        return false;
    }
    self->board = &shared->board;
    self->terminal = &shared->terminal;
    close_range(BKO__GUARDIAN_SOCKET, BKO__GUARDIAN_SOCKET, CLOSE_RANGE_CLOEXEC);
    close_range(BKO__GUARDIAN_BOARD, ~0U, 0);
    usual_signals();
    self->signals = watch_signals();
    return self->signals >= 0;
}

static bool begin_to_keep(guardian *self) {
    close_range(BKO__KEPT_SOCKET, BKO__KEPT_SOCKET, CLOSE_RANGE_CLOEXEC);
    close_range(BKO__KEPT_SOCKET + 1, ~0U, 0);
    self->signals = watch_signals();
    return self->signals >= 0;
}

static void run(const guardian *self, const request *asked) {
    program running;
    program_start(&running, self, asked);
    if (running.error != 0) {
        guardian_answer(BKO__GUARDIAN_FAILED, running.error, running.step);
        return;
    }
    program_watch(self, &running);
    guardian_answer(BKO__GUARDIAN_ENDED, 0, 0);
}

/* The socket closes when the bench ends, unless a forked copy of the bench still holds the other
 * end. Returns false when there is nothing more to do. */
static bool wait_for_request(const guardian *self) {
    struct pollfd polled[2] = {{.fd = BKO__GUARDIAN_SOCKET, .events = POLLIN},
                               {.fd = self->signals, .events = POLLIN}};
    struct signalfd_siginfo info;
    do {
        poll(polled, 2, -1);
        if (polled[1].revents != 0 && read(self->signals, &info, sizeof info) > 0 &&
            getppid() != self->bench) {
            return false;
        }
    } while (polled[0].revents == 0);
    return true;
}

int main(int argc, char **argv) {
    guardian self = {.bench = argc >= 2 ? (pid_t)strtol(argv[1], NULL, 10) : 0};
    request asked;
    bool keeps = argc > 2;
    if (self.bench <= 0 || !(keeps ? begin_to_keep(&self) : begin(&self))) {
        static const char advice[] =
            "bakeoff guardian: an internal program; trials of commands start it\n";
        ssize_t told = write(STDERR_FILENO, advice, sizeof advice - 1);
        return told > 0 ? 2 : 1;
    }
    take_place(&self);
    if (keeps) {
        return keep_command(&self, argv + 2);
    }
    while (wait_for_request(&self) && request_read(&asked)) {
        run(&self, &asked);
        request_free(&asked);
    }
    return 0;
}

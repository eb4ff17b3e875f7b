/* Signals as a descriptor: the bench's poll loop handles Ctrl-C like any other event. */
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "bakeoff/trial.h"

static void interrupting(sigset_t *set) {
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
}

int bko_interrupt_open(int *fd) {
    sigset_t set;
    interrupting(&set);
    *fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (*fd < 0) {
        return BKO_ESYS;
    }
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    return BKO_OK;
}

int bko_interrupt_take(int fd) {
    struct signalfd_siginfo info;
    return read(fd, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

void bko_interrupt_close(int fd) {
    sigset_t set;
    interrupting(&set);
    close(fd);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

/* Waits until the fixture server ends or a signal asks to stop. Owner thread. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/wait.h"
#include "server/internal.h"
#include "server/wait.h"

bool bko__server_has_ended(const bko_server *server) {
    return server->pid_fd < 0 || bko__wait_readable(server->pid_fd, 0) == BKO_OK;
}

/* Sets *signal_number to the signal that arrived; leaves it unchanged if the fixture ended. */
static int wait_for_either(const bko_server *server, int signal_fd, int *signal_number) {
    struct pollfd events[] = {{.fd = signal_fd, .events = POLLIN},
                              {.fd = server->pid_fd, .events = POLLIN}};
    while (poll(events, 2, -1) < 0) {
        if (errno != EINTR) {
            return BKO_ESYS;
        }
    }
    if ((events[0].revents & POLLIN) != 0) {
        struct signalfd_siginfo info;
        if (read(signal_fd, &info, sizeof info) != (ssize_t)sizeof info) {
            return BKO_ESYS;
        }
        *signal_number = (int)info.ssi_signo;
    }
    return BKO_OK;
}

int bko__server_wait(bko_server *server, int (*watching)(void *user), void *user,
                     int *signal_number) {
    if (server->pid_fd < 0) {
        return BKO_ECLOSED;
    }
    sigset_t wanted;
    sigset_t before;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGHUP);
    int signal_fd = signalfd(-1, &wanted, SFD_CLOEXEC);
    if (signal_fd < 0) {
        return BKO_ESYS;
    }
    errno = pthread_sigmask(SIG_BLOCK, &wanted, &before);
    int err = errno == 0 ? BKO_OK : BKO_ESYS;
    if (err == BKO_OK) {
        *signal_number = 0;
        if (watching == NULL || watching(user) == 0) {
            err = wait_for_either(server, signal_fd, signal_number);
        }
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    int saved = errno;
    close(signal_fd);
    errno = saved;
    return err;
}

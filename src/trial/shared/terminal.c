/* See trial/shared/terminal.h. */
#include "trial/shared/terminal.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static int open_terminal(void) {
    return open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

/* The terminal also stops a background process that does what follows, unless it blocks SIGTTOU. */
static void block_stop(sigset_t *before) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTTOU);
    sigprocmask(SIG_BLOCK, &set, before);
}

static bool give_to(int tty, pid_t group) {
    sigset_t before;
    block_stop(&before);
    bool is_given = tcsetpgrp(tty, group) == 0;
    sigprocmask(SIG_SETMASK, &before, NULL);
    return is_given;
}

bool bko__terminal_take(bko__terminal *self, pid_t owner, pid_t group) {
    int tty = open_terminal();
    if (tty < 0) {
        return false;
    }
    bool has_it = owner > 0 && tcgetpgrp(tty) == owner && tcgetattr(tty, &self->usual) == 0;
    if (has_it) {
        self->owner = owner;
        self->is_taken = 1; /* before it is true: we may be killed at any time */
        self->is_taken = give_to(tty, group);
    }
    close(tty);
    return has_it && self->is_taken;
}

/* A shell takes the terminal itself when it sees that its job has been stopped. */
static bool is_with_shell(const bko__terminal *self, int tty) {
    pid_t group = tcgetpgrp(tty);
    pid_t shell = getpgid(getsid(0));
    return group == shell && group != self->owner;
}

void bko__terminal_return(bko__terminal *self, bool settings) {
    int tty = self->is_taken ? open_terminal() : -1;
    self->is_taken = 0;
    if (tty < 0) {
        return;
    }
    if (!is_with_shell(self, tty)) {
        sigset_t before;
        block_stop(&before);
        if (settings) {
            tcsetattr(tty, TCSANOW, &self->usual);
        }
        tcsetpgrp(tty, self->owner);
        sigprocmask(SIG_SETMASK, &before, NULL);
    }
    close(tty);
}

bool bko__terminal_stops_with(int signal) {
    return signal == SIGTTIN || signal == SIGTTOU;
}

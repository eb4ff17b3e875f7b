/*
 * A program that is stopped. The terminal stops a background process that reads from it or sets it:
 * the program then gets the terminal and goes on, or is killed, since it would wait for ever. (It
 * isn't given the terminal before it asks: then nothing changes for all the others, Ctrl-C and Ctrl-Z
 * included.) If it stopped itself, another process of its own may continue it; if there is none, it is
 * killed, too.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "programs/guardian/parts.h"
#include "trial/shared/strays.h"

void stop_look(stop *self, const program *running) {
    siginfo_t info = {0};
    int which = WSTOPPED | WCONTINUED | WNOHANG;
    while (waitid(P_PID, (id_t)running->pid, &info, which) == 0 && info.si_pid != 0) {
        self->signal = info.si_code == CLD_STOPPED ? info.si_status : 0;
        info.si_pid = 0;
    }
}

/* It may have a group of its own by now. */
static bool give_terminal(const guardian *own, const program *running) {
    pid_t group = getpgid(running->pid);
    if (group <= 0 || !bko__terminal_take(own->terminal, getpgid(own->bench), group)) {
        return false;
    }
    kill(-group, SIGCONT);
    return true;
}

static bool waits_for_terminal(const stop *self) {
    return self->is_suspended || bko__terminal_stops_with(self->signal);
}

void stop_attend(stop *self, const guardian *own, const program *running) {
    if (waits_for_terminal(self)) {
        if (give_terminal(own, running)) {
            *self = (stop){.had_terminal = true};
            return;
        }
        if (bko__is_stopped(own->bench)) {
            return; /* the user will continue both */
        }
    } else if (bko__others_can_act(running->pid)) {
        return; /* any process of the trial may know that it has to continue the program */
    }
    own->board->stopped = self->is_suspended ? SIGTTIN : self->signal;
    kill(running->pid, SIGKILL);
}

void stop_pass_on(stop *self, const guardian *own, int signal) {
    if (!self->had_terminal || getppid() != own->bench) {
        return;
    }
    if (signal == SIGTSTP) {
        self->is_suspended = true;
        bko__terminal_return(own->terminal, true);
    }
    kill(-own->terminal->owner, signal);
}

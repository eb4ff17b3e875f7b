/* The trial's side. It exits with _exit, so that nothing the bench's process owns is closed
 * twice. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/process.h"
#include "record/notes.h"
#include "trial/trial.h"

static void tell(const bko_trial *trial, bko_phase phase) {
    int32_t message = (int32_t)phase;
    ssize_t went;
    do {
        went = send(trial->bench, &message, sizeof message, MSG_NOSIGNAL);
    } while (went < 0 && errno == EINTR);
}

static void wait_for_bench(const bko_trial *trial) {
    int32_t message;
    ssize_t got;
    do {
        got = recv(trial->bench, &message, sizeof message, 0);
    } while (got < 0 && errno == EINTR);
}

void bko_trial_enter(bko_trial *trial, bko_phase phase) {
    bko__recorder_phase_end(trial->recorder, trial->phase);
    tell(trial, phase);
    wait_for_bench(trial);
    trial->phase = phase;
    bko__recorder_phase_start(trial->recorder, phase);
}

/* The bench blocks these signals; a trial should react to them like any program. */
static void restore_signals(void) {
    sigset_t usual;
    sigemptyset(&usual);
    sigaddset(&usual, SIGINT);
    sigaddset(&usual, SIGTERM);
    sigaddset(&usual, SIGHUP);
    sigprocmask(SIG_UNBLOCK, &usual, NULL);
    signal(SIGPIPE, SIG_IGN);
}

_Noreturn void bko__trial_child(const bko_trial_options *options, int bench, pid_t parent) {
    bko_trial trial = {.recorder = options->recorder, .bench = bench};
    setpgid(0, 0);
    bko__process_die_with(parent);
    restore_signals();
    bko__recorder_touch(trial.recorder);
    bko__recorder_phase_start(trial.recorder, BKO_PHASE_BASELINE);
    bko_trial_enter(&trial, BKO_PHASE_SETUP);
    int err = options->body(options->user, &trial);
    if (err == BKO_OK) {
        bko_trial_enter(&trial, BKO_PHASE_ENDED);
    } else {
        bko__recorder_reason(trial.recorder, bko_error_text(err));
    }
    fflush(stdout);
    fflush(stderr);
    _exit(err == BKO_OK ? 0 : 1);
}

/*
 * A trial: one body, or one program, run in a process of its own, watched from outside.
 *
 * The bench (the calling process) forks the trial, samples the memory of its whole tree, takes a
 * complete sample at every border between phases while the trial waits, kills it as a group on a
 * timeout or an interrupt, and reaps everything it leaves behind. The pauses at the borders belong to
 * no phase.
 *
 * For a body the calling process must have one thread and must not have used libcurl or a loop: the
 * trial starts from a copy of it.
 *
 * A program is run by the guardian. Its start and end are those of the work, set-up and tear-down have
 * no length, and the memory of its tree alone is sampled.
 */
#ifndef BAKEOFF_TRIAL_H
#define BAKEOFF_TRIAL_H

#include <stddef.h>
#include <stdint.h>

#include "bakeoff/export.h"
#include "bakeoff/guardian.h"
#include "bakeoff/program.h"
#include "bakeoff/recorder.h"
#include "bakeoff/sampler.h"

typedef struct bko_trial bko_trial;

/* Runs in the trial's process, in phase SETUP; it moves on with bko_trial_enter. Its return value is
 * 0 or an error; the reason goes to the recorder. */
typedef int bko_trial_body(void *user, bko_trial *trial);

typedef struct bko_trial_options {
    bko_trial_body *body;
    void *user;
    bko_recorder *recorder;     /* borrowed; new for every trial of a body */
    int64_t timeout_ns;         /* 0: no limit */
    int64_t sample_every_ns;    /* 0: 10 ms */
    int interrupt_fd;           /* readable: stop the trial; -1: none (see bko_interrupt_open) */
    bko_program *program;       /* borrowed: run instead of a body, which is ignored; NULL: none */
    bko_program *const *before; /* borrowed: programs that have to end well before it starts */
    size_t before_count;
    bko_guardian *guardian; /* borrowed: runs them; NULL: one of this trial's own */
} bko_trial_options;

typedef enum bko_trial_status {
    BKO_TRIAL_OK,
    BKO_TRIAL_FAILED,     /* it died, its body returned an error, every job or the program failed */
    BKO_TRIAL_TIMEOUT,    /* killed at the time limit */
    BKO_TRIAL_INTERRUPTED /* killed because interrupt_fd became readable */
} bko_trial_status;

typedef struct bko_trial_result {
    bko_trial_status status;
    char reason[1280]; /* why it isn't ok, or why jobs failed; "" otherwise */
    int64_t
        started_ns; /* just before the fork, or a program's own start: zero of the samples' times */
    int64_t ended_ns; /* everything reaped */
    int64_t setup_ns; /* lengths of the phases, 0 where one was not reached */
    int64_t work_ns;
    int64_t teardown_ns;
    int64_t user_ns; /* CPU time of the whole tree (a program's alone), reaped processes included */
    int64_t system_ns;
    int64_t voluntary; /* context switches of the whole tree */
    int64_t involuntary;
    int left_behind; /* processes that outlived the trial and were killed, also in other groups */
    int64_t
        rss_peak; /* bytes: the largest RSS of any process of a program; 0: not known. Holds also for one
                         that was over before it could be sampled */
    bko_sampler
        *sampler; /* owned: the samples and peaks; NULL: the program never ran, or too shortly */
} bko_trial_result;

/* Runs one trial to its end. BKO_EBUSY (a body, and more than one thread), BKO_ENOMEM, BKO_ESYS;
 * whatever happens inside the trial is in *out, which is to be freed in any case. */
BKO_API int bko_trial_run(const bko_trial_options *options, bko_trial_result *out);
BKO_API void bko_trial_result_free(bko_trial_result *result);

/* In the trial: ends the current phase, lets the bench take a complete sample, starts `phase`. Only
 * while the trial is idle: its workers wait at the barrier, or have ended their last job. */
BKO_API void bko_trial_enter(bko_trial *trial, bko_phase phase);

/* Blocks SIGINT, SIGTERM and SIGHUP in the calling thread and returns a descriptor in *fd that becomes
 * readable when one arrives. BKO_ESYS. */
BKO_API int bko_interrupt_open(int *fd);
/* Takes one arrived signal: its number, or 0. */
BKO_API int bko_interrupt_take(int fd);
/* Lets the signals through again; those that arrived and were not taken take effect now. */
BKO_API void bko_interrupt_close(int fd);

#endif

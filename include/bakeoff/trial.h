/*
 * A trial: one body, or one program, that runs in its own process and is watched from outside.
 *
 * The bench (the calling process) forks the trial, samples the memory of its whole tree, takes a
 * complete sample at every phase boundary while the trial waits, kills the trial's process group on
 * a timeout or an interrupt, and reaps everything it leaves behind. The pauses at phase boundaries
 * belong to no phase.
 *
 * To run a body, the calling process must be single-threaded and must not have used libcurl or a
 * loop, because the trial starts as a copy of it.
 *
 * The guardian runs a program. The work phase starts and ends with the program, setup and teardown
 * have no length, and only the memory of the program's own tree is sampled.
 */
#ifndef BAKEOFF_TRIAL_H
#define BAKEOFF_TRIAL_H

#include <stddef.h>
#include <stdint.h>

#include "bakeoff/counters.h"
#include "bakeoff/export.h"
#include "bakeoff/guardian.h"
#include "bakeoff/program.h"
#include "bakeoff/recorder.h"
#include "bakeoff/sampler.h"

typedef struct bko_trial bko_trial;

/* Runs in the trial's process. It begins in phase SETUP and moves on with bko_trial_enter. Returns
 * 0 or an error; the reason goes to the recorder. */
typedef int bko_trial_body(void *user, bko_trial *trial);

typedef struct bko_trial_options {
    bko_trial_body *body;
    void *user;
    /* borrowed, never NULL; create a new one for every trial of a body */
    bko_recorder *recorder;
    int64_t timeout_ns;      /* 0: no limit */
    int64_t sample_every_ns; /* 0: 10 ms */
    int interrupt_fd;        /* stops the trial when readable; -1: none (see bko_interrupt_open) */
    bko_program *program;    /* borrowed; runs instead of `body`; NULL: none */
    bko_program *const *before; /* borrowed; programs that must succeed before `program` starts */
    size_t before_count;
    bko_guardian *guardian; /* borrowed; runs the programs; NULL: the trial starts its own */
    int counts; /* non-zero: count a body's instructions and others, from SETUP on; for a program its own
                   options say so */
} bko_trial_options;

typedef enum bko_trial_status {
    BKO_TRIAL_OK,
    BKO_TRIAL_FAILED,     /* it died, its body or program failed, or every job failed */
    BKO_TRIAL_TIMEOUT,    /* killed at the time limit */
    BKO_TRIAL_INTERRUPTED /* killed because interrupt_fd became readable */
} bko_trial_status;

typedef struct bko_trial_result {
    bko_trial_status status;
    char reason[1280]; /* why the trial failed, or why jobs failed; "" otherwise */
    /* just before the fork, or a program's own start: the samples' times count from here */
    int64_t started_ns;
    int64_t ended_ns; /* when everything had been reaped */
    int64_t setup_ns; /* lengths of the phases; 0 for a phase that was not reached */
    int64_t work_ns;
    int64_t teardown_ns;
    int64_t
        user_ns; /* CPU time of the whole tree (or the program's alone), with reaped processes */
    int64_t system_ns;
    int64_t voluntary; /* context switches of the whole tree */
    int64_t involuntary;
    /* a process ignored SIGCHLD when it ended: the kernel has reaped its children itself, so CPU
     * times and switches are lower bounds */
    int ignored_children;
    int had_children; /* a program's: it was more than one process */
    int64_t faults;   /* a program's: page faults of all its processes */
    int left_behind;  /* processes that outlived the trial and were killed, whatever their group */
    /* bytes: the largest RSS of any process of a program; 0: unknown. Also known for a program that
     * ended before it could be sampled */
    int64_t rss_peak;
    int is_counted; /* that was asked for: */
    bko_count counts[BKO_COUNTER_COUNT];
    bko_sampler
        *sampler; /* owned: samples and peaks; NULL: the program ran too briefly or not at all */
} bko_trial_result;

/* Runs one trial to its end. BKO_EINVAL (no recorder, neither a body nor a program, no list for
 * before_count, or a negative time; nothing was started), BKO_EBUSY (a body, but more than one
 * thread), BKO_ENOMEM, BKO_ESYS. *out says what happened inside the trial; free it in any case. */
BKO_API int bko_trial_run(const bko_trial_options *options, bko_trial_result *out);
BKO_API void bko_trial_result_free(bko_trial_result *result);

/* In the trial: ends the current phase, lets the bench take a complete sample, then starts `phase`.
 * Call it only while the trial is idle: its workers wait at the barrier or have ended their last
 * job. */
BKO_API void bko_trial_enter(bko_trial *trial, bko_phase phase);

/* Blocks SIGINT, SIGTERM and SIGHUP in the calling thread. *fd becomes readable when one of them
 * arrives. BKO_ESYS. */
BKO_API int bko_interrupt_open(int *fd);
/* Takes one pending signal and returns its number; 0 if there is none. */
BKO_API int bko_interrupt_take(int fd);
/* Unblocks the signals; those that arrived and were not taken take effect now. */
BKO_API void bko_interrupt_close(int fd);

#endif

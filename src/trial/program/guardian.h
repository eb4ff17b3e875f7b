/*
 * The bench's side of the guardian (src/programs/guardian): guardian.c (its process), messages.c
 * (requests to it, its answers).
 */
#ifndef BAKEOFF_TRIAL_PROGRAM_GUARDIAN_H
#define BAKEOFF_TRIAL_PROGRAM_GUARDIAN_H

#include <stdbool.h>
#include <sys/types.h>

#include "bakeoff/guardian.h"
#include "bakeoff/program.h"
#include "trial/shared/wire.h"

struct bko_guardian {
    bko__guardian_shared *shared; /* owned: mapping; NULL before its first trial */
    int board_fd;                 /* owned */
    pid_t pid;                    /* 0: no process */
    pid_t owner;                  /* the process that started it */
    int pidfd;                    /* owned; -1: none */
    int socket;                   /* owned; -1: none */
};

/* Starts the process unless it is running. BKO_ESYS with errno, BKO_ETOOLARGE. */
int bko__guardian_ready(bko_guardian *guardian);

/* Requests a program; answers follow. Returns BKO_OK, or BKO_ESYS if it can't run; the program's
 * result then says why. */
int bko__guardian_ask(bko_guardian *guardian, bko_program *program);

/* Receives a pending answer. BKO_EBUSY: there is none; BKO_ECLOSED: the guardian's process has
 * ended. Once the program has FAILED or ENDED, its result holds the board's contents or the reason
 * it did not start. */
int bko__guardian_hear(bko_guardian *guardian, bko_program *program, bko__guardian_answer *answer);

/* Copies the board to the program's result, for a program that was killed. */
void bko__guardian_note(const bko_guardian *guardian, bko_program *program);

/* Forgets the process after it has been reaped. */
void bko__guardian_gone(bko_guardian *guardian);

#endif

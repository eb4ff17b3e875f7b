/*
 * The bench's side of the guardian (src/programs/guardian): guardian.c (its process), messages.c
 * (what it is asked to run, what it answers).
 */
#ifndef BAKEOFF_TRIAL_PROGRAM_GUARDIAN_H
#define BAKEOFF_TRIAL_PROGRAM_GUARDIAN_H

#include <stdbool.h>
#include <sys/types.h>

#include "bakeoff/guardian.h"
#include "bakeoff/program.h"
#include "trial/shared/wire.h"

struct bko_guardian {
    bko__guardian_board *board; /* owned: mapped, shared with it; NULL before its first trial */
    int board_fd;               /* owned */
    pid_t pid;                  /* 0: there is no process */
    pid_t owner;                /* the process that started it */
    int pidfd;                  /* owned; -1: none */
    int socket;                 /* owned; -1: none */
};

/* Starts the process unless there is one. BKO_ESYS with errno, BKO_ETOOLARGE. */
int bko__guardian_ready(bko_guardian *guardian);

/* Asks for a program; answers follow. BKO_OK; BKO_ESYS: it can't be, and the program's result says
 * why. */
int bko__guardian_ask(bko_guardian *guardian, bko_program *program);

/* Takes an answer that is there. BKO_EBUSY: none; BKO_ECLOSED: its process has ended. What the board
 * says, or why it was not started, is in the program's result once it has FAILED or ENDED. */
int bko__guardian_hear(bko_guardian *guardian, bko_program *program, bko__guardian_answer *answer);

/* Copies what the board says to the program's result, for one that was killed. */
void bko__guardian_note(const bko_guardian *guardian, bko_program *program);

/* After its process was reaped: forgets it. */
void bko__guardian_gone(bko_guardian *guardian);

#endif

/*
 * The guardian: a small process in which trials run other programs, and which watches these to their
 * end. It stays from one trial to the next, so that a program's start costs no more than a program's
 * start.
 *
 * Threads: used by the thread that ran its first trial, with which its process dies.
 */
#ifndef BAKEOFF_GUARDIAN_H
#define BAKEOFF_GUARDIAN_H

#include "bakeoff/export.h"

typedef struct bko_guardian bko_guardian;

/* *out is returned owned. Its process starts with its first trial, and anew after each that had to
 * be killed with all that ran in it. BKO_ENOMEM. */
BKO_API int bko_guardian_create(bko_guardian **out);

/* Ends the process. In a forked copy of the process that ran its trials, that is left alone. */
BKO_API void bko_guardian_free(bko_guardian *guardian);

#endif

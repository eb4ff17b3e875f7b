/*
 * The guardian: a small process that starts the programs of a trial and supervises them until they
 * end. It stays alive from one trial to the next, so that starting a program does not include
 * starting the guardian.
 *
 * Threads: only the thread that ran its first trial may use it; the guardian's process dies with
 * that thread.
 */
#ifndef BAKEOFF_GUARDIAN_H
#define BAKEOFF_GUARDIAN_H

#include "bakeoff/export.h"

typedef struct bko_guardian bko_guardian;

/* *out is returned owned. Its process starts with the first trial. It starts again after a trial
 * that had to be killed together with the guardian. BKO_ENOMEM. */
BKO_API int bko_guardian_create(bko_guardian **out);

/* Ends the guardian's process and frees the handle. In a forked copy of the owner, the guardian's
 * process is left alone. */
BKO_API void bko_guardian_free(bko_guardian *guardian);

#endif

/*
 * A program that ends together with all that it has started: when it ends, when its owner says so, and when the
 * owner's thread ends, for whatever reason. A guardian (src/programs/guardian) of its own keeps it: the kernel
 * would end only the program itself, and not what a wrapper script has started. Where no guardian is installed,
 * that is what happens.
 *
 * Threads: one owner at a time, no locks.
 */
#ifndef BAKEOFF_CORE_KEPT_H
#define BAKEOFF_CORE_KEPT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/spawn.h"

/* The guardian's descriptor; the end of the stream tells it to end everything. */
enum { BKO__KEPT_SOCKET = 3 };

/* What the guardian sends, once. */
typedef struct bko__kept_end {
    int32_t error;  /* errno, if the program was not started */
    int32_t status; /* as waitpid has it */
} bko__kept_end;

typedef struct bko__kept {
    pid_t pid;  /* the guardian's, or the program's if there is no guardian; 0: nothing to reap */
    int socket; /* to the guardian, owned; -1: none */
} bko__kept;

/* Starts the program; errors as bko__spawn, but a missing program may show only in its end. The options'
 * own_group and dies_with_us are set. */
int bko__kept_start(bko__kept *kept, const bko__spawn_options *options);

/* Reaps it, after ending what is left; `is_over`: the program itself, too, if it still runs. *status is the
 * program's. BKO_ESYS: it was not started; errno tells why. */
int bko__kept_finish(bko__kept *kept, bool is_over, int *status);

#endif

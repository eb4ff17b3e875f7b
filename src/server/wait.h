/* Watches a server: whether it still runs, and what `bakeoff serve` does meanwhile. */
#ifndef BAKEOFF_SERVER_WAIT_H
#define BAKEOFF_SERVER_WAIT_H

#include <stdbool.h>

#include "bakeoff/server.h"

/* Has the server's process ended, for whatever reason? Owner process only. */
bool bko__server_has_ended(const bko_server *server);

/*
 * Waits until SIGINT, SIGTERM or SIGHUP reaches this process, or the server's process has ended.
 * Calls `watching` (may be NULL) once these signals are blocked, so that none is missed afterwards;
 * if it returns non-zero, there is no waiting. *signal_number is the signal, or 0 if the server
 * ended. Restores the caller's signal mask. BKO_ECLOSED, BKO_ESYS.
 */
int bko__server_wait(bko_server *server, int (*watching)(void *user), void *user,
                     int *signal_number);

#endif

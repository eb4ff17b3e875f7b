/* What `bakeoff serve` does while its server runs. */
#ifndef BAKEOFF_SERVER_WAIT_H
#define BAKEOFF_SERVER_WAIT_H

#include "bakeoff/server.h"

/*
 * Waits until SIGINT, SIGTERM or SIGHUP reaches this process, or the server's process has ended.
 * Calls `watching` (may be NULL) once these signals are blocked, so that none is missed afterwards;
 * if it returns non-zero, there is no waiting. *signal_number is the signal, or 0 if the server
 * ended. Restores the caller's signal mask. BKO_ECLOSED, BKO_ESYS.
 */
int bko__server_wait(bko_server *server, int (*watching)(void *user), void *user,
                     int *signal_number);

#endif

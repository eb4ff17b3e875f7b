/* What `bakeoff serve` does while its server runs. */
#ifndef BAKEOFF_SERVER_WAIT_H
#define BAKEOFF_SERVER_WAIT_H

#include "bakeoff/server.h"

/*
 * Waits until SIGINT, SIGTERM or SIGHUP reaches this process, or the server's process ended.
 * `watching` (may be NULL) is called once these signals are held back, so that none is missed after
 * it; when it returns other than 0, there is no waiting. *signal_number: the signal, or 0 when the
 * server ended. The caller's signal mask is restored. BKO_ECLOSED, BKO_ESYS.
 */
int bko__server_wait(bko_server *server, int (*watching)(void *user), void *user,
                     int *signal_number);

#endif

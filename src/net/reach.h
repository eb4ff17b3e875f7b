/* Does anybody listen at an address? Only a connection is made, and nothing is sent. Any thread. */
#ifndef BAKEOFF_NET_REACH_H
#define BAKEOFF_NET_REACH_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Connects to a host's port, or to a Unix socket ("@name": an abstract one), and closes the connection.
 * BKO_OK: somebody listens. BKO_ECONNECT: certainly nobody does, since the connection was refused, or there is
 * no such socket, at every address of the host. Anything else leaves that open: BKO_ETIMEOUT, BKO_EINVAL (not
 * an address, or a name that can't be looked up now), BKO_ESYS.
 */
int bko__reach(const char *host, const char *port, int64_t limit_ns);
int bko__reach_unix(const char *path, int64_t limit_ns);

#endif

/* The one way to wait for descriptors with a time limit. Any thread. */
#ifndef BAKEOFF_CORE_WAIT_H
#define BAKEOFF_CORE_WAIT_H

#include <poll.h>
#include <stdint.h>

/* Waits until one of the descriptors is ready or the clock (bko_clock_now_ns) reaches
 * `deadline_ns`; INT64_MAX: no limit. Signals don't prolong or end the wait. Returns how many are
 * ready, 0 when the time is over, or -1 with errno. */
int bko__wait_until(struct pollfd *fds, nfds_t count, int64_t deadline_ns);

/* The same for one descriptor that becomes readable, with a limit from now on. Returns BKO_OK,
 * BKO_ETIMEOUT or BKO_ESYS. */
int bko__wait_readable(int fd, int64_t limit_ns);

/* The time on the clock that is this far away; INT64_MAX if no clock gets there. */
int64_t bko__deadline(int64_t limit_ns);

#endif

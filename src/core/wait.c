/* See core/wait.h. */
#include "core/wait.h"

#include <errno.h>
#include <time.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"

enum { SECOND_NS = 1000000000 };

int64_t bko__deadline(int64_t limit_ns) {
    int64_t now_ns = bko_clock_now_ns();
    return limit_ns < INT64_MAX - now_ns ? now_ns + limit_ns : INT64_MAX;
}

int bko__wait_until(struct pollfd *fds, nfds_t count, int64_t deadline_ns) {
    for (;;) {
        int64_t left_ns = deadline_ns == INT64_MAX ? 1 : deadline_ns - bko_clock_now_ns();
        struct timespec limit = {0};
        if (left_ns > 0) {
            limit = (struct timespec){left_ns / SECOND_NS, left_ns % SECOND_NS};
        }
        int ready = ppoll(fds, count, deadline_ns == INT64_MAX ? NULL : &limit, NULL);
        if (ready >= 0 || errno != EINTR) {
            return ready;
        }
        if (left_ns <=
            0) { /* under a storm of signals even a look at the descriptors is cut short */
            return 0;
        }
    }
}

int bko__wait_readable(int fd, int64_t limit_ns) {
    struct pollfd wanted = {.fd = fd, .events = POLLIN};
    int ready = bko__wait_until(&wanted, 1, bko__deadline(limit_ns));
    return ready > 0 ? BKO_OK : ready == 0 ? BKO_ETIMEOUT : BKO_ESYS;
}

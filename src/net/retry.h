/* Decides whether a fetch that failed is repeated, and when (bko_retries). Threads: the transfer's. */
#ifndef BAKEOFF_NET_RETRY_H
#define BAKEOFF_NET_RETRY_H

#include "net/transfer.h"

/* The fetch has come to `response`. Returns how long to wait before it is repeated, in nanoseconds, and
 * counts that; -1: it is not repeated. */
int64_t bko__retry_pause_ns(bko_transfer *transfer, const bko_response *response);

#endif

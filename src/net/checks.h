/* Checks of an answer: bko_fetch_options.checks. */
#ifndef BAKEOFF_NET_CHECKS_H
#define BAKEOFF_NET_CHECKS_H

#include "net/transfer.h"

/* Fills response->checks and failed_checks, and sets response->error if the checks must pass. Call it when all else
 * of the response is known. */
void bko__checks_apply(const bko_transfer *transfer, bko_response *response);

/* Writes "check failed: status is 200, …" for response->failed_checks. */
void bko__checks_describe(const bko_transfer *transfer, const bko_response *response, char *out,
                          size_t size);

#endif

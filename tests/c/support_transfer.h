/* For tests of single transfers: each test has a peer and a transfer that fetches from it. */
#ifndef SUPPORT_TRANSFER_H
#define SUPPORT_TRANSFER_H

#include "bakeoff/fetch.h"
#include "net/transfer.h"
#include "support_peer.h"

extern peer *transfer_peer; /* the current test's */

int transfer_start_peer(void **state);
int transfer_stop_peer(void **state);

#define with_peer(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, transfer_start_peer, transfer_stop_peer)

/* Ignores the environment's proxy and keeps bodies. */
extern const bko_fetch_options transfer_plain;

bko_transfer *transfer_new(const bko_fetch_options *options);
/* Fetches `path`, expects `error`, and returns the response. */
const bko_response *transfer_get(bko_transfer *transfer, const char *path, int error);
void transfer_assert_body(const bko_response *response, const char *body);

#endif

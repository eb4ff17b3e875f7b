/* The fixture server for tests. server_start fails the test with the server's message. */
#ifndef SUPPORT_SERVER_H
#define SUPPORT_SERVER_H

#include "bakeoff/server.h"

bko_server *server_start(bko_server_options options);
bko_server_stats server_stats(const bko_server *server);

/* Wait for a count, and fail the test when it ends up different. The server counts an answer after
 * handing it over, so the client may see the answer first. */
void server_await_bytes(const bko_server *server, uint64_t bytes);
void server_await_requests(const bko_server *server, uint64_t requests);

/* "http://127.0.0.1:PORT/NUMBER" for the numbers 0 … count - 1; returned owned, see urls_free. */
const char **server_urls(const bko_server *server, size_t count);
/* The same URL `count` times. */
const char **same_urls(const char *url, size_t count);
void urls_free(const char **urls, size_t count);

#endif

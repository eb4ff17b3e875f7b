/* The fixture server for tests: started, or the test fails with its message. */
#ifndef SUPPORT_SERVER_H
#define SUPPORT_SERVER_H

#include "bakeoff/server.h"

bko_server *server_start(bko_server_options options);
bko_server_stats server_stats(const bko_server *server);

/* The server counts an answer when it has handed it over, which the client may see earlier: these wait
 * for it, and fail the test when it is another number in the end. */
void server_await_bytes(const bko_server *server, uint64_t bytes);
void server_await_requests(const bko_server *server, uint64_t requests);

/* "http://127.0.0.1:PORT/NUMBER" for numbers 0 … count - 1; to be freed with urls_free. */
const char **server_urls(const bko_server *server, size_t count);
/* The same URL `count` times. */
const char **same_urls(const char *url, size_t count);
void urls_free(const char **urls, size_t count);

#endif

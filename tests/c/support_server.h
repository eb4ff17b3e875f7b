/* The fixture server for tests: started, or the test fails with its message. */
#ifndef SUPPORT_SERVER_H
#define SUPPORT_SERVER_H

#include "bakeoff/server.h"

bko_server *server_start(bko_server_options options);

/* "http://127.0.0.1:PORT/NUMBER" for numbers 0 … count - 1; to be freed with urls_free. */
const char **server_urls(const bko_server *server, size_t count);
/* The same URL `count` times. */
const char **same_urls(const char *url, size_t count);
void urls_free(const char **urls, size_t count);

#endif

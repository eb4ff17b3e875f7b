/*
 * Starting the TLS library before anything is forked.
 *
 * libcurl starts OpenSSL with itself, also where no URL needs it: 2 ms and 2 MB of its pages, in every
 * trial and again in every worker process, which no model of concurrency is responsible for. libcurl
 * itself must not be started before a fork. OpenSSL may: it notices a fork and seeds its generator anew
 * (man 7 RAND).
 */
#include <openssl/ssl.h>

#include "bakeoff/fetch.h"

/* The options are libcurl's own, so that its call finds nothing left to do. */
void bko_tls_start(void) {
    OPENSSL_init_ssl(OPENSSL_INIT_ENGINE_ALL_BUILTIN | OPENSSL_INIT_LOAD_CONFIG, NULL);
}

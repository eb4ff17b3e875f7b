/*
 * Starts the TLS library before anything is forked.
 *
 * libcurl starts OpenSSL whenever it initialises, even if no URL needs it. That costs 2 ms and 2 MB
 * of pages in every trial and again in every worker process, and no concurrency model is
 * responsible for it. libcurl itself must not be started before a fork. OpenSSL may: it detects a
 * fork and reseeds its generator (man 7 RAND).
 */
#include <openssl/ssl.h>

#include "bakeoff/fetch.h"

/* These are libcurl's own options, so that its later call has nothing left to do. */
void bko_tls_start(void) {
    OPENSSL_init_ssl(OPENSSL_INIT_ENGINE_ALL_BUILTIN | OPENSSL_INIT_LOAD_CONFIG, NULL);
}

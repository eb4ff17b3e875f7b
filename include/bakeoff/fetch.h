/*
 * One HTTP transfer (libcurl's easy interface), and a loop that runs many (curl multi on libuv).
 *
 * Only http and https are fetched, redirects included. Credentials in a URL never reach a message or a
 * stored row: see bko_url_redact.
 *
 * Processes: neither a transfer nor a loop survives a fork. Fork first, create in the child.
 */
#ifndef BAKEOFF_FETCH_H
#define BAKEOFF_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bakeoff/export.h"

typedef enum bko_http_version { BKO_HTTP_1_1, BKO_HTTP_2, BKO_HTTP_ANY } bko_http_version;

/* How to fetch; shared by all transfers of a contender. All zero is a usable default. */
typedef struct bko_fetch_options {
    const char *method; /* NULL: GET, or POST when there is a body */
    const void *body;   /* request body; NULL: none */
    size_t body_size;
    const char *const *headers; /* "Name: value" lines */
    size_t header_count;
    const char *ca_file; /* NULL: the system's */
    const char *proxy;   /* NULL: as the environment says; "": none */
    int64_t timeout_ms;  /* whole transfer; 0: 60,000 */
    size_t max_bytes;    /* largest decoded body; 0: 64 MiB */
    size_t buffer_size;  /* libcurl's receive buffer; 0: chosen, and grown for large bodies */
    bko_http_version http_version;
    bool insecure;            /* don't verify TLS certificates */
    bool no_follow;           /* don't follow redirects (10 at most otherwise) */
    bool compressed;          /* ask for and decode compressed bodies */
    bool session_per_request; /* a new handle and connection each time, nothing kept alive */
    bool keep_body;           /* hand the body over; otherwise it is counted and dropped */
} bko_fetch_options;

/* What came back. Everything is borrowed: from a transfer until it is used again, in a callback until that
 * returns. */
typedef struct bko_response {
    const char *url;  /* as requested */
    const void *body; /* NULL unless keep_body */
    size_t body_size;
    uint64_t bytes; /* body bytes received, decoded */
    int64_t started_ns;
    int64_t connected_ns;  /* 0: an open connection was reused */
    int64_t first_byte_ns; /* 0: nothing came */
    int64_t done_ns;
    const char *error_text; /* one sentence when error != 0 */
    void *easy;             /* the CURL handle, for its headers */
    unsigned connections;   /* new connections made */
    int http_status;        /* 0: no answer */
    int error;              /* 0 or BKO_ETIMEOUT, BKO_ECONNECT, BKO_ESCHEME, BKO_ETOOLARGE,
                                BKO_ETRANSFER, BKO_EHTTP (status 400 and above) */
} bko_response;

/* Starts the TLS library in the calling process. Optional: a bench calls it once before it runs trials,
 * so that no trial pays for it; libcurl starts it otherwise. Any thread, any number of times. */
BKO_API void bko_tls_start(void);

/* --- one blocking transfer at a time ------------------------------------------------------------ */

typedef struct bko_transfer bko_transfer;

/* *out is returned owned; `options` and what it points to are borrowed until bko_transfer_free.
 * BKO_ENOMEM. One thread at a time; any number of transfers in as many threads. */
BKO_API int bko_transfer_create(bko_transfer **out, const bko_fetch_options *options);
BKO_API void bko_transfer_free(bko_transfer *transfer);

/* Fetches `url` (borrowed) and waits. Returns the response's error; *out is borrowed from `transfer`.
 * Connections stay open for the next call unless session_per_request. */
BKO_API int bko_transfer_fetch(bko_transfer *transfer, const char *url, const bko_response **out);

/* --- many at once on one thread ------------------------------------------------------------------- */

typedef struct bko_loop bko_loop;

typedef struct bko_loop_options {
    const bko_fetch_options *fetch; /* borrowed until bko_loop_free */
    unsigned in_flight;             /* transfers at once, at least 1; the rest wait in order */
    void *uv;                       /* a uv_loop_t to run on (borrowed); NULL: its own */
    bool lazy;                      /* make the slots for transfers when they are first used */
    /* Called with `wait_user` around every wait for events inside bko_loop_run, to release a lock and take it
     * again. Both or neither. */
    void (*wait_begins)(void *user);
    void (*wait_ends)(void *user);
    void *wait_user;
} bko_loop_options;

/* Called on the loop's thread when a transfer has ended, well or not. May call bko_loop_fetch. */
typedef void bko_fetch_done(void *user, const bko_response *response);

/* Called when a transfer gets its slot and starts; may be NULL. `slot` < in_flight. */
typedef void bko_fetch_started(void *user, unsigned slot);

/* *out is returned owned. BKO_EINVAL (in_flight), BKO_ENOMEM, BKO_ESYS. A loop and all its calls belong
 * to one thread. Its transfers share connections and TLS sessions, unless session_per_request. */
BKO_API int bko_loop_create(bko_loop **out, const bko_loop_options *options);

/* Closes all connections; transfers still running end without their callback. */
BKO_API void bko_loop_free(bko_loop *loop);

/* Starts a fetch of `url` (borrowed until `done` is called), or queues it. BKO_ENOMEM. */
BKO_API int bko_loop_fetch(bko_loop *loop, const char *url, bko_fetch_started *started,
                           bko_fetch_done *done, void *user);

/* One fetch with everything that can be said about it. */
typedef struct bko_request {
    const char *url;                  /* borrowed until `done` or bko_loop_drop */
    const bko_fetch_options *options; /* of this fetch alone, borrowed likewise; NULL: the loop's */
    bko_fetch_started *started;       /* may be NULL */
    bko_fetch_done *done;
    void *user;
} bko_request;

/* As bko_loop_fetch. *ticket (may be NULL) names the fetch for bko_loop_drop. */
BKO_API int bko_loop_request(bko_loop *loop, const bko_request *request, uint64_t *ticket);

/* Ends a fetch without its callback, queued or in flight (its connection is closed then). One
 * that has ended is left alone. Not from `started`. */
BKO_API void bko_loop_drop(bko_loop *loop, uint64_t ticket);

/* Runs while the loop is alive: a transfer is in flight or waiting, or one of the things of
 * bakeoff/loop.h is active. Ends early by bko_loop_stop. BKO_ENOMEM when libcurl or the watching of a
 * socket ran out of memory: what was in flight then never ends. */
BKO_API int bko_loop_run(bko_loop *loop);
BKO_API void bko_loop_stop(bko_loop *loop);

/* --- URLs ------------------------------------------------------------------------------------------- */

/* 0 when `url` is http:// or https:// with a host, else BKO_ESCHEME or BKO_EINVAL. */
BKO_API int bko_url_check(const char *url);

/* Copies `text` to `out`, cut at `size`, every "user:password@" of a URL in it replaced by "***@". */
BKO_API void bko_url_redact(const char *text, char *out, size_t size);

/* A file name for the body of `url`, safe in any folder: letters, digits, '.', '_' and '-' only, no
 * leading dot, at most 120 bytes; a hash at its end gives different URLs different names. `size` at
 * least 121. */
BKO_API void bko_url_file_name(const char *url, char *out, size_t size);

#endif

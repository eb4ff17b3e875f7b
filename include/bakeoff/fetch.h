/*
 * A single HTTP transfer (libcurl's easy interface), and a loop that runs many (curl multi on
 * libuv).
 *
 * Only http and https URLs are fetched; this also holds for redirects. Credentials in a URL never
 * reach a message or a stored row: see bko_url_redact.
 *
 * Processes: neither a transfer nor a loop survives a fork. Fork first, then create it in the
 * child.
 */
#ifndef BAKEOFF_FETCH_H
#define BAKEOFF_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bakeoff/export.h"

/* BKO_HTTP_3 needs a libcurl that has it: otherwise such a fetch fails. */
typedef enum bko_http_version {
    BKO_HTTP_1_1,
    BKO_HTTP_2,
    BKO_HTTP_ANY,
    BKO_HTTP_3
} bko_http_version;

enum {
    BKO_FETCH_EXPECT_MAX = 16,
    BKO_FETCH_UNIX_MAX = 107, /* what an address holds, without the zero at its end */
    BKO_CHECKS_MAX = 32,
    BKO_RETRY_STATUSES_MAX = 16,
    BKO_RETRIES_MAX = 100
};

/* Counts retries of several transfers together; bakeoff/recorder.h has one for a trial. */
typedef struct bko_retry_budget bko_retry_budget;

/* When to repeat a fetch that failed. All zero: never. */
typedef struct bko_retries {
    uint8_t times;        /* at most so often, up to BKO_RETRIES_MAX */
    uint8_t status_count; /* HTTP statuses after which to repeat, if they are not expected */
    uint16_t statuses[BKO_RETRY_STATUSES_MAX];
    uint32_t errors;    /* bit n: repeat after the error -n (BKO_E…) */
    bool unsafe;        /* repeat requests of any method, not only GET, HEAD, OPTIONS and TRACE */
    int64_t backoff_ns; /* average pause before the first retry; doubles with each. A longer
                         * Retry-After of the server counts, up to a minute */
    uint64_t seed;      /* of what the pauses vary by: half of themselves */
    bko_retry_budget *budget; /* borrowed; NULL: no common limit */
} bko_retries;

/* The HTTP statuses from `first` to `last`. */
typedef struct bko_status_range {
    uint16_t first, last;
} bko_status_range;

/* A part of a form (multipart/form-data): either `data` or the content of `file`. Everything is borrowed. */
typedef struct bko_form_part {
    const char *name;
    const void *data;
    size_t size;
    const char *file;      /* a path: read while it is sent, never held in memory as a whole */
    const char *file_name; /* what the server is told; NULL: the last part of `file`, or none */
    const char *type;      /* content type; NULL: libcurl's guess */
} bko_form_part;

typedef struct bko_form {
    const bko_form_part *parts;
    size_t count;
} bko_form;

typedef enum bko_check_kind {
    BKO_CHECK_STATUS,    /* is one of `statuses` */
    BKO_CHECK_HEADER,    /* is there and, if `text` isn't NULL, contains it in one of its values */
    BKO_CHECK_BODY,      /* contains `text`; needs keep_body */
    BKO_CHECK_MAX_TIME,  /* from the start of the fetch to its end: at most `amount` nanoseconds */
    BKO_CHECK_MIN_BYTES, /* the decoded body has at least `amount` bytes */
    BKO_CHECK_MAX_BYTES  /* and at most so many */
} bko_check_kind;

/* What an answer should be like. Everything is borrowed. */
typedef struct bko_check {
    bko_check_kind kind;
    const char *name; /* what it says, for messages: "status is 200" */
    bko_status_range statuses[BKO_FETCH_EXPECT_MAX];
    uint8_t status_count;
    const char *header; /* a name; case doesn't matter */
    const char *text;
    size_t text_size;
    uint64_t amount;
} bko_check;

typedef struct bko_checks {
    const bko_check *list;
    size_t count;   /* up to BKO_CHECKS_MAX */
    bool must_pass; /* a failed check fails the fetch: BKO_ECHECK */
} bko_checks;

/* How to fetch. All transfers of a contender share these options. All zero is a usable default. */
typedef struct bko_fetch_options {
    const char *method; /* NULL: GET, or POST when there is a body */
    const void *body;   /* request body; NULL: none */
    size_t body_size;
    const bko_form *form; /* instead of `body`: sent as multipart/form-data; NULL: none */
    const char *
        upload; /* instead of `body`: a file, read while it is sent; then the usual method is PUT */
    const char *const *headers; /* "Name: value" lines */
    size_t header_count;
    const char *ca_file; /* the only ones that are trusted; NULL: the system's */
    const char *cert;    /* PEM file with the client's certificate; NULL: none */
    const char *key;     /* PEM file with its key; NULL: in the same file */
    const char *key_password;
    const char *proxy; /* NULL: taken from the environment; "": none */
    /* Connect to this Unix socket, whatever host the URL names; "@name": an abstract one; NULL: no.
     * At most BKO_FETCH_UNIX_MAX bytes. There is no proxy then. */
    const char *unix_socket;
    int64_t timeout_ms; /* whole transfer, of each attempt; 0: 60,000 */
    size_t max_bytes;   /* largest decoded body; 0: 64 MiB */
    size_t buffer_size; /* libcurl's receive buffer; 0: automatic, grows for large bodies */
    bko_http_version http_version;
    /* HTTP statuses that count as success, and no others do; expect_count 0: those below 400 */
    bko_status_range expect[BKO_FETCH_EXPECT_MAX];
    uint8_t expect_count;
    const bko_checks *checks; /* NULL: none */
    bool insecure;            /* don't verify TLS certificates */
    bool cookies;             /* each transfer (of a loop: each slot) keeps its cookies */
    bool no_follow;           /* don't follow redirects (otherwise at most 10) */
    bool compressed;          /* request and decode compressed bodies: gzip and deflate */
    bool session_per_request; /* a new handle and connection each time, nothing kept alive */
    bool keep_body;           /* deliver the body; otherwise it is counted and dropped */
    bko_retries retries;
} bko_fetch_options;

/* The result of a fetch. Everything in it is borrowed: from a transfer until the transfer is used
 * again, in a callback until the callback returns. */
typedef struct bko_response {
    const char *url;  /* as requested */
    const void *body; /* NULL unless keep_body */
    size_t body_size;
    uint64_t bytes;        /* body bytes received, decoded */
    int64_t started_ns;    /* of the first attempt */
    int64_t connected_ns;  /* 0: an open connection was reused, or nothing was received */
    int64_t first_byte_ns; /* 0: nothing was received */
    int64_t done_ns;
    const char *error_text; /* one sentence when error != 0 */
    void *easy;             /* the CURL handle, for its headers */
    unsigned connections;   /* new connections made */
    unsigned retries; /* requests that libcurl sent again because a kept connection was dead */
    unsigned asked_retries; /* how often it was repeated, as bko_fetch_options.retries asks for */
    /* What the checks of the options say: bit i: check i failed. All of them, if no complete answer came. */
    uint32_t failed_checks;
    uint8_t checks;  /* how many there are */
    bool unverified; /* over TLS, without a look at the certificate (`insecure`) */
    int http_status; /* 0: no response */
    int curl_code;   /* libcurl's CURLcode; 0: it found nothing wrong */
    int error;       /* 0 or BKO_ETIMEOUT, BKO_ECONNECT, BKO_ESCHEME, BKO_ETOOLARGE, BKO_ETRANSFER,
                          BKO_EPROTOCOL, BKO_ETLS, BKO_EHTTP (a status that is not expected),
                          BKO_ECHECK */
} bko_response;

/* Initialises the TLS library in the calling process. Optional: libcurl does it when needed. A
 * bench calls this once before it runs trials, so that no trial pays for it. Any thread, any number
 * of times. */
BKO_API void bko_tls_start(void);

/* --- one blocking transfer at a time ------------------------------------------------------------ */

typedef struct bko_transfer bko_transfer;

/* *out is returned owned; `options` and everything it points to are borrowed until
 * bko_transfer_free. BKO_ENOMEM. One thread at a time per transfer; different threads may use
 * different transfers. */
BKO_API int bko_transfer_create(bko_transfer **out, const bko_fetch_options *options);
BKO_API void bko_transfer_free(bko_transfer *transfer);

/* Fetches `url` (borrowed) and waits for it. Returns the response's error; *out is borrowed from
 * `transfer`. Connections stay open for the next call unless session_per_request is set. */
BKO_API int bko_transfer_fetch(bko_transfer *transfer, const char *url, const bko_response **out);

/* --- many at once on one thread ------------------------------------------------------------------- */

typedef struct bko_loop bko_loop;

typedef struct bko_loop_options {
    const bko_fetch_options *fetch; /* borrowed until bko_loop_free */
    unsigned in_flight;             /* concurrent transfers, at least 1; others queue in order */
    void *uv;                       /* a uv_loop_t to run on (borrowed); NULL: its own */
    bool lazy;                      /* create each transfer slot on first use */
    /* Called with `wait_user` before and after every wait for events inside bko_loop_run, so that
     * the caller can release a lock and take it again. Set both or neither. */
    void (*wait_begins)(void *user);
    void (*wait_ends)(void *user);
    void *wait_user;
} bko_loop_options;

/* Called on the loop's thread when a transfer has succeeded or failed. May call bko_loop_fetch. */
typedef void bko_fetch_done(void *user, const bko_response *response);

/* Called when a transfer gets its slot and starts; may be NULL. `slot` < in_flight. */
typedef void bko_fetch_started(void *user, unsigned slot);

/* *out is returned owned. BKO_EINVAL (in_flight), BKO_ENOMEM, BKO_ESYS. A loop and all calls to it
 * belong to one thread. Its transfers share connections and TLS sessions unless session_per_request
 * is set. */
BKO_API int bko_loop_create(bko_loop **out, const bko_loop_options *options);

/* Closes all connections. The callbacks of transfers that are still running are not called. */
BKO_API void bko_loop_free(bko_loop *loop);

/* Starts a fetch of `url` (borrowed until `done` is called), or queues it. BKO_ENOMEM. */
BKO_API int bko_loop_fetch(bko_loop *loop, const char *url, bko_fetch_started *started,
                           bko_fetch_done *done, void *user);

/* One fetch with all its settings. */
typedef struct bko_request {
    const char *url;                  /* borrowed until `done` or bko_loop_drop */
    const bko_fetch_options *options; /* for this fetch only, borrowed as url; NULL: the loop's */
    bko_fetch_started *started;       /* may be NULL */
    bko_fetch_done *done;
    void *user;
} bko_request;

/* Like bko_loop_fetch. *ticket (may be NULL) identifies the fetch for bko_loop_drop. */
BKO_API int bko_loop_request(bko_loop *loop, const bko_request *request, uint64_t *ticket);

/* Ends a queued or in-flight fetch without calling its callback. The connection of an in-flight
 * fetch is closed. Does nothing if the fetch has ended. Must not be called from `started`. */
BKO_API void bko_loop_drop(bko_loop *loop, uint64_t ticket);

/* Runs while the loop is alive: while a transfer is in flight or queued, or a timer, file read or
 * watch of bakeoff/loop.h is active. bko_loop_stop ends it early. BKO_ENOMEM when libcurl or a
 * socket watcher ran out of memory: transfers that were in flight then never end. */
BKO_API int bko_loop_run(bko_loop *loop);
BKO_API void bko_loop_stop(bko_loop *loop);

/* --- URLs ------------------------------------------------------------------------------------------- */

/* Returns 0 if `url` is http:// or https:// with a host, else BKO_ESCHEME or BKO_EINVAL. */
BKO_API int bko_url_check(const char *url);

/* Copies `text` to `out`, truncated to `size`, and replaces every URL's "user:password@" by "***@",
 * and the values of parameters whose names are those of secrets ("?token=value") by "***". */
BKO_API void bko_url_redact(const char *text, char *out, size_t size);

/* Writes a file name for the body of `url` that is safe in any folder: only letters, digits, '.',
 * '_' and '-', no leading dot, at most 120 bytes. A hash at the end gives different URLs different
 * names. `size` must be at least 121. */
BKO_API void bko_url_file_name(const char *url, char *out, size_t size);

#endif

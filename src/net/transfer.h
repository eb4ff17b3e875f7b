/*
 * A transfer: one easy handle, the receive state of its current fetch and the response made of it.
 * Used blocking (bko_transfer_fetch) and by the loop, which drives the same handle through a multi.
 *
 * Threads: one owner at a time, no locks.
 */
#ifndef BAKEOFF_NET_TRANSFER_H
#define BAKEOFF_NET_TRANSFER_H

#include <curl/curl.h>
#include <stdbool.h>

#include "bakeoff/fetch.h"
#include "core/buffer.h"

/* Who opens and closes the sockets of connections; all NULL: libcurl. */
typedef struct bko__sockets {
    curl_opensocket_callback open;
    curl_closesocket_callback close;
    void *user;
} bko__sockets;

/* What transfers of one owner share, so that a thousand in flight don't hold it a thousand times. */
typedef struct bko__transfer_common {
    struct curl_slist *headers;       /* owned */
    CURLSH *sessions;                 /* owned; TLS sessions; NULL: each handle has its own */
    bko__sockets sockets;             /* to be set before transfers are opened */
    bko_response response;            /* of the last fetch, where it is handed out to stay */
    char error_text[CURL_ERROR_SIZE]; /* libcurl's words on the failure it met last */
} bko__transfer_common;

/* Fills `common` for `options`: 0 or BKO_ENOMEM. */
int bko__transfer_common_open(bko__transfer_common *common, const bko_fetch_options *options);
/* After its transfers: they use what it has. */
void bko__transfer_common_close(bko__transfer_common *common);

/* Lets the transfers that will be opened share TLS sessions: one thread only. BKO_ENOMEM. */
int bko__transfer_common_share(bko__transfer_common *common);

struct bko_transfer {
    const bko_fetch_options *usual;   /* borrowed; its owner's */
    const bko_fetch_options *options; /* borrowed; of the current fetch: mostly `usual` */
    struct curl_slist *own_headers;   /* owned; where options are not the usual ones */
    CURL *easy;                       /* owned; replaced per fetch when session_per_request */
    bko__transfer_common *common;     /* owned by a transfer that stands alone, else by its loop */
    bool owns_common;
    bool too_large;
    bool out_of_memory;
    unsigned char reconnects; /* since the handle was made or reset */
    unsigned buffer_size;     /* libcurl's receive buffer, grown on evidence */
    bko__buffer body;         /* kept for reuse; released when it grew large */
    /* of the current fetch */
    const char *url;
    uint64_t bytes;
    int64_t started_ns;
    /* the loop's */
    bko_fetch_done *done;
    void *user;
    uint64_t ticket;
    unsigned slot;
    bko_transfer *next_free;
};

/* As bko_transfer_create, with `common` borrowed until bko_transfer_free. */
int bko__transfer_open(bko_transfer **out, const bko_fetch_options *options,
                       bko__transfer_common *common);

/* Lets the next fetch use `options` (borrowed until bko__transfer_forget) or, with NULL, the owner's.
 * Costs nothing where they are the owner's and were so before. BKO_ENOMEM. */
int bko__transfer_use(bko_transfer *transfer, const bko_fetch_options *options);

/* Lets go of what bko__transfer_use borrowed. */
void bko__transfer_forget(bko_transfer *transfer);

/* Makes the handle ready for `url` and stamps the start. BKO_ENOMEM. */
int bko__transfer_prepare(bko_transfer *transfer, const char *url);

/* Fills `response` from what libcurl says after the transfer ended. common->error_text must be empty
 * where it may tell of another transfer's failure. */
void bko__transfer_finish(bko_transfer *transfer, CURLcode code, bko_response *response);

/* Sets libcurl's receive buffer for the next fetches. */
void bko__transfer_set_buffer(bko_transfer *transfer, size_t size);

/* Gives the easy handle all options of the transfer. */
void bko__transfer_set_options(bko_transfer *transfer);

/* The largest body of the current fetch. */
size_t bko__transfer_max_bytes(const bko_transfer *transfer);

/* libcurl's CURLOPT_WRITEFUNCTION. */
size_t bko__transfer_on_body(char *data, size_t one, size_t size, void *user);

/* Initialises libcurl once per process (thread-safe). 0 or BKO_ENOMEM. */
int bko__curl_init(void);

#endif

/*
 * A transfer: one easy handle, the receive state of its current fetch and the resulting response.
 * bko_transfer_fetch uses it blocking; the loop drives the same handle through a multi.
 *
 * Threads: one owner at a time, no locks.
 */
#ifndef BAKEOFF_NET_TRANSFER_H
#define BAKEOFF_NET_TRANSFER_H

#include <curl/curl.h>
#include <stdbool.h>

#include "bakeoff/fetch.h"
#include "bakeoff/loop.h"
#include "core/buffer.h"
#include "net/decode.h"

/* The functions that open and close connections' sockets; all NULL: libcurl's own. */
typedef struct bko__sockets {
    curl_opensocket_callback open;
    curl_closesocket_callback close;
    void *user;
} bko__sockets;

/* State shared by all transfers of one owner, so that a thousand in flight don't each hold a
 * copy. */
typedef struct bko__transfer_common {
    struct curl_slist *headers; /* owned */
    CURLSH *sessions;           /* owned; TLS sessions; NULL: each handle has its own */
    bool has_ca_file;           /* of the system */
    bko__sockets sockets;       /* set these before transfers are opened */
    bko_response response;      /* the last fetch's, if it is handed out to be kept */
} bko__transfer_common;

/* Does the environment name a proxy for fetches that name none themselves? */
bool bko__environment_names_proxy(void);

/* Fills `common` for `options`. Returns 0 or BKO_ENOMEM. */
int bko__transfer_common_open(bko__transfer_common *common, const bko_fetch_options *options);
/* Close it after its transfers: they use it. */
void bko__transfer_common_close(bko__transfer_common *common);

/* Makes transfers that are opened later share TLS sessions: one thread only. BKO_ENOMEM. */
int bko__transfer_common_share(bko__transfer_common *common);

struct bko_transfer {
    const bko_fetch_options *usual;   /* borrowed; the owner's */
    const bko_fetch_options *options; /* borrowed; for the current fetch: usually `usual` */
    struct curl_slist *own_headers;   /* owned; set if `options` differ from `usual` */
    CURL *easy;                       /* owned; replaced per fetch when session_per_request */
    curl_mime *form;                  /* owned; of `options->form` */
    int upload_fd;                    /* owned; of `options->upload`, during a fetch; -1: none */
    bko__transfer_common *common;     /* owned by a standalone transfer, otherwise by the loop */
    bool owns_common;
    bool is_again;            /* this attempt follows one that bko__transfer_try_again gave up */
    unsigned char reconnects; /* new connections since the handle was created or reset */
    unsigned buffer_size;     /* libcurl's receive buffer; grows when bodies are large */
    bko__buffer body;         /* kept for reuse; freed if it grew large */
    /* libcurl's text for the current fetch. Not shared: it alone tells a broken chunk from a broken
     * connection, and several transfers of a loop may end in one call. */
    char error_text[CURL_ERROR_SIZE];
    /* of the current fetch */
    const char *url;
    uint64_t bytes;
    int64_t started_ns;
    int64_t first_byte_ns;   /* of the last response; 0: none yet */
    bko__decoder *decoder;   /* owned; of the last response; NULL: its body is not compressed */
    const char *refused_why; /* static; goes with `refused` */
    uint64_t length;         /* that the last response announced, with has_length */
    unsigned header_bytes;   /* since the last request */
    unsigned requests;       /* that libcurl has begun, with redirects and retries */
    bool has_length;
    bool leads_elsewhere; /* the last response redirects to another scheme than http(s) */
    short refused;        /* why a callback of ours ended the transfer: 0 or BKO_E… */
    /* of all its attempts */
    int64_t begun_ns;
    unsigned char asked_retries;
    unsigned earlier_connections, earlier_retries; /* of those before the current one */
    /* the loop's */
    bko_fetch_done *done;
    void *user;
    uint64_t ticket;
    unsigned slot;
    bko_transfer *next_free;
    bko_timer pause; /* before it is repeated */
};

/* Like bko_transfer_create, but `common` is borrowed until bko_transfer_free. */
int bko__transfer_open(bko_transfer **out, const bko_fetch_options *options,
                       bko__transfer_common *common);

/* Makes the next fetch use `options` (borrowed until bko__transfer_forget) or, if NULL, the
 * owner's. Costs nothing if the owner's options stay in use. BKO_ENOMEM. */
int bko__transfer_use(bko_transfer *transfer, const bko_fetch_options *options);

/* Drops the options that bko__transfer_use borrowed. */
void bko__transfer_forget(bko_transfer *transfer);

/* Prepares the handle for `url` and records the start time. BKO_ENOMEM. */
int bko__transfer_prepare(bko_transfer *transfer, const char *url);

/* Prepares the handle to repeat its fetch: bko__retry_pause_ns has said so. BKO_ENOMEM. */
int bko__transfer_prepare_again(bko_transfer *transfer);

/* The fetch ended with `code`. Returns true if it should be performed once more, which the handle is
 * now prepared for: it had only kept connections, all were dead, and nothing of an answer arrived. */
bool bko__transfer_try_again(bko_transfer *transfer, CURLcode code);

/* Fills `response` with what is known of a transfer that has ended. */
void bko__transfer_respond(bko_transfer *transfer, CURLcode code, bko_response *response);

/* The same, and frees what only a running transfer needs. */
void bko__transfer_finish(bko_transfer *transfer, CURLcode code, bko_response *response);

/* Sets libcurl's receive buffer for the next fetches. */
void bko__transfer_set_buffer(bko_transfer *transfer, size_t size);

/* Sets all of the transfer's options on the easy handle. */
void bko__transfer_set_options(bko_transfer *transfer);

/* The time limit of the current fetch. */
long bko__transfer_timeout_ms(const bko_transfer *transfer);

/* The body limit of the current fetch. */
size_t bko__transfer_max_bytes(const bko_transfer *transfer);

/* Was libcurl built with HTTP/3? Any thread. */
bool bko__fetch_has_http3(void);

/* libcurl's CURLOPT_HEADERFUNCTION. */
size_t bko__transfer_on_header(char *line, size_t one, size_t size, void *user);
/* libcurl's CURLOPT_WRITEFUNCTION. */
size_t bko__transfer_on_body(char *data, size_t one, size_t size, void *user);
/* libcurl's CURLOPT_PREREQFUNCTION: it is about to send a request. */
int bko__transfer_on_request(void *user, char *peer_ip, char *own_ip, int peer_port, int own_port);

/* Forgets what the callbacks noted of the last fetch. */
void bko__transfer_forget_answer(bko_transfer *transfer);

/* What the fetch has come to, once libcurl has ended it with `code`: 0 or BKO_E…. */
int bko__transfer_error(const bko_transfer *transfer, CURLcode code, int http_status);
/* Fills response->error_text for response->error. */
void bko__transfer_describe(bko_transfer *transfer, CURLcode code, bko_response *response);

/* Initialises libcurl once per process (thread-safe). 0 or BKO_ENOMEM. */
int bko__curl_init(void);

#endif

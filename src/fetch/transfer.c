/* See fetch/transfer.h. */
#include "fetch/transfer.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"

enum {
    TIMEOUT_DEFAULT_MS = 60000,
    MAX_BYTES_DEFAULT = 64 << 20,
    REDIRECTS = 10,
    BUFFER_DEFAULT = 16 << 10, /* libcurl's own */
    BUFFER_LARGE = 128 << 10,  /* for bodies that fill BUFFER_GROWS_AFTER buffers */
    BUFFER_GROWS_AFTER = 8,
    RECONNECTS_MAX = 3,     /* fetches with a new connection between resets of the handle */
    BODY_KEPT_MAX = 1 << 20 /* a larger body buffer is given back after its job */
};

/* libcurl's global state is the one thing that can only be made once per process. */
static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static CURLcode curl_result;

static void init_curl(void) {
    curl_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

int bko__curl_init(void) {
    pthread_once(&curl_once, init_curl);
    return curl_result == CURLE_OK ? BKO_OK : BKO_ENOMEM;
}

static size_t max_bytes(const bko_fetch_options *options) {
    return options->max_bytes > 0 ? options->max_bytes : MAX_BYTES_DEFAULT;
}

/* Counts here, because CURLOPT_MAXFILESIZE misses decoded and close-delimited bodies. */
static size_t on_body(char *data, size_t one, size_t size, void *user) {
    (void)one;
    bko_transfer *transfer = user;
    transfer->response.bytes += size;
    if (transfer->response.bytes > max_bytes(transfer->options)) {
        transfer->too_large = true;
        return 0;
    }
    if (transfer->options->keep_body && bko__buffer_append(&transfer->body, data, size) != BKO_OK) {
        transfer->out_of_memory = true;
        return 0;
    }
    return size;
}

static void set_limits(CURL *easy, const bko_fetch_options *options) {
    long timeout = (long)(options->timeout_ms > 0 ? options->timeout_ms : TIMEOUT_DEFAULT_MS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, options->no_follow ? 0L : 1L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)REDIRECTS);
}

/* libcurl looks for these at every request, which costs it as much as a tenth of all it does. */
static bool environment_names_proxy(void) {
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                        "ALL_PROXY"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (getenv(names[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static void set_proxy(CURL *easy, const bko_fetch_options *options) {
    bool none = options->proxy != NULL ? options->proxy[0] == '\0' : !environment_names_proxy();
    if (none) {
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    } else if (options->proxy != NULL) {
        curl_easy_setopt(easy, CURLOPT_PROXY, options->proxy);
    }
}

static void set_connection(CURL *easy, const bko_fetch_options *options) {
    static const long versions[] = {CURL_HTTP_VERSION_1_1, CURL_HTTP_VERSION_2TLS,
                                    CURL_HTTP_VERSION_NONE};
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, versions[options->http_version]);
    if (options->ca_file != NULL) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file);
    }
    set_proxy(easy, options);
    if (options->insecure) {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (options->session_per_request) {
        curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
        curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    }
}

static void set_request(CURL *easy, const bko_transfer *transfer) {
    const bko_fetch_options *options = transfer->options;
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->common->headers);
    if (options->compressed) {
        curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    }
    if (options->body != NULL) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)options->body_size);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, options->body);
    }
    const char *usual = options->body != NULL ? "POST" : "GET";
    if (options->method != NULL && strcmp(options->method, "HEAD") == 0) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (options->method != NULL && strcmp(options->method, usual) != 0) {
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, options->method);
    }
}

void bko__transfer_set_close(bko_transfer *transfer, curl_closesocket_callback close, void *user) {
    transfer->close_socket = close;
    transfer->close_socket_user = user;
    curl_easy_setopt(transfer->easy, CURLOPT_CLOSESOCKETFUNCTION, close);
    curl_easy_setopt(transfer->easy, CURLOPT_CLOSESOCKETDATA, user);
}

static void set_options(bko_transfer *transfer) {
    CURL *easy = transfer->easy;
    set_limits(easy, transfer->options);
    set_connection(easy, transfer->options);
    set_request(easy, transfer);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->common->error_text);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)transfer->buffer_size);
    if (transfer->close_socket != NULL) {
        bko__transfer_set_close(transfer, transfer->close_socket, transfer->close_socket_user);
    }
}

static int open_handle(bko_transfer *transfer) {
    transfer->easy = curl_easy_init();
    if (transfer->easy == NULL) {
        return BKO_ENOMEM;
    }
    set_options(transfer);
    return BKO_OK;
}

static int add_header(bko__transfer_common *common, const char *line) {
    struct curl_slist *longer = curl_slist_append(common->headers, line);
    if (longer == NULL) {
        return BKO_ENOMEM;
    }
    common->headers = longer;
    return BKO_OK;
}

/* A header of the list is cheaper than CURLOPT_USERAGENT, which libcurl formats twice per request. */
int bko__transfer_common_open(bko__transfer_common *common, const bko_fetch_options *options) {
    bool has_agent = false;
    int err = BKO_OK;
    *common = (bko__transfer_common){0};
    for (size_t i = 0; i < options->header_count && err == BKO_OK; i++) {
        const char *line = options->headers[i];
        has_agent = has_agent || strncasecmp(line, "User-Agent", strlen("User-Agent")) == 0;
        err = add_header(common, line);
    }
    if (err == BKO_OK && !has_agent) {
        err = add_header(common, "User-Agent: bakeoff/" BAKEOFF_VERSION);
    }
    return err;
}

void bko__transfer_common_close(bko__transfer_common *common) {
    curl_slist_free_all(common->headers);
    common->headers = NULL;
}

int bko__transfer_open(bko_transfer **out, const bko_fetch_options *options,
                       bko__transfer_common *common) {
    bko_transfer *transfer = calloc(1, sizeof *transfer);
    *out = transfer;
    if (transfer == NULL) {
        return BKO_ENOMEM;
    }
    transfer->options = options;
    transfer->common = common;
    transfer->buffer_size = options->buffer_size > 0 ? options->buffer_size : BUFFER_DEFAULT;
    bko__buffer_init(&transfer->body);
    int err = open_handle(transfer);
    if (err != BKO_OK) {
        bko_transfer_free(transfer);
        *out = NULL;
    }
    return err;
}

int bko_transfer_create(bko_transfer **out, const bko_fetch_options *options) {
    *out = NULL;
    int err = bko__curl_init();
    bko__transfer_common *common = err == BKO_OK ? calloc(1, sizeof *common) : NULL;
    if (common == NULL) {
        return BKO_ENOMEM;
    }
    err = bko__transfer_common_open(common, options);
    if (err == BKO_OK) {
        err = bko__transfer_open(out, options, common);
    }
    if (err != BKO_OK) {
        bko__transfer_common_close(common);
        free(common);
        return err;
    }
    (*out)->owns_common = true;
    return BKO_OK;
}

void bko_transfer_free(bko_transfer *transfer) {
    if (transfer == NULL) {
        return;
    }
    curl_easy_cleanup(transfer->easy);
    if (transfer->owns_common) {
        bko__transfer_common_close(transfer->common);
        free(transfer->common);
    }
    bko__buffer_free(&transfer->body);
    free(transfer);
}

/* Nothing of the last request may serve the next one: a new handle means new caches as well. */
static int renew_session(bko_transfer *transfer) {
    curl_easy_cleanup(transfer->easy);
    transfer->easy = NULL;
    return open_handle(transfer);
}

static void reset_body(bko_transfer *transfer) {
    if (transfer->body.capacity > BODY_KEPT_MAX) {
        bko__buffer_free(&transfer->body);
    }
    bko__buffer_clear(&transfer->body);
}

/* libcurl replaces a kept connection that died, five times in the life of a handle (curl #19066) and
 * not per request. A reset starts the count again; each fetch that made a new connection may have used
 * one up. Not after every such fetch: a reset costs memory, and the first one of a handle always is. */
static void restart_retries(bko_transfer *transfer) {
    if (transfer->response.connections > 0 && ++transfer->reconnects >= RECONNECTS_MAX) {
        transfer->reconnects = 0;
        curl_easy_reset(transfer->easy);
        set_options(transfer);
    }
}

int bko__transfer_prepare(bko_transfer *transfer, const char *url) {
    reset_body(transfer);
    restart_retries(transfer);
    transfer->too_large = false;
    transfer->out_of_memory = false;
    transfer->common->error_text[0] = '\0';
    transfer->response = (bko_response){.url = url};
    if (transfer->options->session_per_request && renew_session(transfer) != BKO_OK) {
        return BKO_ENOMEM;
    }
    if (curl_easy_setopt(transfer->easy, CURLOPT_URL, url) != CURLE_OK) {
        return BKO_ENOMEM;
    }
    transfer->response.started_ns = bko_clock_now_ns();
    return BKO_OK;
}

static int error_of(const bko_transfer *transfer, CURLcode code) {
    switch (code) {
    case CURLE_OK:
        return transfer->response.http_status >= 400 ? BKO_EHTTP : BKO_OK;
    case CURLE_OPERATION_TIMEDOUT:
        return BKO_ETIMEOUT;
    case CURLE_UNSUPPORTED_PROTOCOL:
        return BKO_ESCHEME;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
        return BKO_ECONNECT;
    case CURLE_OUT_OF_MEMORY:
        return BKO_ENOMEM;
    case CURLE_WRITE_ERROR:
        if (transfer->out_of_memory) {
            return BKO_ENOMEM;
        }
        return transfer->too_large ? BKO_ETOOLARGE : BKO_ETRANSFER;
    default:
        return BKO_ETRANSFER;
    }
}

/* The text that tells most: libcurl's own for a broken transfer, ours for what we decided. */
static void describe_error(bko_transfer *transfer, CURLcode code) {
    bko_response *response = &transfer->response;
    if (response->error == BKO_OK) {
        return;
    }
    if (response->error == BKO_EHTTP) {
        snprintf(transfer->common->error_text, CURL_ERROR_SIZE, "HTTP status %d",
                 response->http_status);
    } else if (response->error == BKO_ETOOLARGE) {
        snprintf(transfer->common->error_text, CURL_ERROR_SIZE,
                 "the body is larger than max_bytes (%zu)", max_bytes(transfer->options));
    } else if (response->error == BKO_ESCHEME) {
        /* The URL itself was checked: only a redirect can lead here. */
        snprintf(transfer->common->error_text, CURL_ERROR_SIZE, "redirected elsewhere: %s",
                 bko_error_text(BKO_ESCHEME));
    } else if (transfer->common->error_text[0] == '\0') {
        snprintf(transfer->common->error_text, CURL_ERROR_SIZE, "%s", curl_easy_strerror(code));
    }
    response->error_text = transfer->common->error_text;
}

static void read_times(bko_transfer *transfer) {
    bko_response *response = &transfer->response;
    curl_off_t microseconds = 0;
    long connections = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_NUM_CONNECTS, &connections);
    response->connections = (unsigned)connections;
    if (connections > 0) {
        curl_easy_getinfo(transfer->easy, CURLINFO_CONNECT_TIME_T, &microseconds);
        response->connected_ns = microseconds > 0 ? response->started_ns + microseconds * 1000 : 0;
    }
    curl_easy_getinfo(transfer->easy, CURLINFO_STARTTRANSFER_TIME_T, &microseconds);
    response->first_byte_ns = microseconds > 0 ? response->started_ns + microseconds * 1000 : 0;
}

void bko__transfer_set_buffer(bko_transfer *transfer, size_t size) {
    transfer->buffer_size = size;
    curl_easy_setopt(transfer->easy, CURLOPT_BUFFERSIZE, (long)size);
}

/* A body of many buffers costs as many recv calls: the next one on this handle gets a larger buffer,
 * but never more than a fraction of the body, so that many transfers in flight stay small. */
static void adapt_buffer(bko_transfer *transfer) {
    size_t size = transfer->buffer_size;
    while (size < BUFFER_LARGE && transfer->response.bytes >= BUFFER_GROWS_AFTER * size) {
        size *= 2;
    }
    if (transfer->options->buffer_size == 0 && size > transfer->buffer_size) {
        bko__transfer_set_buffer(transfer, size);
    }
}

void bko__transfer_finish(bko_transfer *transfer, CURLcode code) {
    bko_response *response = &transfer->response;
    long status = 0;
    response->done_ns = bko_clock_now_ns();
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    response->http_status = (int)status;
    response->easy = transfer->easy;
    response->error = error_of(transfer, code);
    read_times(transfer);
    describe_error(transfer, code);
    if (transfer->options->keep_body) {
        response->body = transfer->body.data != NULL ? (const void *)transfer->body.data : "";
        response->body_size = transfer->body.size;
    }
    adapt_buffer(transfer);
}

int bko_transfer_fetch(bko_transfer *transfer, const char *url, const bko_response **out) {
    *out = &transfer->response;
    int err = bko__transfer_prepare(transfer, url);
    if (err != BKO_OK) {
        transfer->response.error = err;
        transfer->response.error_text = bko_error_text(err);
        return err;
    }
    bko__transfer_finish(transfer, curl_easy_perform(transfer->easy));
    return transfer->response.error;
}

/* See net/transfer.h. */
#include "net/transfer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/number.h"
#include "core/wait.h"
#include "net/retry.h"
#include "net/upload.h"

enum {
    BUFFER_DEFAULT = 16 << 10, /* libcurl's default */
    BUFFER_LARGE = 128 << 10,  /* for bodies that fill BUFFER_GROWS_AFTER buffers */
    BUFFER_GROWS_AFTER = 8,
    RECONNECTS_MAX = 3,     /* new connections between two resets of the handle */
    BODY_KEPT_MAX = 1 << 20 /* a larger body buffer is freed after its job */
};

/* libcurl's global state is the only thing that must be created once per process. */
static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static CURLcode curl_result;

static void init_curl(void) {
    curl_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

int bko__curl_init(void) {
    pthread_once(&curl_once, init_curl);
    return curl_result == CURLE_OK ? BKO_OK : BKO_ENOMEM;
}

static int open_handle(bko_transfer *transfer) {
    transfer->easy = curl_easy_init();
    if (transfer->easy == NULL) {
        return BKO_ENOMEM;
    }
    /* This stands here and not with the options because it survives a reset. A handle that has
     * already allocated its own session cache would lose it. */
    if (transfer->common->sessions != NULL && !transfer->options->session_per_request) {
        curl_easy_setopt(transfer->easy, CURLOPT_SHARE, transfer->common->sessions);
    }
    bko__transfer_set_options(transfer);
    return BKO_OK;
}

int bko__transfer_open(bko_transfer **out, const bko_fetch_options *options,
                       bko__transfer_common *common) {
    bko_transfer *transfer = calloc(1, sizeof *transfer);
    *out = transfer;
    if (transfer == NULL) {
        return BKO_ENOMEM;
    }
    transfer->options = options;
    transfer->usual = options;
    transfer->common = common;
    transfer->buffer_size =
        options->buffer_size > 0 ? (unsigned)options->buffer_size : BUFFER_DEFAULT;
    bko__buffer_init(&transfer->body);
    transfer->upload_fd = -1;
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
    bko__upload_free_form(transfer);
    bko__upload_end(transfer);
    if (transfer->owns_common) {
        bko__transfer_common_close(transfer->common);
        free(transfer->common);
    }
    curl_slist_free_all(transfer->own_headers);
    bko__decoder_free(transfer->decoder);
    bko__buffer_free(&transfer->body);
    free(transfer);
}

/* Nothing from the last request may serve the next one; a new handle also has new caches. */
static int renew_session(bko_transfer *transfer) {
    curl_easy_cleanup(transfer->easy);
    transfer->easy = NULL;
    bko__upload_free_form(transfer);
    return open_handle(transfer);
}

static void reset_body(bko_transfer *transfer) {
    if (transfer->body.capacity > BODY_KEPT_MAX) {
        bko__buffer_free(&transfer->body);
    }
    bko__buffer_clear(&transfer->body);
}

/* libcurl silently replaces a dead kept-alive connection, but only five times in the life of a
 * handle (curl #19066), not per request. A reset restarts its count. Each fetch with a new
 * connection may have used one retry. We don't reset after every such fetch, because a reset costs
 * memory, and because the first fetch of a handle always makes a new connection. */
static void restart_retries(bko_transfer *transfer) {
    if (transfer->reconnects >= RECONNECTS_MAX) {
        transfer->reconnects = 0;
        curl_easy_reset(transfer->easy);
        bko__transfer_set_options(transfer);
    }
}

/* Sets what is left of the time limit, and whether kept connections may be used. */
static void set_attempt(bko_transfer *transfer, bool is_fresh, int64_t used_ns) {
    int64_t left_ms = bko__transfer_timeout_ms(transfer) - used_ns / 1000000;
    curl_easy_setopt(transfer->easy, CURLOPT_TIMEOUT_MS, (long)(left_ms > 1 ? left_ms : 1));
    curl_easy_setopt(transfer->easy, CURLOPT_FRESH_CONNECT, is_fresh ? 1L : 0L);
    transfer->is_again = is_fresh;
}

static bool is_of_dead_connection(CURLcode code) {
    return code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING;
}

/* The transfers of a loop share the connections they keep. If the server closes all of them, libcurl
 * tries one after the other and gives up after five, where a blocking transfer, which has only one,
 * goes on to a new one at once. */
bool bko__transfer_try_again(bko_transfer *transfer, CURLcode code) {
    long connections = 0;
    long status = 0;
    if (!is_of_dead_connection(code) || transfer->is_again) {
        return false;
    }
    curl_easy_getinfo(transfer->easy, CURLINFO_NUM_CONNECTS, &connections);
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    if (connections > 0 || status != 0) {
        return false;
    }
    transfer->error_text[0] = '\0';
    set_attempt(transfer, true, bko_clock_now_ns() - transfer->started_ns);
    return true;
}

static int prepare(bko_transfer *transfer, const char *url) {
    reset_body(transfer);
    restart_retries(transfer);
    if (transfer->is_again) {
        set_attempt(transfer, false, 0);
    }
    bko__transfer_forget_answer(transfer);
    transfer->error_text[0] = '\0';
    transfer->url = url;
    if (transfer->options->session_per_request && renew_session(transfer) != BKO_OK) {
        return BKO_ENOMEM;
    }
    if (curl_easy_setopt(transfer->easy, CURLOPT_URL, url) != CURLE_OK) {
        return BKO_ENOMEM;
    }
    int err = bko__upload_begin(transfer);
    transfer->started_ns = bko_clock_now_ns();
    return err;
}

int bko__transfer_prepare(bko_transfer *transfer, const char *url) {
    int err = prepare(transfer, url);
    transfer->begun_ns = transfer->started_ns;
    transfer->asked_retries = 0;
    transfer->earlier_connections = 0;
    transfer->earlier_retries = 0;
    return err;
}

int bko__transfer_prepare_again(bko_transfer *transfer) {
    return prepare(transfer, transfer->url);
}

void bko__transfer_set_buffer(bko_transfer *transfer, size_t size) {
    transfer->buffer_size = (unsigned)size;
    curl_easy_setopt(transfer->easy, CURLOPT_BUFFERSIZE, (long)size);
}

/* A body that fills many buffers costs as many recv calls, so the next fetch on this handle gets a
 * larger buffer. The buffer stays a small fraction of the body, so that many transfers in flight
 * stay small. */
static void adapt_buffer(bko_transfer *transfer) {
    size_t size = transfer->buffer_size;
    while (size < BUFFER_LARGE && transfer->bytes >= BUFFER_GROWS_AFTER * size) {
        size *= 2;
    }
    bool may_grow = transfer->usual->buffer_size == 0 && transfer->options->buffer_size == 0;
    if (may_grow && size > transfer->buffer_size) {
        bko__transfer_set_buffer(transfer, size);
    }
}

void bko__transfer_finish(bko_transfer *transfer, CURLcode code, bko_response *response) {
    bko__transfer_respond(transfer, code, response);
    adapt_buffer(transfer);
    bko__upload_end(transfer);
    bko__decoder_free(transfer->decoder); /* 40 KB that no waiting transfer should hold */
    transfer->decoder = NULL;
}

static void perform(bko_transfer *transfer, bko_response *response) {
    CURLcode code;
    do {
        bko__locale locale;
        bko__locale_enter_plain(&locale); /* in which libcurl reads international names of hosts */
        code = curl_easy_perform(transfer->easy);
        bko__locale_leave(&locale);
    } while (bko__transfer_try_again(transfer, code));
    bko__transfer_finish(transfer, code, response);
}

int bko_transfer_fetch(bko_transfer *transfer, const char *url, const bko_response **out) {
    bko_response *response = &transfer->common->response;
    *out = response;
    int64_t pause_ns = 0;
    int err = bko__transfer_prepare(transfer, url);
    while (err == BKO_OK && pause_ns >= 0) {
        perform(transfer, response);
        pause_ns = bko__retry_pause_ns(transfer, response);
        if (pause_ns >= 0) {
            bko__wait_until(NULL, 0, bko__deadline(pause_ns));
            err = bko__transfer_prepare_again(transfer);
        }
    }
    if (err != BKO_OK) {
        *response = (bko_response){.url = url, .error = err, .error_text = bko_error_text(err)};
    }
    return response->error;
}

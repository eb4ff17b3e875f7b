/* What a transfer has come to: the class of its error, and a sentence about it. See net/transfer.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "net/checks.h"

enum { LINE_MAX_OF_CURL = 128 << 10 }; /* more than libcurl lets a header line grow */

static bool is_expected(const bko_fetch_options *options, int http_status) {
    for (size_t i = 0; i < options->expect_count; i++) {
        if (http_status >= options->expect[i].first && http_status <= options->expect[i].last) {
            return true;
        }
    }
    return options->expect_count == 0 && http_status < 400;
}

static bool is_cut(const bko_transfer *transfer) {
    return transfer->decoder != NULL && !bko__decoder_is_complete(transfer->decoder);
}

static int error_of_answer(const bko_transfer *transfer, int http_status) {
    if (!is_expected(transfer->options, http_status)) {
        return BKO_EHTTP;
    }
    return is_cut(transfer) ? BKO_EPROTOCOL : BKO_OK;
}

/* libcurl has one code for a scheme that it refuses and for an answer that it can't read. */
static bool is_about_scheme(const bko_transfer *transfer) {
    return transfer->leads_elsewhere || bko_url_check(transfer->url) == BKO_ESCHEME;
}

/* libcurl says "out of memory" of a header line that is longer than it accepts, too. Then the answer
 * has begun, and memory for more than such a line is there. */
static bool is_line_too_long(const bko_transfer *transfer) {
    curl_off_t begun_us = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_STARTTRANSFER_TIME_T, &begun_us);
    if (begun_us <= 0 || transfer->bytes > 0) {
        return false;
    }
    void *memory = malloc(LINE_MAX_OF_CURL);
    bool is_there = memory != NULL;
    free(memory);
    return is_there;
}

static bool is_about_chunks(const bko_transfer *transfer) {
    return strstr(transfer->error_text, "chunked-encoding") != NULL ||
           strstr(transfer->error_text, "chunk hex-length") != NULL;
}

static bool is_about_tls(CURLcode code) {
    static const CURLcode codes[] = {CURLE_SSL_CONNECT_ERROR,
                                     CURLE_PEER_FAILED_VERIFICATION,
                                     CURLE_SSL_CERTPROBLEM,
                                     CURLE_SSL_CIPHER,
                                     CURLE_SSL_CACERT_BADFILE,
                                     CURLE_SSL_ENGINE_NOTFOUND,
                                     CURLE_SSL_ENGINE_SETFAILED,
                                     CURLE_SSL_ENGINE_INITFAILED,
                                     CURLE_USE_SSL_FAILED,
                                     CURLE_SSL_SHUTDOWN_FAILED,
                                     CURLE_SSL_CRL_BADFILE,
                                     CURLE_SSL_ISSUER_ERROR,
                                     CURLE_SSL_PINNEDPUBKEYNOTMATCH,
                                     CURLE_SSL_INVALIDCERTSTATUS,
                                     CURLE_SSL_CLIENTCERT};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i] == code) {
            return true;
        }
    }
    return false;
}

int bko__transfer_error(const bko_transfer *transfer, CURLcode code, int http_status) {
    switch (code) {
    case CURLE_OK:
        return error_of_answer(transfer, http_status);
    case CURLE_OPERATION_TIMEDOUT:
        return BKO_ETIMEOUT;
    case CURLE_UNSUPPORTED_PROTOCOL:
        return is_about_scheme(transfer) ? BKO_ESCHEME : BKO_EPROTOCOL;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
        return BKO_ECONNECT;
    case CURLE_OUT_OF_MEMORY:
        return is_line_too_long(transfer) ? BKO_EPROTOCOL : BKO_ENOMEM;
    case CURLE_WRITE_ERROR:
    case CURLE_ABORTED_BY_CALLBACK:
        return transfer->refused != BKO_OK ? transfer->refused : BKO_ETRANSFER;
    case CURLE_READ_ERROR: /* of a form's file */
        return BKO_ESYS;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_HTTP2:
#if LIBCURL_VERSION_NUM >= 0x080600
    case CURLE_TOO_LARGE:
#endif
        return BKO_EPROTOCOL;
    case CURLE_RECV_ERROR:
        return is_about_chunks(transfer) ? BKO_EPROTOCOL : BKO_ETRANSFER;
    default:
        return is_about_tls(code) ? BKO_ETLS : BKO_ETRANSFER;
    }
}

/* Why an answer is not HTTP as it should be, if libcurl's own words don't say it well; NULL if they do. */
static const char *fault_of_answer(const bko_transfer *transfer, CURLcode code) {
    switch (code) {
    case CURLE_OK:
        return "the compressed body is cut off";
    case CURLE_WRITE_ERROR:
        return transfer->refused_why;
    case CURLE_OUT_OF_MEMORY:
        return "a header line of the answer is too long";
    case CURLE_UNSUPPORTED_PROTOCOL:
        /* To libcurl, anything without a status line is HTTP/0.9. */
        return strstr(transfer->error_text, "HTTP version") != NULL
                   ? NULL
                   : "the server's answer is not HTTP";
    default:
        return NULL;
    }
}

/* libcurl would name the URL's host and port, which play no part. */
static void describe_unix_socket(const bko_transfer *transfer, char *text) {
    long system_error = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &system_error);
    snprintf(text, CURL_ERROR_SIZE, "cannot connect to the Unix socket: %s",
             system_error != 0 ? strerror((int)system_error) : "its queue stays full");
}

/* Picks the most helpful text: libcurl's own for a failed transfer, ours for what we decided. */
void bko__transfer_describe(bko_transfer *transfer, CURLcode code, bko_response *response) {
    char *text = transfer->error_text;
    const char *own = response->error == BKO_EPROTOCOL ? fault_of_answer(transfer, code) : NULL;
    own = code == CURLE_ABORTED_BY_CALLBACK ? transfer->refused_why : own;
    switch (response->error) {
    case BKO_OK:
        return;
    case BKO_EHTTP:
        snprintf(text, CURL_ERROR_SIZE, "HTTP status %d%s", response->http_status,
                 response->http_status < 400 ? ", which is not expected" : "");
        break;
    case BKO_ECHECK:
        bko__checks_describe(transfer, response, text, CURL_ERROR_SIZE);
        break;
    case BKO_ETOOLARGE:
        snprintf(text, CURL_ERROR_SIZE, "the body is larger than max_bytes (%zu)",
                 bko__transfer_max_bytes(transfer));
        break;
    case BKO_ESCHEME:
        snprintf(text, CURL_ERROR_SIZE, "%s%s",
                 bko_url_check(transfer->url) == BKO_OK ? "redirected to another scheme: " : "",
                 bko_error_text(BKO_ESCHEME));
        break;
    case BKO_ECONNECT:
        if (transfer->options->unix_socket != NULL) {
            describe_unix_socket(transfer, text);
            break;
        }
        __attribute__((fallthrough));
    default:
        if (own != NULL || text[0] == '\0') {
            snprintf(text, CURL_ERROR_SIZE, "%s", own != NULL ? own : curl_easy_strerror(code));
        }
    }
    response->error_text = text;
}

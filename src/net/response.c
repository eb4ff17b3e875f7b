/* See net/transfer.h: what is handed out of a transfer that has ended. */
#include <strings.h>

#include "bakeoff/clock.h"
#include "net/checks.h"

/* libcurl counts its times from when it begins, which on a loop is later than our start: with the
 * turn, once the transfers that were added before have begun. The first byte has our own stamp, which
 * tells when libcurl began. Without an answer nothing tells. */
static int64_t connected_ns(const bko_transfer *transfer) {
    curl_off_t connected_us = 0;
    curl_off_t first_byte_us = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_CONNECT_TIME_T, &connected_us);
    curl_easy_getinfo(transfer->easy, CURLINFO_STARTTRANSFER_TIME_T, &first_byte_us);
    if (transfer->first_byte_ns == 0 || connected_us <= 0 || first_byte_us < connected_us) {
        return 0;
    }
    int64_t at_ns = transfer->first_byte_ns - (int64_t)(first_byte_us - connected_us) * 1000;
    return at_ns > transfer->started_ns ? at_ns : transfer->started_ns;
}

static void read_times(bko_transfer *transfer, bko_response *response) {
    long connections = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_NUM_CONNECTS, &connections);
    response->connections = (unsigned)connections + transfer->earlier_connections;
    response->first_byte_ns = transfer->first_byte_ns;
    if (connections > 0) {
        transfer->reconnects++;
        response->connected_ns = connected_ns(transfer);
    }
}

static bool is_over_tls(const bko_transfer *transfer) {
    const char *scheme = NULL;
    curl_easy_getinfo(transfer->easy, CURLINFO_SCHEME, &scheme);
    return scheme != NULL && strcasecmp(scheme, "https") == 0;
}

/* What libcurl sent beyond the first request and one per redirect. */
static unsigned retries_of(const bko_transfer *transfer) {
    long redirects = 0;
    if (transfer->requests <= 1) {
        return 0;
    }
    curl_easy_getinfo(transfer->easy, CURLINFO_REDIRECT_COUNT, &redirects);
    unsigned usual = 1 + (unsigned)redirects;
    return transfer->requests > usual ? transfer->requests - usual : 0;
}

void bko__transfer_respond(bko_transfer *transfer, CURLcode code, bko_response *response) {
    long status = 0;
    *response = (bko_response){.url = transfer->url,
                               .bytes = transfer->bytes,
                               .started_ns = transfer->begun_ns,
                               .done_ns = bko_clock_now_ns(),
                               .easy = transfer->easy};
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    response->http_status = (int)status;
    response->curl_code = (int)code;
    response->retries = retries_of(transfer) + transfer->earlier_retries;
    response->asked_retries = transfer->asked_retries;
    response->unverified = transfer->options->insecure && is_over_tls(transfer);
    response->error = bko__transfer_error(transfer, code, response->http_status);
    read_times(transfer, response);
    if (transfer->options->keep_body) {
        response->body = transfer->body.data != NULL ? (const void *)transfer->body.data : "";
        response->body_size = transfer->body.size;
    }
    bko__checks_apply(transfer, response);
    bko__transfer_describe(transfer, code, response);
}

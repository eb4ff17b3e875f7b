#include "net/retry.h"

#include <errno.h>
#include <string.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/random.h"
#include "core/retry_budget.h"
#include "net/upload.h"

static const int64_t SECOND_NS = 1000000000;
static const int64_t LONGEST_S = 60; /* whatever Retry-After says */

static const int64_t KNOCK_LEAST_NS = 200000; /* between two attempts to connect to a full queue */
static const int64_t KNOCK_MOST_NS = 20000000;

enum { DOUBLINGS_MAX = 20 };

/* Methods that RFC 9110 (9.2.1) calls safe: a repeated request changes nothing on the server. */
static bool is_safe(const bko_fetch_options *options) {
    static const char *const names[] = {"GET", "HEAD", "OPTIONS", "TRACE"};
    const char *method =
        options->method != NULL ? options->method : bko__upload_usual_method(options);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(method, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_wanted(const bko_retries *retries, const bko_response *response) {
    if (response->error == BKO_OK) {
        return false;
    }
    if ((retries->errors >> -response->error & 1) != 0) {
        return true;
    }
    for (size_t i = 0; response->error == BKO_EHTTP && i < retries->status_count; i++) {
        if (retries->statuses[i] == response->http_status) {
            return true;
        }
    }
    return false;
}

/* FNV-1a, 64 bits. */
static uint64_t hash_of(const char *text) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    }
    return hash;
}

/* Doubles with each retry, and varies by half of itself in both directions. The same URL waits equally long
 * under every contender. */
static int64_t backoff_ns(const bko_transfer *transfer) {
    const bko_retries *retries = &transfer->options->retries;
    unsigned doublings =
        transfer->asked_retries < DOUBLINGS_MAX ? transfer->asked_retries : DOUBLINGS_MAX;
    uint64_t state =
        bko__random_at(retries->seed ^ hash_of(transfer->url), transfer->asked_retries);
    double factor = 0.5 + bko__random_unit(&state);
    double pause_ns = (double)retries->backoff_ns * (double)(1U << doublings) * factor;
    double longest_ns = (double)(LONGEST_S * SECOND_NS);
    return (int64_t)(pause_ns < longest_ns ? pause_ns : longest_ns);
}

/* What the server asked for with Retry-After; 0: nothing. */
static int64_t asked_ns(const bko_transfer *transfer, const bko_response *response) {
    curl_off_t seconds = 0;
    if (response->http_status != 0) {
        curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &seconds);
    }
    return (seconds < LONGEST_S ? (int64_t)seconds : LONGEST_S) * SECOND_NS;
}

/* Where a TCP connection waits, one to a Unix socket whose queue is full is refused at once (EAGAIN). libcurl takes
 * that for a connection in progress, finds a socket without an error that isn't connected, and gives up. A burst of
 * connections would fail that the server takes a moment later. */
static bool is_queue_full(const bko_transfer *transfer, const bko_response *response) {
    long system_error = 0;
    if (transfer->options->unix_socket == NULL || response->curl_code != CURLE_COULDNT_CONNECT) {
        return false;
    }
    curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &system_error);
    return system_error == 0 || system_error == EAGAIN;
}

/* The pause before it knocks again: longer with time, so that few knock in vain; -1: its time is over. */
static int64_t knock_pause_ns(const bko_transfer *transfer) {
    int64_t waited_ns = bko_clock_now_ns() - transfer->begun_ns;
    int64_t pause_ns = waited_ns / 4 > KNOCK_LEAST_NS ? waited_ns / 4 : KNOCK_LEAST_NS;
    if (waited_ns / 1000000 >= bko__transfer_timeout_ms(transfer)) {
        return -1;
    }
    return pause_ns < KNOCK_MOST_NS ? pause_ns : KNOCK_MOST_NS;
}

int64_t bko__retry_pause_ns(bko_transfer *transfer, const bko_response *response) {
    const bko_retries *retries = &transfer->options->retries;
    if (is_queue_full(transfer, response)) {
        int64_t pause_ns = knock_pause_ns(transfer);
        if (pause_ns >= 0) {
            return pause_ns;
        }
    }
    if (transfer->asked_retries >= retries->times || !is_wanted(retries, response) ||
        !(retries->unsafe || is_safe(transfer->options)) ||
        (retries->budget != NULL && !bko__retry_budget_take(retries->budget))) {
        return -1;
    }
    int64_t own_ns = backoff_ns(transfer);
    int64_t wanted_ns = asked_ns(transfer, response);
    transfer->asked_retries++;
    transfer->earlier_connections = response->connections; /* with those before it */
    transfer->earlier_retries = response->retries;
    return own_ns > wanted_ns ? own_ns : wanted_ns;
}

/* See net/checks.h. */
#include "net/checks.h"

#include <stdio.h>
#include <string.h>

#include "bakeoff/error.h"

static bool has_status(const bko_check *check, int status) {
    for (size_t i = 0; i < check->status_count; i++) {
        if (status >= check->statuses[i].first && status <= check->statuses[i].last) {
            return true;
        }
    }
    return false;
}

static bool contains(const char *data, size_t size, const bko_check *check) {
    return check->text_size == 0 || memmem(data, size, check->text, check->text_size) != NULL;
}

static bool has_header(const bko_transfer *transfer, const bko_check *check) {
    struct curl_header *header = NULL;
    size_t amount = 1;
    for (size_t i = 0; i < amount; i++) {
        if (curl_easy_header(transfer->easy, check->header, i, CURLH_HEADER, -1, &header) !=
            CURLHE_OK) {
            return false;
        }
        amount = header->amount;
        if (check->text == NULL || contains(header->value, strlen(header->value), check)) {
            return true;
        }
    }
    return false;
}

static bool passes(const bko_transfer *transfer, const bko_check *check,
                   const bko_response *response) {
    switch (check->kind) {
    case BKO_CHECK_STATUS:
        return has_status(check, response->http_status);
    case BKO_CHECK_HEADER:
        return has_header(transfer, check);
    case BKO_CHECK_BODY:
        return response->body != NULL && contains(response->body, response->body_size, check);
    case BKO_CHECK_MAX_TIME:
        return (uint64_t)(response->done_ns - response->started_ns) <= check->amount;
    case BKO_CHECK_MIN_BYTES:
        return response->bytes >= check->amount;
    case BKO_CHECK_MAX_BYTES:
        return response->bytes <= check->amount;
    }
    return false;
}

/* Of an answer that is not complete, nothing is known. */
static bool is_complete(const bko_response *response) {
    return response->error == BKO_OK || response->error == BKO_EHTTP;
}

void bko__checks_apply(const bko_transfer *transfer, bko_response *response) {
    const bko_checks *checks = transfer->options->checks;
    if (checks == NULL) {
        return;
    }
    bool may_pass = is_complete(response);
    response->checks = (uint8_t)checks->count;
    for (size_t i = 0; i < checks->count; i++) {
        if (!may_pass || !passes(transfer, &checks->list[i], response)) {
            response->failed_checks |= UINT32_C(1) << i;
        }
    }
    if (checks->must_pass && response->failed_checks != 0 && response->error == BKO_OK) {
        response->error = BKO_ECHECK;
    }
}

void bko__checks_describe(const bko_transfer *transfer, const bko_response *response, char *out,
                          size_t size) {
    const bko_checks *checks = transfer->options->checks;
    const char *before = "check failed: ";
    size_t used = 0;
    for (size_t i = 0; i < checks->count && used < size; i++) {
        if ((response->failed_checks >> i & 1) != 0) {
            used += (size_t)snprintf(out + used, size - used, "%s%s", before, checks->list[i].name);
            before = ", ";
        }
    }
}

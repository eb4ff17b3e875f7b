/* Receives an answer from libcurl: notes when it begins and what its headers say; decodes the body,
 * counts it, and keeps it if the caller wants it. See net/transfer.h. */
#include <string.h>
#include <strings.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "net/transfer.h"

enum {
    MAX_BYTES_DEFAULT = 64 << 20,
    HEADERS_MAX = 256 << 10 /* of one answer, with all interim ones before it */
};

size_t bko__transfer_max_bytes(const bko_transfer *transfer) {
    size_t given = transfer->options->max_bytes;
    return given > 0 ? given : MAX_BYTES_DEFAULT;
}

/* Notes why a callback ends the transfer, which it does by accepting less than it was given. */
static void refuse(bko_transfer *transfer, int error, const char *why) {
    transfer->refused = (short)error;
    transfer->refused_why = error == BKO_ENOMEM ? bko_error_text(error) : why;
}

/* --- headers ---------------------------------------------------------------------------------- */

static void forget_headers(bko_transfer *transfer) {
    bko__decoder_free(transfer->decoder);
    transfer->decoder = NULL;
    transfer->leads_elsewhere = false;
    transfer->has_length = false;
}

void bko__transfer_forget_answer(bko_transfer *transfer) {
    forget_headers(transfer);
    transfer->refused = BKO_OK;
    transfer->refused_why = NULL;
    transfer->bytes = 0;
    transfer->header_bytes = 0;
    transfer->requests = 0;
    transfer->first_byte_ns = 0;
}

typedef struct text {
    const char *at;
    size_t length;
} text;

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The value of the header line if it has this name ("location:"); otherwise at is NULL. */
static text value_of(const char *line, size_t size, const char *name) {
    size_t length = strlen(name);
    if (size < length || strncasecmp(line, name, length) != 0) {
        return (text){NULL, 0};
    }
    text value = {line + length, size - length};
    while (value.length > 0 && is_space(value.at[0])) {
        value.at++;
        value.length--;
    }
    while (value.length > 0 && is_space(value.at[value.length - 1])) {
        value.length--;
    }
    return value;
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Does it begin with the scheme of a URL, but neither http nor https? */
static bool has_other_scheme(text location) {
    size_t length = 0;
    while (length < location.length &&
           (is_letter(location.at[length]) ||
            (length > 0 && strchr("0123456789+.-", location.at[length])))) {
        length++;
    }
    if (length == 0 || length == location.length || location.at[length] != ':') {
        return false;
    }
    bool is_http = length == 4 && strncasecmp(location.at, "http", 4) == 0;
    bool is_https = length == 5 && strncasecmp(location.at, "https", 5) == 0;
    return !is_http && !is_https;
}

static void take_encoding(bko_transfer *transfer, text value) {
    bko__decoder_free(transfer->decoder);
    int err = bko__decoder_create(&transfer->decoder, value.at, value.length);
    if (err != BKO_OK) {
        refuse(transfer, err, "the body's content encoding is unknown");
    }
}

/* A list of lengths stands for as many headers. What else may be wrong with one, libcurl finds. */
static void take_lengths(bko_transfer *transfer, text value) {
    size_t at = 0;
    while (at < value.length && value.at[at] >= '0' && value.at[at] <= '9') {
        uint64_t length = 0;
        for (; at < value.length && value.at[at] >= '0' && value.at[at] <= '9'; at++) {
            length = 10 * length + (uint64_t)(value.at[at] - '0');
        }
        if (transfer->has_length && length != transfer->length) {
            refuse(transfer, BKO_EPROTOCOL, "the answer announces two different lengths");
        }
        transfer->has_length = true;
        transfer->length = length;
        while (at < value.length && (value.at[at] == ',' || is_space(value.at[at]))) {
            at++;
        }
    }
}

static void take_location(bko_transfer *transfer, const char *line, size_t size) {
    text location = value_of(line, size, "location:");
    if (location.at != NULL) {
        transfer->leads_elsewhere = has_other_scheme(location);
    }
}

static void take_content(bko_transfer *transfer, const char *line, size_t size) {
    text lengths = value_of(line, size, "content-length:");
    if (lengths.at != NULL) {
        take_lengths(transfer, lengths);
    } else if (transfer->options->compressed) {
        text encoding = value_of(line, size, "content-encoding:");
        if (encoding.at != NULL) {
            take_encoding(transfer, encoding);
        }
    }
}

/* An answer begins with its status line, whichever version of HTTP it has. After a redirect or an
 * interim answer, the last one counts. Of the many header lines, the first letter tells most apart. */
size_t bko__transfer_on_header(char *line, size_t one, size_t size, void *user) {
    (void)one;
    bko_transfer *transfer = user;
    char first = size > 0 ? line[0] : '\0';
    if (size > 5 && memcmp(line, "HTTP/", 5) == 0) {
        transfer->first_byte_ns = bko_clock_now_ns();
        forget_headers(transfer);
    }
    transfer->header_bytes += (unsigned)size;
    if (transfer->header_bytes > HEADERS_MAX) {
        refuse(transfer, BKO_EPROTOCOL, "the answer's headers are longer than 256 KiB");
    }
    if (first == 'l' || first == 'L') {
        take_location(transfer, line, size);
    } else if (first == 'c' || first == 'C') {
        take_content(transfer, line, size);
    }
    return transfer->refused == BKO_OK ? size : 0;
}

/* --- body ------------------------------------------------------------------------------------- */

/* We count here because CURLOPT_MAXFILESIZE misses decoded and close-delimited bodies. */
static bool take(void *user, const void *data, size_t size) {
    bko_transfer *transfer = user;
    transfer->bytes += size;
    if (transfer->bytes > bko__transfer_max_bytes(transfer)) {
        refuse(transfer, BKO_ETOOLARGE, NULL);
    } else if (transfer->options->keep_body &&
               bko__buffer_append(&transfer->body, data, size) != BKO_OK) {
        refuse(transfer, BKO_ENOMEM, NULL);
    }
    return transfer->refused == BKO_OK;
}

size_t bko__transfer_on_body(char *data, size_t one, size_t size, void *user) {
    (void)one;
    bko_transfer *transfer = user;
    if (transfer->decoder == NULL) {
        return take(transfer, data, size) ? size : 0;
    }
    int err = bko__decoder_feed(transfer->decoder, data, size, take, transfer);
    if (err != BKO_OK && err != BKO_ECANCELLED) {
        refuse(transfer, err, "the compressed body is damaged");
    }
    return err == BKO_OK ? size : 0;
}

/* --- requests --------------------------------------------------------------------------------- */

int bko__transfer_on_request(void *user, char *peer_ip, char *own_ip, int peer_port, int own_port) {
    bko_transfer *transfer = user;
    (void)peer_ip, (void)own_ip, (void)peer_port, (void)own_port;
    transfer->requests++;
    transfer->header_bytes = 0;
    return CURL_PREREQFUNC_OK;
}

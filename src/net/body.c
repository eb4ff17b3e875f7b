/* Receives an answer from libcurl: notes when it begins; counts the body, and keeps it if the caller
 * wants it. See net/transfer.h. */
#include <string.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "net/transfer.h"

enum { MAX_BYTES_DEFAULT = 64 << 20 };

size_t bko__transfer_max_bytes(const bko_transfer *transfer) {
    size_t given = transfer->options->max_bytes;
    return given > 0 ? given : MAX_BYTES_DEFAULT;
}

/* An answer begins with its status line, whichever version of HTTP it has. After a redirect or an
 * interim answer, the last one counts. */
size_t bko__transfer_on_header(char *line, size_t one, size_t size, void *user) {
    (void)one;
    bko_transfer *transfer = user;
    if (size > 5 && memcmp(line, "HTTP/", 5) == 0) {
        transfer->first_byte_ns = bko_clock_now_ns();
    }
    return size;
}

/* We count here because CURLOPT_MAXFILESIZE misses decoded and close-delimited bodies. */
size_t bko__transfer_on_body(char *data, size_t one, size_t size, void *user) {
    (void)one;
    bko_transfer *transfer = user;
    transfer->bytes += size;
    if (transfer->bytes > bko__transfer_max_bytes(transfer)) {
        transfer->too_large = true;
        return 0;
    }
    if (transfer->options->keep_body && bko__buffer_append(&transfer->body, data, size) != BKO_OK) {
        transfer->out_of_memory = true;
        return 0;
    }
    return size;
}

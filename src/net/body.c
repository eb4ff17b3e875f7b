/* Receives a body from libcurl: counts it, and keeps it if the caller wants it. See
 * net/transfer.h. */
#include "bakeoff/error.h"
#include "net/transfer.h"

enum { MAX_BYTES_DEFAULT = 64 << 20 };

size_t bko__transfer_max_bytes(const bko_transfer *transfer) {
    size_t given = transfer->options->max_bytes;
    return given > 0 ? given : MAX_BYTES_DEFAULT;
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

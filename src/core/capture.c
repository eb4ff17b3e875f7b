#include "core/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bakeoff/error.h"

enum {
    DEFAULT_LIMIT = 1024 * 1024,
    CHUNK = 64 * 1024,
    MOST_CHUNKS = 64 /* more than a pipe holds; an endless writer must not keep us from the clock */
};

int bko__capture_open(bko__capture *capture, int *write_end, size_t limit) {
    int ends[2];
    capture->limit = limit != 0 ? limit : DEFAULT_LIMIT;
    capture->data = calloc(1, 1);
    if (capture->data == NULL) {
        return BKO_ENOMEM;
    }
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return BKO_ESYS;
    }
    capture->fd = ends[0];
    *write_end = ends[1];
    return fcntl(capture->fd, F_SETFL, O_NONBLOCK) == 0 ? BKO_OK : BKO_ESYS;
}

/* Keeps what fits within the limit. Returns 0 or BKO_ENOMEM. */
static int keep(bko__capture *capture, const char *chunk, size_t n) {
    size_t room = capture->limit - capture->length;
    capture->truncated |= n > room;
    n = n > room ? room : n;
    if (n == 0) {
        return BKO_OK;
    }
    char *grown = realloc(capture->data, capture->length + n + 1);
    if (grown == NULL) {
        return BKO_ENOMEM;
    }
    memcpy(grown + capture->length, chunk, n);
    capture->data = grown;
    capture->length += n;
    capture->data[capture->length] = '\0';
    return BKO_OK;
}

int bko__capture_drain(bko__capture *capture) {
    char chunk[CHUNK];
    for (int i = 0; i < MOST_CHUNKS && capture->fd >= 0; i++) {
        ssize_t n = read(capture->fd, chunk, sizeof chunk);
        if (n > 0) {
            capture->received += (uint64_t)n;
            int err = keep(capture, chunk, (size_t)n);
            if (err != BKO_OK) {
                return err;
            }
        } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
            close(capture->fd);
            capture->fd = -1;
        } else if (errno == EAGAIN) {
            break;
        }
    }
    return BKO_OK;
}

/* See pool/frames.h. */
#include "pool/frames.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "bakeoff/error.h"

enum { READ_AT_LEAST = 16 << 10 };

int bko__frame_build(bko__buffer *frame, uint64_t job, int code, const void *data, size_t size) {
    bko__frame_header header = {.size = (uint32_t)size, .code = code, .job = job};
    bko__buffer_clear(frame);
    int err = bko__buffer_append(frame, &header, sizeof header);
    return err == BKO_OK ? bko__buffer_append(frame, data, size) : err;
}

static void drop_parsed(bko__frame_reader *reader) {
    if (reader->parsed > 0) {
        reader->bytes.size -= reader->parsed;
        memmove(reader->bytes.data, reader->bytes.data + reader->parsed, reader->bytes.size);
        reader->parsed = 0;
    }
}

int bko__frame_next(bko__frame_reader *reader, bko__frame *out) {
    drop_parsed(reader);
    if (reader->bytes.size < sizeof out->header) {
        return 0;
    }
    memcpy(&out->header, reader->bytes.data, sizeof out->header);
    if (out->header.size > reader->frame_max) {
        return BKO_ETOOLARGE;
    }
    size_t whole = sizeof out->header + out->header.size;
    if (reader->bytes.size < whole) {
        return 0;
    }
    out->payload = reader->bytes.data + sizeof out->header;
    reader->parsed = whole;
    return 1;
}

int bko__frame_receive(bko__frame_reader *reader, int fd) {
    drop_parsed(reader);
    int err = bko__buffer_reserve(&reader->bytes, READ_AT_LEAST);
    if (err != BKO_OK) {
        return err;
    }
    ssize_t got;
    do {
        got = recv(fd, reader->bytes.data + reader->bytes.size,
                   reader->bytes.capacity - reader->bytes.size, 0);
    } while (got < 0 && errno == EINTR);
    if (got > 0) {
        reader->bytes.size += (size_t)got;
        return BKO_OK;
    }
    if (got == 0 || errno == ECONNRESET) {
        return BKO_ECLOSED;
    }
    return errno == EAGAIN ? BKO_ETIMEOUT : BKO_ESYS;
}

int bko__frame_send(int fd, const unsigned char *bytes, size_t size, size_t *sent) {
    while (*sent < size) {
        ssize_t went = send(fd, bytes + *sent, size - *sent, MSG_NOSIGNAL);
        if (went >= 0) {
            *sent += (size_t)went;
        } else if (errno == EAGAIN) {
            return BKO_ETIMEOUT;
        } else if (errno == EPIPE || errno == ECONNRESET) {
            return BKO_ECLOSED;
        } else if (errno != EINTR) {
            return BKO_ESYS;
        }
    }
    return BKO_OK;
}

/*
 * Framed messages over a stream socket: a 16-byte header and a payload. Both ends are processes of one
 * machine and one build, so the header is a plain struct.
 *
 * Threads: a channel belongs to one thread.
 */
#ifndef BAKEOFF_POOL_FRAMES_H
#define BAKEOFF_POOL_FRAMES_H

#include <stddef.h>
#include <stdint.h>

#include "core/buffer.h"

typedef struct bko__frame_header {
    uint32_t size; /* of the payload */
    int32_t code;  /* 0, or the error that the frame reports */
    uint64_t job;
} bko__frame_header;

typedef struct bko__frame {
    bko__frame_header header;
    const unsigned char *payload; /* borrowed until the next read on the channel */
} bko__frame;

/* The receiving half of a channel. */
typedef struct bko__frame_reader {
    bko__buffer bytes;
    size_t parsed;    /* bytes of the frame handed out last, dropped at the next read */
    size_t frame_max; /* larger payloads are BKO_ETOOLARGE */
} bko__frame_reader;

/* Replaces `frame` by header and payload. BKO_ENOMEM. */
int bko__frame_build(bko__buffer *frame, uint64_t job, int code, const void *data, size_t size);

/* The next complete frame that has arrived: 1, 0 when more bytes are needed, or BKO_ETOOLARGE. */
int bko__frame_next(bko__frame_reader *reader, bko__frame *out);

/* Reads what is there (blocking, if the socket is): BKO_OK, BKO_ECLOSED at the end of the stream,
 * BKO_ETIMEOUT when a non-blocking socket has nothing, BKO_ENOMEM, BKO_ESYS. */
int bko__frame_receive(bko__frame_reader *reader, int fd);

/* Sends bytes[*sent..size): BKO_OK when all of it went, BKO_ETIMEOUT when a non-blocking socket takes
 * no more, BKO_ECLOSED, BKO_ESYS. */
int bko__frame_send(int fd, const unsigned char *bytes, size_t size, size_t *sent);

#endif

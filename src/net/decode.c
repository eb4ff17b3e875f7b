/* See net/decode.h. */
#include "net/decode.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "bakeoff/error.h"

enum { PIECE = 16 << 10, GZIP_OR_ZLIB = MAX_WBITS + 32, ZLIB = MAX_WBITS, BARE = -MAX_WBITS };

struct bko__decoder {
    z_stream stream;
    bool is_deflate; /* "deflate" means zlib's format, but some servers send the bare stream */
    bool has_begun;
    bool has_ended; /* at the end of a member: what follows, if anything, is another one */
};

static bool is_named(const char *encoding, size_t length, const char *name) {
    return strlen(name) == length && strncasecmp(encoding, name, length) == 0;
}

int bko__decoder_create(bko__decoder **out, const char *encoding, size_t length) {
    bool is_deflate = is_named(encoding, length, "deflate");
    *out = NULL;
    if (is_named(encoding, length, "identity") || length == 0) {
        return BKO_OK;
    }
    if (!is_deflate && !is_named(encoding, length, "gzip") &&
        !is_named(encoding, length, "x-gzip")) {
        return BKO_EPROTOCOL;
    }
    bko__decoder *decoder = calloc(1, sizeof *decoder);
    if (decoder == NULL) {
        return BKO_ENOMEM;
    }
    decoder->is_deflate = is_deflate;
    if (inflateInit2(&decoder->stream, is_deflate ? ZLIB : GZIP_OR_ZLIB) != Z_OK) {
        free(decoder);
        return BKO_ENOMEM;
    }
    *out = decoder;
    return BKO_OK;
}

void bko__decoder_free(bko__decoder *decoder) {
    if (decoder != NULL) {
        inflateEnd(&decoder->stream);
        free(decoder);
    }
}

/* The first bytes tell whether a deflated body has zlib's header: its first two are a multiple of 31. A
 * body's first piece may be a single byte, of which the low four bits are enough. */
static bool is_bare(const unsigned char *data, size_t size) {
    bool has_header = (data[0] & 0x0f) == Z_DEFLATED &&
                      (size < 2 || ((unsigned)data[0] << 8 | data[1]) % 31 == 0);
    return !has_header;
}

static int begin(bko__decoder *decoder, const void *data, size_t size) {
    decoder->has_begun = true;
    if (decoder->is_deflate && is_bare(data, size)) {
        return inflateReset2(&decoder->stream, BARE) == Z_OK ? BKO_OK : BKO_ENOMEM;
    }
    return BKO_OK;
}

/* gzip allows several members one after the other; deflate has one. */
static int begin_member(bko__decoder *decoder) {
    decoder->has_ended = false;
    return !decoder->is_deflate && inflateReset(&decoder->stream) == Z_OK ? BKO_OK : BKO_EPROTOCOL;
}

static int error_of(int result) {
    switch (result) {
    case Z_OK:
    case Z_STREAM_END:
    case Z_BUF_ERROR: /* it needs more input */
        return BKO_OK;
    case Z_MEM_ERROR:
        return BKO_ENOMEM;
    default:
        return BKO_EPROTOCOL;
    }
}

int bko__decoder_feed(bko__decoder *decoder, const void *data, size_t size, bko__decoded *sink,
                      void *user) {
    unsigned char piece[PIECE];
    z_stream *stream = &decoder->stream;
    int err = size > 0 && !decoder->has_begun ? begin(decoder, data, size) : BKO_OK;
    bool is_full = false; /* the piece was, so that more may be waiting inside zlib */
    stream->next_in = (Bytef *)(size_t)data;
    stream->avail_in = (uInt)size; /* libcurl's pieces are small */
    while (err == BKO_OK && (stream->avail_in > 0 || is_full)) {
        err = decoder->has_ended ? begin_member(decoder) : BKO_OK;
        if (err != BKO_OK) {
            break;
        }
        stream->next_out = piece;
        stream->avail_out = sizeof piece;
        int result = inflate(stream, Z_NO_FLUSH);
        size_t got = sizeof piece - stream->avail_out;
        decoder->has_ended = result == Z_STREAM_END;
        is_full = stream->avail_out == 0 && !decoder->has_ended;
        if (got > 0 && !sink(user, piece, got)) {
            return BKO_ECANCELLED;
        }
        err = error_of(result);
    }
    return err;
}

bool bko__decoder_is_complete(const bko__decoder *decoder) {
    return decoder->has_ended || !decoder->has_begun;
}

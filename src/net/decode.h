/*
 * Decodes a compressed body (gzip or deflate) piece by piece, and tells whether it was complete.
 * libcurl decodes too, but takes a body that was cut off for a complete one.
 *
 * Threads: the transfer's owner.
 */
#ifndef BAKEOFF_NET_DECODE_H
#define BAKEOFF_NET_DECODE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct bko__decoder bko__decoder;

/* Receives decoded bytes; returns false to end the decoding. */
typedef bool bko__decoded(void *user, const void *data, size_t size);

/* What to ask for in Accept-Encoding. */
#define BKO__ENCODINGS "gzip, deflate"

/* *out is returned owned; NULL for a body that is sent as it is ("identity"). `encoding` is the value of
 * Content-Encoding, `length` bytes. BKO_EPROTOCOL: not an encoding of BKO__ENCODINGS. BKO_ENOMEM. */
int bko__decoder_create(bko__decoder **out, const char *encoding, size_t length);
void bko__decoder_free(bko__decoder *decoder);

/* Passes what the next `size` bytes decode to to `sink`. BKO_EPROTOCOL: they don't belong to the
 * encoding. BKO_ENOMEM. BKO_ECANCELLED: the sink has ended it. */
int bko__decoder_feed(bko__decoder *decoder, const void *data, size_t size, bko__decoded *sink,
                      void *user);

/* Has everything arrived that the encoding promised? An empty body has. */
bool bko__decoder_is_complete(const bko__decoder *decoder);

#endif

/*
 * Variable-length integers: seven bits a byte, lowest first, with the top bit set in all bytes but
 * the last. Signed numbers are first mapped to unsigned ones (zigzag: 0, -1, 1, -2 … become 0, 1,
 * 2, 3 …).
 *
 * Threads: no state.
 */
#ifndef BAKEOFF_CORE_VARINT_H
#define BAKEOFF_CORE_VARINT_H

#include <stddef.h>
#include <stdint.h>

#include "bakeoff/error.h"
#include "core/buffer.h"

enum { BKO__VARINT_MAX = 10 }; /* bytes of the largest number */

/* `at` has room for BKO__VARINT_MAX bytes. Returns the position after the number. */
static inline unsigned char *bko__varint_write(unsigned char *at, uint64_t number) {
    while (number > 0x7F) {
        *at++ = (unsigned char)(number | 0x80);
        number >>= 7;
    }
    *at++ = (unsigned char)number;
    return at;
}

/* Reads a number. Returns the position after it, or NULL if it is truncated or too long. */
static inline const unsigned char *bko__varint_read(const unsigned char *at,
                                                    const unsigned char *end, uint64_t *number) {
    uint64_t sum = 0;
    for (int shift = 0; at < end && shift < 64; shift += 7) {
        unsigned char byte = *at++;
        if (shift == 63 && byte > 1) {
            return NULL;
        }
        sum |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *number = sum;
            return at;
        }
    }
    return NULL;
}

/* Appends a number. Returns 0 or BKO_ENOMEM. */
BKO__MUST_LOOK static inline int bko__varint_append(bko__buffer *out, uint64_t number) {
    if (out->capacity - out->size < BKO__VARINT_MAX &&
        bko__buffer_reserve(out, BKO__VARINT_MAX) != BKO_OK) {
        return BKO_ENOMEM;
    }
    out->size = (size_t)(bko__varint_write(out->data + out->size, number) - out->data);
    return BKO_OK;
}

static inline uint64_t bko__zigzag(int64_t value) {
    uint64_t n = (uint64_t)value;
    return (n << 1) ^ (n >> 63 != 0 ? UINT64_MAX : 0);
}

static inline int64_t bko__unzigzag(uint64_t n) {
    return (int64_t)((n >> 1) ^ ((n & 1) != 0 ? UINT64_MAX : 0));
}

#endif

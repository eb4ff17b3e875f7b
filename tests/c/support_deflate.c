#include "support_deflate.h"

#include <stdint.h>
#include <string.h>

typedef struct bits {
    unsigned char *out;
    size_t bit;
} bits;

static void put_bit(bits *to, unsigned bit) {
    if (to->bit % 8 == 0) {
        to->out[to->bit / 8] = 0;
    }
    to->out[to->bit / 8] |= (unsigned char)(bit << (to->bit % 8));
    to->bit++;
}

/* Huffman codes go in from their highest bit. */
static void put_code(bits *to, unsigned code, unsigned length) {
    while (length-- > 0) {
        put_bit(to, (code >> length) & 1);
    }
}

static uint32_t crc_of_zeros(size_t count) {
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < count * 8; i++) {
        crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

static size_t put_number(unsigned char *out, uint32_t value) {
    for (int i = 0; i < 4; i++) {
        out[i] = (unsigned char)(value >> (8 * i));
    }
    return 4;
}

size_t deflate_zeros(unsigned char *out, size_t repeats) {
    static const unsigned char head[10] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    memcpy(out, head, sizeof head);
    bits to = {.out = out + sizeof head};
    put_bit(&to, 1); /* last block, */
    put_bit(&to, 1); /* with the fixed codes */
    put_bit(&to, 0);
    put_code(&to, 0x30, 8); /* one zero */
    for (size_t i = 0; i < repeats; i++) {
        put_code(&to, 0xc5, 8); /* 258 more, */
        put_code(&to, 0, 5);    /* from one byte before */
    }
    put_code(&to, 0, 7);
    size_t length = sizeof head + (to.bit + 7) / 8;
    length += put_number(out + length, crc_of_zeros(1 + 258 * repeats));
    return length + put_number(out + length, (uint32_t)(1 + 258 * repeats));
}

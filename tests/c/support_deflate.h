/* A gzip stream of zeros, written bit by bit: making a bomb needs no library. */
#ifndef SUPPORT_DEFLATE_H
#define SUPPORT_DEFLATE_H

#include <stddef.h>

/* Fills `out` with the gzip stream of 1 + 258 * repeats zero bytes; returns its length. `out` needs
 * 32 + 2 * repeats bytes. */
size_t deflate_zeros(unsigned char *out, size_t repeats);

#endif

/*
 * Built-in work for a CPU, so that what is measured is the way of running it and not an interpreter:
 * adding up, hashing, and two kinds of image work. The same bytes come out on every machine.
 *
 * Threads: any; no state is kept. A thread of a pool with an interpreter lock lets others in between
 * slices of well below a millisecond, as an interpreter that runs the same work would.
 */
#ifndef BAKEOFF_WORK_H
#define BAKEOFF_WORK_H

#include <stddef.h>
#include <stdint.h>

#include "bakeoff/export.h"

/* 0 + 1 + … + n modulo 2^64, number by number: one addition that waits for the one before it each. */
BKO_API uint64_t bko_work_sum(uint64_t n);

enum { BKO_SHA256_SIZE = 32 };
/* SHA-256 (FIPS 180-4) of `data` (borrowed; may be NULL when size is 0); with `rounds` above 1, the digest
 * is hashed again so many times less one. BKO_EINVAL (no round), BKO_ENOMEM, BKO_EUNSUPPORTED (this
 * OpenSSL refuses the algorithm). */
BKO_API int bko_work_sha256(const void *data, size_t size, uint64_t rounds,
                            unsigned char digest[BKO_SHA256_SIZE]);

typedef struct bko_mandelbrot {
    double x, y; /* centre of the tile in the complex plane */
    double size; /* width of the tile in the plane, above 0; its height follows from the pixels */
    unsigned width;  /* pixels, 1 to BKO_WORK_SIDE */
    unsigned height; /* pixels, 1 to BKO_WORK_SIDE */
    unsigned limit;  /* iterations after which a point counts as inside, at least 1 */
} bko_mandelbrot;

enum { BKO_WORK_SIDE = 32768 };
/* Draws a tile of the Mandelbrot set into width × height bytes, row by row from the top: 0 inside,
 * 1 + 254 n / limit where iteration n (from 0) took |z| beyond 2. Escape time of z ← z² + c, from H.-O. Peitgen
 * and P. Richter, The Beauty of Fractals, 1986. BKO_EINVAL. */
BKO_API int bko_work_mandelbrot(const bko_mandelbrot *tile, unsigned char *pixels);

typedef struct bko_blur {
    unsigned width, height; /* pixels, 1 to BKO_WORK_SIDE */
    unsigned radius;        /* of the box, at most BKO_WORK_SIDE; 0 changes nothing */
    unsigned passes;        /* at least 1; three are close to a Gaussian */
} bko_blur;

/* Blurs a grey tile: each pass replaces a pixel by the rounded mean of the 2 radius + 1 pixels beside it,
 * then of those above and below it; beyond the edge the edge's pixel repeats. Sliding sums: the radius
 * costs nothing. Three boxes for a Gaussian of variance passes × ((2 radius + 1)² − 1) / 12: P. Kovesi,
 * Fast almost-Gaussian filtering, 2010. `in` and `out` are width × height bytes, and may be the same.
 * BKO_EINVAL, BKO_ENOMEM. */
BKO_API int bko_work_blur(const bko_blur *tile, const unsigned char *in, unsigned char *out);

#endif

/*
 * Built-in CPU work: sums, hashes and two kinds of image processing. Because it is native code, a
 * measurement shows the way of running it and not the speed of an interpreter. The results are the
 * same on every machine.
 *
 * Threads: any; no state. In a pool with an interpreter lock, a worker offers the lock to others
 * after each slice of well under a millisecond, as an interpreter running the same work would.
 */
#ifndef BAKEOFF_WORK_H
#define BAKEOFF_WORK_H

#include <stddef.h>
#include <stdint.h>

#include "bakeoff/export.h"

/* 0 + 1 + … + n modulo 2^64, one addition at a time; each depends on the one before it. */
BKO_API uint64_t bko_work_sum(uint64_t n);

enum { BKO_SHA256_SIZE = 32 };
/* SHA-256 (FIPS 180-4) of `data` (borrowed; may be NULL if size is 0). With `rounds` above 1, each
 * further round hashes the digest of the one before. BKO_EINVAL (rounds is 0), BKO_ENOMEM,
 * BKO_EUNSUPPORTED (this OpenSSL refuses the algorithm). */
BKO_API int bko_work_sha256(const void *data, size_t size, uint64_t rounds,
                            unsigned char digest[BKO_SHA256_SIZE]);

typedef struct bko_mandelbrot {
    double x, y;     /* centre of the tile in the complex plane */
    double size;     /* width of the tile in the plane, above 0; pixels are square */
    unsigned width;  /* pixels, 1 to BKO_WORK_SIDE */
    unsigned height; /* pixels, 1 to BKO_WORK_SIDE */
    unsigned limit;  /* iterations after which a point counts as inside, at least 1 */
} bko_mandelbrot;

enum { BKO_WORK_SIDE = 32768 };
/* Draws a tile of the Mandelbrot set into width × height bytes, row by row from the top: 0 inside
 * the set, 1 + 254 n / limit where |z| exceeded 2 at iteration n (from 0). Escape-time algorithm
 * for z ← z² + c, from H.-O. Peitgen and P. Richter, The Beauty of Fractals, 1986. BKO_EINVAL. */
BKO_API int bko_work_mandelbrot(const bko_mandelbrot *tile, unsigned char *pixels);

typedef struct bko_blur {
    unsigned width, height; /* pixels, 1 to BKO_WORK_SIDE */
    unsigned radius;        /* of the box, at most BKO_WORK_SIDE; 0 changes nothing */
    unsigned passes;        /* at least 1; three approximate a Gaussian well */
} bko_blur;

/* Blurs a grey tile. Each pass replaces every pixel by the rounded mean of the 2 radius + 1 pixels
 * around it in its row, then in its column; edge pixels repeat beyond the edge. Sliding sums make
 * the cost independent of the radius. Repeated box blurs approximate a Gaussian of variance passes
 * × ((2 radius + 1)² − 1) / 12: P. Kovesi, Fast almost-Gaussian filtering, 2010. `in` and `out` are
 * width × height bytes and may be the same. BKO_EINVAL, BKO_ENOMEM. */
BKO_API int bko_work_blur(const bko_blur *tile, const unsigned char *in, unsigned char *out);

#endif

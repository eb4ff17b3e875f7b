/* Draws tiles of the Mandelbrot set; see bakeoff/work.h. */
#include <math.h>

#include "bakeoff/error.h"
#include "bakeoff/work.h"
#include "core/gil.h"

enum { SLICE = 1 << 16 /* iterations */ };

/* The iteration (from 0) at which |z| exceeded 2; `limit` if none did. */
static unsigned escape_time(double x, double y, unsigned limit) {
    double re = 0, im = 0, re2 = 0, im2 = 0;
    unsigned n = 0;
    while (n < limit && re2 + im2 <= 4.0) {
        im = 2 * re * im + y;
        re = re2 - im2 + x;
        re2 = re * re;
        im2 = im * im;
        n++;
    }
    return re2 + im2 <= 4.0 ? limit : n - 1;
}

static int side_is_valid(unsigned side) {
    return side >= 1 && side <= BKO_WORK_SIDE;
}

static int is_valid(const bko_mandelbrot *tile) {
    return side_is_valid(tile->width) && side_is_valid(tile->height) && tile->limit >= 1 &&
           isfinite(tile->x) && isfinite(tile->y) && isfinite(tile->size) && tile->size > 0;
}

int bko_work_mandelbrot(const bko_mandelbrot *tile, unsigned char *pixels) {
    if (!is_valid(tile)) {
        return BKO_EINVAL;
    }
    double step = tile->size / tile->width;
    uint64_t iterations = 0;
    for (unsigned row = 0; row < tile->height; row++) {
        double y = tile->y + (0.5 * tile->height - row - 0.5) * step;
        for (unsigned column = 0; column < tile->width; column++) {
            double x = tile->x + (column + 0.5 - 0.5 * tile->width) * step;
            unsigned n = escape_time(x, y, tile->limit);
            *pixels++ = n == tile->limit ? 0 : (unsigned char)(1 + (uint64_t)n * 254 / tile->limit);
            iterations += (uint64_t)n + 1;
            if (iterations >= SLICE) {
                iterations = 0;
                bko__gil_breathe();
            }
        }
    }
    return BKO_OK;
}

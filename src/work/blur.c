/* Blurs grey tiles; see bakeoff/work.h. */
#include <stdlib.h>

#include "bakeoff/error.h"
#include "bakeoff/work.h"
#include "core/gil.h"

enum { SLICE = 1 << 17 /* pixels */ };

/* A row or a column: `length` pixels, `step` bytes apart. */
typedef struct line_shape {
    size_t length, step;
} line_shape;

static unsigned pixel(const unsigned char *line, line_shape shape, size_t index) {
    return line[(index < shape.length ? index : shape.length - 1) * shape.step];
}

/* Averages a window that slides along the line: adds the pixel that enters and subtracts the one
 * that leaves. */
static void blur_line(const unsigned char *in, unsigned char *out, line_shape shape,
                      size_t radius) {
    uint64_t window = 2 * (uint64_t)radius + 1;
    uint64_t sum = (uint64_t)in[0] * (radius + 1);
    for (size_t i = 1; i <= radius; i++) {
        sum += pixel(in, shape, i);
    }
    for (size_t i = 0; i < shape.length; i++) {
        out[i * shape.step] = (unsigned char)((sum + window / 2) / window);
        sum += pixel(in, shape, i + radius + 1);
        sum -= in[(i > radius ? i - radius : 0) * shape.step];
    }
}

/* Blurs all lines in one direction; `apart` is the distance between the first pixels of two
 * lines. */
static void blur_lines(const unsigned char *in, unsigned char *out, size_t count, size_t apart,
                       line_shape shape, size_t radius) {
    size_t pixels = 0;
    for (size_t i = 0; i < count; i++) {
        blur_line(in + i * apart, out + i * apart, shape, radius);
        pixels += shape.length + radius;
        if (pixels >= SLICE) {
            pixels = 0;
            bko__gil_breathe();
        }
    }
}

static int is_valid(const bko_blur *tile) {
    return tile->width >= 1 && tile->width <= BKO_WORK_SIDE && tile->height >= 1 &&
           tile->height <= BKO_WORK_SIDE && tile->radius <= BKO_WORK_SIDE && tile->passes >= 1;
}

int bko_work_blur(const bko_blur *tile, const unsigned char *in, unsigned char *out) {
    if (!is_valid(tile)) {
        return BKO_EINVAL;
    }
    size_t width = tile->width, height = tile->height;
    unsigned char *between = malloc(width * height);
    if (between == NULL) {
        return BKO_ENOMEM;
    }
    for (unsigned pass = 0; pass < tile->passes; pass++) {
        const unsigned char *from = pass == 0 ? in : out;
        blur_lines(from, between, height, width, (line_shape){width, 1}, tile->radius);
        blur_lines(between, out, width, 1, (line_shape){height, width}, tile->radius);
    }
    free(between);
    return BKO_OK;
}

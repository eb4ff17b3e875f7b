/* The growable byte buffer of buffer.h. */
#include "core/buffer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bakeoff/error.h"

enum { SMALLEST = 64 };

void bko__buffer_init(bko__buffer *buffer) {
    *buffer = (bko__buffer){0};
}

/* Doubles the capacity until it holds `need` bytes. need <= PTRDIFF_MAX, so doubling cannot
 * overflow. */
static size_t grown(size_t capacity, size_t need) {
    size_t next = capacity < SMALLEST ? SMALLEST : capacity;
    while (next < need) {
        next *= 2;
    }
    return next;
}

int bko__buffer_reserve(bko__buffer *buffer, size_t more) {
    if (more <= buffer->capacity - buffer->size) {
        return BKO_OK;
    }
    if (more > (size_t)PTRDIFF_MAX - buffer->size) {
        return BKO_ENOMEM;
    }
    size_t capacity = grown(buffer->capacity, buffer->size + more);
    unsigned char *data = realloc(buffer->data, capacity);
    if (data == NULL) {
        return BKO_ENOMEM;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return BKO_OK;
}

int bko__buffer_append(bko__buffer *buffer, const void *data, size_t size) {
    if (size == 0) {
        return BKO_OK;
    }
    int err = bko__buffer_reserve(buffer, size);
    if (err != BKO_OK) {
        return err;
    }
    memcpy(buffer->data + buffer->size, data, size);
    buffer->size += size;
    return BKO_OK;
}

void bko__buffer_clear(bko__buffer *buffer) {
    buffer->size = 0;
}

void bko__buffer_free(bko__buffer *buffer) {
    if (buffer == NULL) {
        return;
    }
    free(buffer->data);
    *buffer = (bko__buffer){0};
}

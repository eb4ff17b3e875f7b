/*
 * A growable byte buffer: the memory of frames, bodies and encoded values.
 *
 * The caller provides the struct (on its stack or inside its own struct); the buffer owns the
 * bytes. Capacity doubles, so appending n bytes one by one costs O(n). A failed call leaves size
 * and bytes unchanged.
 *
 * Threads: one thread at a time per buffer.
 */
#ifndef BAKEOFF_CORE_BUFFER_H
#define BAKEOFF_CORE_BUFFER_H

#include <stddef.h>

/* Half a message is worse than none: whoever appends must look whether it succeeded. */
#define BKO__MUST_LOOK __attribute__((warn_unused_result))

typedef struct bko__buffer {
    unsigned char *data; /* owned; NULL while capacity is 0 */
    size_t size;         /* bytes in use */
    size_t capacity;     /* bytes allocated; size <= capacity */
} bko__buffer;

/* Initialises an empty buffer; allocates nothing. An all-zero struct is also an empty buffer. */
void bko__buffer_init(bko__buffer *buffer);

/* Makes room for `more` bytes after those in use. Returns 0 or BKO_ENOMEM (also if sizes
 * overflow). */
BKO__MUST_LOOK int bko__buffer_reserve(bko__buffer *buffer, size_t more);

/* Appends a copy of `size` bytes. `data` is borrowed and may not point into the buffer; it may be
 * NULL if `size` is 0. Returns 0 or BKO_ENOMEM. */
BKO__MUST_LOOK int bko__buffer_append(bko__buffer *buffer, const void *data, size_t size);

/* Drops the bytes but keeps the memory for the next use. */
void bko__buffer_clear(bko__buffer *buffer);

/* Releases the memory; afterwards the buffer is empty and usable. NULL is allowed. */
void bko__buffer_free(bko__buffer *buffer);

#endif

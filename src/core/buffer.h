/*
 * A growable byte buffer: the memory of frames, bodies and encoded values.
 *
 * The struct is the caller's (on its stack or inside its own struct); the bytes are the buffer's.
 * Capacity doubles, so appending n bytes one by one costs O(n). A failed call leaves size and bytes
 * as they were. Threads: none of its own; one buffer belongs to one thread at a time.
 */
#ifndef BAKEOFF_CORE_BUFFER_H
#define BAKEOFF_CORE_BUFFER_H

#include <stddef.h>

typedef struct bko__buffer {
    unsigned char *data; /* owned; NULL while capacity is 0 */
    size_t size;         /* bytes in use */
    size_t capacity;     /* bytes allocated; size <= capacity */
} bko__buffer;

/* Makes an empty buffer; allocates nothing. An all-zero struct is an empty buffer as well. */
void bko__buffer_init(bko__buffer *buffer);

/* Makes room for `more` bytes behind the ones in use. 0 or BKO_ENOMEM (also when sizes overflow).
 */
int bko__buffer_reserve(bko__buffer *buffer, size_t more);

/* Copies `size` bytes to the end; `data` is borrowed and may not point into the buffer. `data` may
 * be NULL when `size` is 0. 0 or BKO_ENOMEM. */
int bko__buffer_append(bko__buffer *buffer, const void *data, size_t size);

/* Forgets the bytes, keeps the memory for the next use. */
void bko__buffer_clear(bko__buffer *buffer);

/* Releases the memory; the buffer is empty and usable afterwards. NULL is allowed. */
void bko__buffer_free(bko__buffer *buffer);

#endif

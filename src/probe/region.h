/*
 * Memory outside the heap: address space that costs nothing until a page is touched, and that a
 * fork doesn't inherit. So the bench's own records never count as memory of a trial.
 */
#ifndef BAKEOFF_PROBE_REGION_H
#define BAKEOFF_PROBE_REGION_H

#include <stddef.h>
#include <sys/types.h>

typedef struct bko__region {
    void *start; /* NULL if there is none */
    size_t size;
    pid_t owner; /* in a forked child the region does not exist, and its addresses may be in use */
} bko__region;

/* Zeroed memory of `size` bytes. BKO_ENOMEM. */
int bko__region_create(bko__region *region, size_t size);

/* Safe for a zeroed region, when called twice, and in a forked child. */
void bko__region_release(bko__region *region);

#endif

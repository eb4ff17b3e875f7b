/*
 * The samples of one sampler, at most `capacity`: when the room is used up every second sample is
 * thrown out, so that a run of any length keeps an even picture of itself.
 *
 * Owner: the sampler, whose thread alone uses it.
 */
#ifndef BAKEOFF_PROBE_RECORD_H
#define BAKEOFF_PROBE_RECORD_H

#include "bakeoff/sampler.h"
#include "probe/region.h"

typedef struct bko__record {
    bko__region region;
    bko_memory_sample *samples; /* in the region */
    size_t count;
    size_t capacity;
} bko__record;

/* BKO_ENOMEM. */
int bko__record_create(bko__record *record, size_t capacity);
void bko__record_release(bko__record *record);

/* Appends. Returns 1 when the record was thinned out to make room, 0 otherwise. */
int bko__record_add(bko__record *record, const bko_memory_sample *sample);

#endif

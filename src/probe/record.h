/*
 * The samples of one sampler, at most `capacity`. When the record is full, every second sample is
 * dropped, so that a run of any length stays evenly covered.
 *
 * Owner: the sampler; only its thread uses this.
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

/* Appends a sample. Returns 1 if the record was thinned out to make room, else 0. */
int bko__record_add(bko__record *record, const bko_memory_sample *sample);

#endif

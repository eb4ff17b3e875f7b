/*
 * The samples of one sampler, at most `capacity`, and what the processes held at each of them. When
 * the record is full, every second sample is dropped, so that a run of any length stays evenly
 * covered. When there is no room for holdings, those of every second sample are.
 *
 * Owner: the sampler; only its thread uses this.
 */
#ifndef BAKEOFF_PROBE_RECORD_H
#define BAKEOFF_PROBE_RECORD_H

#include "bakeoff/sampler.h"
#include "probe/processes.h"
#include "probe/region.h"

typedef struct bko__record {
    bko__region region;
    bko_memory_sample *samples; /* in the region */
    size_t count;
    size_t capacity;
    bko__region holdings_region;
    bko_holding *holdings; /* in that region, in the order of the samples */
    size_t held;           /* how many there are */
    size_t holdings_capacity;
    size_t apart;   /* of so many samples with a footprint, one has holdings */
    size_t offered; /* samples with a footprint so far */
} bko__record;

/* BKO_ENOMEM. */
int bko__record_create(bko__record *record, size_t capacity);
void bko__record_release(bko__record *record);

/* Appends a sample. Returns 1 if the record was thinned out to make room, else 0. */
int bko__record_add(bko__record *record, const bko_memory_sample *sample);

/* Keeps who holds what of the sample that was just added, if it has a footprint. */
void bko__record_hold(bko__record *record, bko__processes *set, const bko_memory_sample *sample);

#endif

#include "probe/record.h"

#include <stdint.h>
#include <string.h>

#include "bakeoff/error.h"

/* Holdings take 16 bytes each; so many of them are 2 MiB, and as rows on disk about 10. */
enum { HOLDINGS_MOST = 1 << 17, HOLDINGS_PER_SAMPLE = 4 };

static int create_holdings(bko__record *record) {
    size_t most = HOLDINGS_PER_SAMPLE * record->capacity;
    record->holdings_capacity = most < HOLDINGS_MOST ? most : HOLDINGS_MOST;
    record->apart = 1;
    int err = bko__region_create(&record->holdings_region,
                                 record->holdings_capacity * sizeof *record->holdings);
    record->holdings = record->holdings_region.start;
    return err;
}

int bko__record_create(bko__record *record, size_t capacity) {
    memset(record, 0, sizeof *record);
    if (capacity > PTRDIFF_MAX / sizeof *record->samples) {
        return BKO_ENOMEM; /* a size that would overflow */
    }
    int err = bko__region_create(&record->region, capacity * sizeof *record->samples);
    if (err == BKO_OK) {
        record->samples = record->region.start;
        record->capacity = capacity;
        err = create_holdings(record);
    }
    return err;
}

void bko__record_release(bko__record *record) {
    bko__region_release(&record->region);
    bko__region_release(&record->holdings_region);
    memset(record, 0, sizeof *record);
}

/* The first sample of each phase stays: without it the phase would seem to start late. */
static int stays(const bko__record *record, size_t at, int previous_phase) {
    return at % 2 == 0 || record->samples[at].phase != previous_phase;
}

/* Closes the holes between the samples' holdings. */
static void compact_holdings(bko__record *record) {
    size_t kept = 0;
    for (size_t at = 0; at < record->count; at++) {
        bko_memory_sample *sample = &record->samples[at];
        memmove(record->holdings + kept, record->holdings + sample->first_holding,
                sample->holdings * sizeof *record->holdings);
        sample->first_holding = kept;
        kept += sample->holdings;
    }
    record->held = kept;
}

static void thin_out_holdings(bko__record *record) {
    size_t with = 0;
    for (size_t at = 0; at < record->count; at++) {
        if (record->samples[at].holdings > 0 && with++ % 2 == 1) {
            record->samples[at].holdings = 0;
        }
    }
    record->apart *= 2;
    compact_holdings(record);
}

static void thin_out(bko__record *record) {
    size_t kept = 0;
    int previous_phase = record->samples[0].phase;
    for (size_t at = 0; at < record->count; at++) {
        int phase = record->samples[at].phase;
        if (stays(record, at, previous_phase)) {
            record->samples[kept++] = record->samples[at];
        }
        previous_phase = phase;
    }
    record->count = kept;
    compact_holdings(record);
}

int bko__record_add(bko__record *record, const bko_memory_sample *sample) {
    int thinned = 0;
    if (record->count == record->capacity) {
        thin_out(record);
        thinned = 1;
    }
    if (record->count < record->capacity) { /* false only if every sample started a phase */
        record->samples[record->count++] = *sample;
    }
    return thinned;
}

/* The newest sample is not kept if the record is full of samples that started a phase. */
static bko_memory_sample *newest(bko__record *record, const bko_memory_sample *sample) {
    bko_memory_sample *last = record->samples + record->count - 1;
    return last->time_ns == sample->time_ns && last->holdings == 0 ? last : NULL;
}

static bko_holding *room_for(bko__record *record, const bko_memory_sample *sample, size_t count) {
    bko_memory_sample *kept = newest(record, sample);
    if (kept == NULL || count > record->holdings_capacity ||
        record->offered++ % record->apart != 0) {
        return NULL;
    }
    if (record->held + count > record->holdings_capacity) {
        thin_out_holdings(record);
    }
    if (record->held + count > record->holdings_capacity) {
        return NULL; /* the samples that are left have as many */
    }
    kept->first_holding = record->held;
    kept->holdings = count;
    record->held += count;
    return record->holdings + kept->first_holding;
}

void bko__record_hold(bko__record *record, bko__processes *set, const bko_memory_sample *sample) {
    size_t count = sample->footprint >= 0 ? bko__processes_holders(set) : 0;
    bko_holding *room = count > 0 ? room_for(record, sample, count) : NULL;
    if (room != NULL) {
        bko__processes_holdings(set, sample->footprint, room);
    }
}

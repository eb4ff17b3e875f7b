#include "probe/record.h"

#include <stdint.h>
#include <string.h>

#include "bakeoff/error.h"

int bko__record_create(bko__record *record, size_t capacity) {
    memset(record, 0, sizeof *record);
    if (capacity > PTRDIFF_MAX / sizeof *record->samples) {
        return BKO_ENOMEM; /* a size that would overflow */
    }
    int err = bko__region_create(&record->region, capacity * sizeof *record->samples);
    if (err == BKO_OK) {
        record->samples = record->region.start;
        record->capacity = capacity;
    }
    return err;
}

void bko__record_release(bko__record *record) {
    bko__region_release(&record->region);
    memset(record, 0, sizeof *record);
}

/* The first sample of each phase stays: without it the phase would seem to start late. */
static int stays(const bko__record *record, size_t at, int previous_phase) {
    return at % 2 == 0 || record->samples[at].phase != previous_phase;
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

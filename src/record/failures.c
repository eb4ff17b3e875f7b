/* Why jobs failed: each code and HTTP status is counted, with the reason of the first such job. See
 * record/recorder.h. */
#include <stdio.h>

#include "bakeoff/error.h"
#include "record/recorder.h"

enum { STATUS_LEAST = 400, STATUS_BITS = 16 };

/* The status belongs to the kind if it explains the failure: a task may fail after a response that
 * was as it should be. Never 0. */
static uint32_t key_of(int error, int http_status) {
    int status = error == BKO_EHTTP || http_status >= STATUS_LEAST ? http_status : 0;
    return (uint32_t)-error << STATUS_BITS | (uint32_t)status;
}

/* The entry of this kind, which may be a new one; NULL if there are too many kinds. */
static bko__failure *entry_of(bko_recorder *recorder, uint32_t key) {
    for (size_t i = 0; i < BKO_RECORDER_FAILURES; i++) {
        bko__failure *entry = &recorder->failures[i];
        uint32_t seen = 0;
        if (atomic_compare_exchange_strong(&entry->key, &seen, key) || seen == key) {
            return entry;
        }
    }
    return NULL;
}

void bko__recorder_failed(bko_recorder *recorder, int error, int http_status, const char *reason) {
    bko__recorder_reason(recorder, reason);
    bko__failure *entry = error < 0 && error > -BKO_RECORDER_ERRORS
                              ? entry_of(recorder, key_of(error, http_status))
                              : NULL;
    if (entry != NULL && atomic_fetch_add_explicit(&entry->count, 1, memory_order_relaxed) == 0) {
        snprintf(entry->reason, sizeof entry->reason, "%s", reason);
    }
}

size_t bko_recorder_failures(const bko_recorder *recorder, bko_failure *out) {
    size_t count = 0;
    for (; count < BKO_RECORDER_FAILURES; count++) {
        const bko__failure *entry = &recorder->failures[count];
        uint32_t key = atomic_load(&entry->key);
        if (key == 0) {
            break;
        }
        out[count] = (bko_failure){.error = -(int)(key >> STATUS_BITS),
                                   .http_status = (int)(key & ((1U << STATUS_BITS) - 1)),
                                   .count = atomic_load(&entry->count),
                                   .reason = entry->reason};
    }
    return count;
}

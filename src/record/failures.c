/* Why jobs failed: each code and HTTP status is counted, with the reason of the first such job; errors
 * of tasks, failed checks and failed connections, which may have many causes, by their text as well.
 * See record/recorder.h. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "bakeoff/error.h"
#include "record/recorder.h"

enum { STATUS_LEAST = 400, STATUS_BITS = 16, TEXT_BITS = 32 };

enum { MOST_TEXTS = 8 }; /* of one code and status; all others count together */

static const uint32_t FNV_START = 2166136261U, FNV_PRIME = 16777619U;

/* The end of the quoted part that starts here, at most `end`; NULL if none does. */
static const char *quoted_end(const char *text, const char *end) {
    if (*text != '\'' && *text != '"') {
        return NULL;
    }
    return memchr(text + 1, *text, (size_t)(end - text - 1));
}

/* The end of the word that starts here if it is a URL or has the name of a host in it ("a.example:",
 * "(127.0.0.1)"); else `text`. */
static const char *place_end(const char *text, const char *end) {
    bool is_place = false;
    const char *at = text;
    for (; at < end && !isspace((unsigned char)*at); at++) {
        is_place = is_place || (end - at > 1 && *at == '.' && isalnum((unsigned char)at[1])) ||
                   (end - at > 2 && memcmp(at, "://", 3) == 0);
    }
    return is_place ? at : text;
}

/* The next character that tells texts apart: not a number's, an address's or a quoted one. */
static const char *skip_values(const char *text, const char *end) {
    const char *before = NULL;
    while (text < end && text != before) {
        before = text;
        const char *quote = quoted_end(text, end);
        text = quote != NULL ? quote + 1 : text;
        if (end - text > 1 && text[0] == '0' && text[1] == 'x') {
            for (text += 2; text < end && isxdigit((unsigned char)*text); text++) {
            }
        }
        for (; text < end && isdigit((unsigned char)*text); text++) {
        }
    }
    return text;
}

/* A mark of the first line: the FNV-1a hash of what tells texts apart. Never 0. For connections, a word
 * with a place in it doesn't, so that a thousand unknown hosts have one cause. */
static uint32_t mark_of(const char *text, bool has_places) {
    uint32_t mark = FNV_START;
    const char *end = text + strnlen(text, BKO__RECORDER_EXAMPLE_SIZE);
    const char *line_end = memchr(text, '\n', (size_t)(end - text));
    end = line_end != NULL ? line_end : end;
    bool is_start = true; /* of a word */
    while (text < end) {
        text = skip_values(is_start && has_places ? place_end(text, end) : text, end);
        if (text < end) {
            is_start = isspace((unsigned char)*text) != 0;
            mark = (mark ^ (unsigned char)*text) * FNV_PRIME;
            text++;
        }
    }
    return mark != 0 ? mark : 1;
}

/* The status belongs to the kind if it explains the failure: a task may fail after a response that
 * was as it should be. Never 0. */
static uint64_t key_of(int error, int http_status) {
    int status = error == BKO_EHTTP || http_status >= STATUS_LEAST ? http_status : 0;
    return ((uint64_t)-error << STATUS_BITS | (uint64_t)status) << TEXT_BITS;
}

/* The entry of this key, which may be a new one; NULL if there are too many kinds, or too many texts of
 * this one. */
static bko__failure *entry_of(bko_recorder *recorder, uint64_t key) {
    int texts = 0;
    for (size_t i = 0; i < BKO_RECORDER_FAILURES; i++) {
        bko__failure *entry = &recorder->failures[i];
        uint64_t seen = atomic_load(&entry->key);
        bool may_take = (uint32_t)key == 0 || texts < MOST_TEXTS;
        if (seen == key ||
            (seen == 0 && may_take &&
             (atomic_compare_exchange_strong(&entry->key, &seen, key) || seen == key))) {
            return entry;
        }
        texts += seen >> TEXT_BITS == key >> TEXT_BITS && (uint32_t)seen != 0;
    }
    return NULL;
}

static bool is_of_connections(int error) {
    return error == BKO_ECONNECT || error == BKO_ETRANSFER || error == BKO_ETLS;
}

static bko__failure *entry_for(bko_recorder *recorder, int error, int http_status,
                               const char *reason) {
    if (error >= 0 || error <= -BKO_RECORDER_ERRORS) {
        return NULL;
    }
    uint64_t key = key_of(error, http_status);
    bko__failure *entry = NULL;
    bool is_connection = is_of_connections(error);
    if (error == BKO_ETASK || error == BKO_ECHECK || is_connection) {
        entry = entry_of(recorder, key | mark_of(reason, is_connection));
    }
    return entry != NULL ? entry : entry_of(recorder, key);
}

void bko__recorder_failed(bko_recorder *recorder, int error, int http_status, const char *reason) {
    bko__recorder_reason(recorder, reason);
    bko__failure *entry = entry_for(recorder, error, http_status, reason);
    if (entry != NULL && atomic_fetch_add_explicit(&entry->count, 1, memory_order_relaxed) == 0) {
        snprintf(entry->reason, sizeof entry->reason, "%s", reason);
    }
}

size_t bko_recorder_failures(const bko_recorder *recorder, bko_failure *out) {
    size_t count = 0;
    for (; count < BKO_RECORDER_FAILURES; count++) {
        const bko__failure *entry = &recorder->failures[count];
        uint64_t key = atomic_load(&entry->key);
        uint64_t kind = key >> TEXT_BITS;
        if (key == 0) {
            break;
        }
        out[count] = (bko_failure){.error = -(int)(kind >> STATUS_BITS),
                                   .http_status = (int)(kind & ((1U << STATUS_BITS) - 1)),
                                   .count = atomic_load(&entry->count),
                                   .text = (uint32_t)key,
                                   .reason = entry->reason};
    }
    return count;
}

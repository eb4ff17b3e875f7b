/* Where each task is, and the backlog of tasks that stay with the owner. See pool/owner/pool.h. */
#include <stdlib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "pool/owner/pool.h"

enum { FIRST_CAPACITY = 256, STATE_BITS = 2, KEPT = 1 << 20 };

static uint64_t *entry(const bko__ledger *ledger, uint64_t task) {
    return &ledger->entries[task & (ledger->capacity - 1)];
}

int bko__ledger_reserve(bko__ledger *ledger) {
    if (ledger->next - ledger->first < ledger->capacity) {
        return BKO_OK;
    }
    bko__ledger grown = *ledger;
    grown.capacity = ledger->capacity > 0 ? ledger->capacity * 2 : FIRST_CAPACITY;
    grown.entries = calloc(grown.capacity, sizeof *grown.entries);
    if (grown.entries == NULL) {
        return BKO_ENOMEM;
    }
    for (uint64_t task = ledger->first; task < ledger->next; task++) {
        *entry(&grown, task) = *entry(ledger, task);
    }
    free(ledger->entries);
    *ledger = grown;
    return BKO_OK;
}

void bko__ledger_set(bko__ledger *ledger, uint64_t task, bko__task_state state, uint64_t position) {
    *entry(ledger, task) = position << STATE_BITS | (uint64_t)state;
}

bko__task_state bko__ledger_get(const bko__ledger *ledger, uint64_t task, uint64_t *position) {
    if (task < ledger->first || task >= ledger->next) {
        return BKO__TASK_ENDED;
    }
    *position = *entry(ledger, task) >> STATE_BITS;
    return (bko__task_state)(*entry(ledger, task) & ((1U << STATE_BITS) - 1));
}

void bko__ledger_end(bko__ledger *ledger, uint64_t task) {
    *entry(ledger, task) = BKO__TASK_ENDED;
    while (ledger->first < ledger->next && *entry(ledger, ledger->first) == BKO__TASK_ENDED) {
        ledger->first++;
    }
}

void bko__ledger_free(bko__ledger *ledger) {
    free(ledger->entries);
    *ledger = (bko__ledger){0};
}

/* --- backlog -------------------------------------------------------------------------------------- */

int bko__backlog_add(bko__backlog *backlog, uint64_t task, const void *data, size_t size,
                     uint64_t *position) {
    bko__task_frame frame = {.size = (uint32_t)size, .task = task};
    bko__buffer *bytes = &backlog->bytes;
    size_t total = (size_t)bko__task_frame_bytes(size);
    if (backlog->at > bytes->size / 2) { /* moves the rest to the front: less than was dropped */
        memmove(bytes->data, bytes->data + backlog->at, bytes->size - backlog->at);
        bytes->size -= backlog->at;
        backlog->position += backlog->at;
        backlog->at = 0;
    }
    int err = bko__buffer_reserve(bytes, total);
    if (err != BKO_OK) {
        return err;
    }
    *position = backlog->position + bytes->size;
    memcpy(bytes->data + bytes->size, &frame, sizeof frame);
    if (size > 0) {
        memcpy(bytes->data + bytes->size + sizeof frame, data, size);
    }
    bytes->size += total;
    return BKO_OK;
}

bko__task_frame *bko__backlog_first(const bko__backlog *backlog) {
    return backlog->at < backlog->bytes.size
               ? (bko__task_frame *)(void *)(backlog->bytes.data + backlog->at)
               : NULL;
}

bko__task_frame *bko__backlog_find(const bko__backlog *backlog, uint64_t position) {
    return (bko__task_frame *)(void *)(backlog->bytes.data + (position - backlog->position));
}

void bko__backlog_drop_first(bko__backlog *backlog) {
    bko__buffer *bytes = &backlog->bytes;
    backlog->at += (size_t)bko__task_frame_bytes(bko__backlog_first(backlog)->size);
    if (backlog->at == bytes->size) {
        backlog->position += bytes->size;
        backlog->at = 0;
        bko__buffer_clear(bytes);
        if (bytes->capacity > KEPT) {
            bko__buffer_free(bytes);
        }
    }
}

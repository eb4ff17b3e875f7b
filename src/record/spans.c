/* See bakeoff/spans.h. Layout of the mapping: header | lag | spans. The pages are not touched in
 * advance, so a trial that records no spans uses no memory for them. */
#include "bakeoff/spans.h"

#include <stdatomic.h>
#include <sys/mman.h>

#include "bakeoff/error.h"
#include "core/histogram.h"
#include "record/spans.h"

enum { ALIGNMENT = 64 };

struct bko_spans {
    /* const after create */
    size_t mapping_size;
    size_t max;
    bko_histogram *lag;
    bko_span *spans;
    _Atomic uint64_t added;
};

static size_t aligned(size_t size) {
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

int bko_spans_create(bko_spans **out, size_t spans_max) {
    *out = NULL;
    if (spans_max > PTRDIFF_MAX / (2 * sizeof(bko_span))) {
        return BKO_ENOMEM;
    }
    size_t lag_at = aligned(sizeof(bko_spans));
    size_t spans_at = lag_at + aligned(bko__histogram_size());
    size_t size = spans_at + spans_max * sizeof(bko_span);
    unsigned char *memory =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return BKO_ENOMEM;
    }
    bko_spans *spans = (bko_spans *)(void *)memory;
    spans->mapping_size = size;
    spans->max = spans_max;
    spans->lag = bko__histogram_init(memory + lag_at);
    spans->spans = (bko_span *)(void *)(memory + spans_at);
    *out = spans;
    return BKO_OK;
}

void bko_spans_free(bko_spans *spans) {
    if (spans != NULL) {
        munmap(spans, spans->mapping_size);
    }
}

/* Each writer draws its own slot. It writes the kind last, so that an unfinished span is
 * recognisable. */
void bko__spans_add(bko_spans *spans, const bko_span *span) {
    if (spans == NULL) {
        return;
    }
    uint64_t slot = atomic_fetch_add_explicit(&spans->added, 1, memory_order_relaxed);
    if (slot < spans->max) {
        bko_span *kept = &spans->spans[slot];
        *kept = (bko_span){.start_ns = span->start_ns,
                           .end_ns = span->end_ns,
                           .job = span->job,
                           .task = span->task,
                           .worker = span->worker};
        atomic_signal_fence(memory_order_release);
        kept->kind = span->kind;
    }
}

uint64_t bko_spans_added(const bko_spans *spans) {
    return atomic_load_explicit(&spans->added, memory_order_acquire);
}

const bko_span *bko_spans_kept(const bko_spans *spans, size_t *count) {
    uint64_t added = bko_spans_added(spans);
    *count = added < spans->max ? (size_t)added : spans->max;
    return spans->spans;
}

bko_histogram *bko_spans_loop_lag(const bko_spans *spans) {
    return spans->lag;
}

/*
 * What a trial records between the timestamps of its rows, for charts: what tasks waited for and
 * when, what a pool ran for them, and how late their loop was.
 *
 * As with a recorder, one shared mapping is created before the trial is forked, and all workers
 * write to it in place. Its size is bounded: the first spans are kept, later ones are only counted.
 *
 * Threads: any thread of any process that has the mapping may add. Values are exact once the trial
 * has ended.
 */
#ifndef BAKEOFF_SPANS_H
#define BAKEOFF_SPANS_H

#include <stddef.h>
#include <stdint.h>

#include "bakeoff/export.h"
#include "bakeoff/histogram.h"

typedef struct bko_spans bko_spans;

typedef enum bko_span_kind {
    BKO_SPAN_NONE, /* not completely written: its writer died */
    BKO_SPAN_FETCH,
    BKO_SPAN_READ,
    BKO_SPAN_SLEEP,
    BKO_SPAN_OFFLOAD, /* a job waits for a pool task */
    BKO_SPAN_INLINE,  /* ctx:offload without a pool: the job computes itself */
    BKO_SPAN_RUN      /* a pool worker runs a task */
} bko_span_kind;

typedef struct bko_span {
    int64_t start_ns, end_ns; /* bko_clock_now_ns() */
    uint32_t job;             /* from 0; RUN: none */
    uint32_t task;            /* OFFLOAD, RUN: the pool's task, from 0 */
    uint16_t worker;          /* RUN: the pool's worker, from 0 */
    uint16_t kind;            /* bko_span_kind */
} bko_span;

/* Makes room for `spans_max` spans. *out is returned owned. BKO_ENOMEM. */
BKO_API int bko_spans_create(bko_spans **out, size_t spans_max);
/* NULL is allowed. */
BKO_API void bko_spans_free(bko_spans *spans);

/* How many spans were added; and the first of them, borrowed, with *count set to how many are
 * kept. */
BKO_API uint64_t bko_spans_added(const bko_spans *spans);
BKO_API const bko_span *bko_spans_kept(const bko_spans *spans, size_t *count);

/* The lag of the trial's loop, borrowed; empty if the trial had no loop. */
BKO_API bko_histogram *bko_spans_loop_lag(const bko_spans *spans);

#endif

/*
 * What a trial notes between the timestamps of its rows, for pictures of it: what tasks waited for and from when
 * to when, what a pool ran for them, and how late their loop was.
 *
 * As with a recorder, one shared mapping is made before the trial is forked, and whoever works writes to it in
 * place. Its room is bounded: the first spans are kept, further ones counted.
 *
 * Threads: any thread of any process that has the mapping may add. Reading is exact once the trial has ended.
 */
#ifndef BAKEOFF_SPANS_H
#define BAKEOFF_SPANS_H

#include <stddef.h>
#include <stdint.h>

#include "bakeoff/export.h"
#include "bakeoff/histogram.h"

typedef struct bko_spans bko_spans;

typedef enum bko_span_kind {
    BKO_SPAN_NONE, /* never finished: its writer died */
    BKO_SPAN_FETCH,
    BKO_SPAN_READ,
    BKO_SPAN_SLEEP,
    BKO_SPAN_OFFLOAD, /* a job waits for a pool's task */
    BKO_SPAN_INLINE,  /* ctx:offload where there is no pool: it computes */
    BKO_SPAN_RUN      /* a pool's worker runs a task */
} bko_span_kind;

typedef struct bko_span {
    int64_t start_ns, end_ns; /* bko_clock_now_ns() */
    uint32_t job;             /* from 0; RUN: none */
    uint32_t task;            /* of the pool, from 0: OFFLOAD, RUN */
    uint16_t worker;          /* RUN: the pool's, from 0 */
    uint16_t kind;            /* bko_span_kind */
} bko_span;

/* Room for `spans_max` of them. *out is returned owned. BKO_ENOMEM. */
BKO_API int bko_spans_create(bko_spans **out, size_t spans_max);
/* NULL is allowed. */
BKO_API void bko_spans_free(bko_spans *spans);

/* How many were added, and the first of them, borrowed; *count (how many of those are kept) may be less. */
BKO_API uint64_t bko_spans_added(const bko_spans *spans);
BKO_API const bko_span *bko_spans_kept(const bko_spans *spans, size_t *count);

/* How late the trial's loop was, borrowed; empty where it had none. */
BKO_API bko_histogram *bko_spans_loop_lag(const bko_spans *spans);

#endif

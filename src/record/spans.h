/* The writing half of bakeoff/spans.h, for the trial. */
#ifndef BAKEOFF_RECORD_SPANS_H
#define BAKEOFF_RECORD_SPANS_H

#include "bakeoff/spans.h"

/* Adds a copy of *span if there is room. `spans` may be NULL. Any thread of any process that has
 * the mapping. */
void bko__spans_add(bko_spans *spans, const bko_span *span);

#endif

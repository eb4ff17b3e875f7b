/* The trial's side of bakeoff/spans.h. */
#ifndef BAKEOFF_RECORD_SPANS_H
#define BAKEOFF_RECORD_SPANS_H

#include "bakeoff/spans.h"

/* Copies *span, while there is room. NULL is allowed for `spans`. Any thread of any process that has the mapping. */
void bko__spans_add(bko_spans *spans, const bko_span *span);

#endif

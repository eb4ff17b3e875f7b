/* How late a loop is. Loop's thread only. */
#ifndef BAKEOFF_LOOP_LAG_H
#define BAKEOFF_LOOP_LAG_H

#include "bakeoff/histogram.h"
#include "bakeoff/loop.h"

/* From now on, adds to `lag`, for each millisecond of bko_loop_run, how late an event due then
 * would be served: 0 while the loop waits, up to the length of the turn while it works. `lag` is
 * borrowed until the loop is freed or another call replaces it; NULL stops. On a borrowed uv loop
 * only our own callbacks are seen. */
void bko__loop_watch_lag(bko_loop *loop, bko_histogram *lag);

#endif

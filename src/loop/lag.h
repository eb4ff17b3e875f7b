/* How late a loop is. Loop's thread. */
#ifndef BAKEOFF_LOOP_LAG_H
#define BAKEOFF_LOOP_LAG_H

#include "bakeoff/histogram.h"
#include "bakeoff/loop.h"

/* From now on counts in `lag`, for each millisecond of bko_loop_run, how late something due then would have been:
 * 0 while the loop waits, up to the length of the turn while it works. `lag` is borrowed until the loop is
 * freed or watched otherwise; NULL: watch no more. On a borrowed uv loop only callbacks of ours are seen. */
void bko__loop_watch_lag(bko_loop *loop, bko_histogram *lag);

#endif

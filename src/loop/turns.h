/* What a scheduler that runs on a loop asks of it: turns of its own, and a loop that goes on without anything to do.
 * Loop's thread. */
#ifndef BAKEOFF_LOOP_TURNS_H
#define BAKEOFF_LOOP_TURNS_H

#include "bakeoff/loop.h"

/* Sets what bko__loop_wake asks for: `turn` is called from within the loop, outside of all other
 * callbacks. */
void bko__loop_on_turn(bko_loop *loop, void (*turn)(void *user), void *user);
/* Asks for one call of `turn` as soon as the loop has looked for events; several are one. The loop is alive until
 * then. */
void bko__loop_wake(bko_loop *loop);

/* While it is held a loop is alive; bko_loop_run goes on for the owner's handles of a borrowed uv loop. Nests. */
void bko__loop_hold(bko_loop *loop);
void bko__loop_release(bko_loop *loop);

#endif

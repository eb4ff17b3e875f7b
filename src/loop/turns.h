/* What a scheduler on top of a loop needs: its own turns, and a loop that stays alive with nothing
 * to do. Loop's thread only. */
#ifndef BAKEOFF_LOOP_TURNS_H
#define BAKEOFF_LOOP_TURNS_H

#include "bakeoff/loop.h"

/* Sets the function that bko__loop_wake requests. `turn` is called from within the loop, but not
 * inside any other callback. */
void bko__loop_on_turn(bko_loop *loop, void (*turn)(void *user), void *user);
/* Requests one call of `turn` as soon as the loop has polled for events; several requests make one
 * call. The loop is alive until then. */
void bko__loop_wake(bko_loop *loop);

/* While it is held, a loop is alive; on a borrowed uv loop, bko_loop_run continues for the owner's
 * handles. Holds nest. */
void bko__loop_hold(bko_loop *loop);
void bko__loop_release(bko_loop *loop);

#endif

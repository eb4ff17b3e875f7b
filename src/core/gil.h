/*
 * An interpreter lock as CPython has one: of all threads bound to it only one runs at a time.
 *
 * Who waits for 5 ms without anybody of the queue having had a turn asks for the lock. The holder looks
 * now and then whether somebody asked, and then hands over: the longest waiter becomes the holder
 * before the old one may queue again, so the old one can't snatch it back. Who leaves without being
 * asked (to wait for I/O) only frees the lock: whoever comes first may take it, as in CPython.
 *
 * Threads: any; a thread calls enter and leave in turn. A gil is freed when no thread uses it any more.
 * Source of the behaviour: CPython's Python/ceval_gil.c (switch interval 5 ms, forced switching).
 */
#ifndef BAKEOFF_CORE_GIL_H
#define BAKEOFF_CORE_GIL_H

#include <stdbool.h>

typedef struct bko__gil bko__gil;

/* *out is returned owned, and free to enter. BKO_ENOMEM. */
int bko__gil_create(bko__gil **out);
/* Nobody may hold it or wait for it. NULL is allowed. */
void bko__gil_free(bko__gil *gil);

/* Waits until the lock is the caller's. Not while the caller holds it. */
void bko__gil_enter(bko__gil *gil);
/* Gives it up: to the longest waiter if somebody asked, else to whoever comes first. */
void bko__gil_leave(bko__gil *gil);

/* From now on who asks also sends this signal to the holder's thread, once every 5 ms until it is its
 * turn: for holders that cannot look now and then. Its handler is the caller's to install. */
void bko__gil_ask_by_signal(bko__gil *gil, int signal);

/* Has somebody asked? One relaxed atomic read. */
bool bko__gil_should_yield(const bko__gil *gil);
/* If somebody asked: hands over and returns when it is the caller's turn again. Holder only. */
void bko__gil_yield(bko__gil *gil);

/* --- the gil of this thread ----------------------------------------------------------------------- */

/* Says whose code this thread runs, so that the functions below know; NULL for none. Borrowed: unbind
 * before it is freed. Doesn't enter. */
void bko__gil_bind(bko__gil *gil);
/* NULL when the thread runs free of one. */
bko__gil *bko__gil_bound(void);

/* Around everything that blocks (sockets, files, sleep) and touches no lua_State: others may run
 * meanwhile. Pairs may be nested; the outermost counts. errno is kept. Without a gil they do nothing. */
void bko__blocking_begin(void);
void bko__blocking_end(void);

/* Between two slices of long computing: yields if somebody asked. Without a gil it does nothing. */
void bko__gil_breathe(void);

#endif

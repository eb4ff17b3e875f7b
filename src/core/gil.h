/*
 * An interpreter lock like CPython's: of all threads bound to it, only one runs at a time.
 *
 * A waiter asks for the lock when 5 ms have passed without any queued thread getting its turn. The
 * holder checks from time to time whether a thread has asked, and then hands the lock over: the
 * longest waiter becomes the holder before the old holder may queue again, so the old holder can't
 * grab it back. A holder that leaves without being asked (to wait for I/O) only releases the lock:
 * the first thread to come may take it, as in CPython.
 *
 * Threads: any; a thread alternates between enter and leave. Free a gil when no thread uses it any
 * more.
 *
 * Source of the behaviour: CPython's Python/ceval_gil.c (switch interval 5 ms, forced switching).
 */
#ifndef BAKEOFF_CORE_GIL_H
#define BAKEOFF_CORE_GIL_H

#include <stdbool.h>

typedef struct bko__gil bko__gil;

/* *out is returned owned, and nobody holds it. BKO_ENOMEM. */
int bko__gil_create(bko__gil **out);
/* No thread may hold it or wait for it. NULL is allowed. */
void bko__gil_free(bko__gil *gil);

/* Waits for the lock and takes it. The caller must not hold it already. */
void bko__gil_enter(bko__gil *gil);
/* Releases the lock: hands it to the longest waiter if one has asked, else the first thread to come
 * may take it. */
void bko__gil_leave(bko__gil *gil);

/* From now on a waiter that asks also sends this signal to the holder's thread, once every 5 ms
 * until the waiter gets its turn. This is for holders that cannot check from time to time. The
 * caller installs the handler. */
void bko__gil_ask_by_signal(bko__gil *gil, int signal);

/* Has a waiter asked? One relaxed atomic read. */
bool bko__gil_should_yield(const bko__gil *gil);
/* Hands the lock over if a waiter has asked, and returns when it is the caller's turn again. Holder
 * only. */
void bko__gil_yield(bko__gil *gil);

/* --- the gil of this thread ----------------------------------------------------------------------- */

/* Binds this thread to the gil that the functions below use; NULL for none. Borrowed: unbind before
 * you free the gil. Does not enter. */
void bko__gil_bind(bko__gil *gil);
/* NULL if the thread is not bound to one. */
bko__gil *bko__gil_bound(void);

/* Call these around everything that blocks (sockets, files, sleep) and does not touch a lua_State:
 * other threads may run meanwhile. Pairs may be nested; only the outermost counts. errno is kept.
 * Without a gil they do nothing. */
void bko__blocking_begin(void);
void bko__blocking_end(void);

/* Call this between two slices of a long computation: it yields if a waiter has asked. Without a
 * gil it does nothing. */
void bko__gil_breathe(void);

#endif

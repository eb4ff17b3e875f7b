/*
 * What a bko_loop can wait for besides transfers: timers, files and descriptors.
 *
 * A loop is alive while a transfer is in flight or queued, a timer runs, a file is being read, or a
 * descriptor is watched. bko_loop_run returns when the loop is no longer alive.
 *
 * Threads: all calls and callbacks belong to the loop's thread, as for bko_loop. Callbacks may call
 * everything here and in fetch.h except bko_loop_run and bko_loop_free.
 */
#ifndef BAKEOFF_LOOP_H
#define BAKEOFF_LOOP_H

#include <stddef.h>
#include <stdint.h>

#include "bakeoff/export.h"
#include "bakeoff/fetch.h"

/* --- timers ------------------------------------------------------------------------------------------ */

/* The caller provides a timer's memory, usually inside a struct of its own: zero it, then set
 * `fire`. It must not move while it runs. All timers of a loop share one system timer, so thousands
 * are cheap. */
typedef struct bko_timer {
    /* called once; by then the timer has stopped and may be started again */
    void (*fire)(struct bko_timer *timer);
    size_t slot; /* used by the loop; 0: not running */
} bko_timer;

/* Fires at `due_ns` (bko_clock_now_ns) or up to a millisecond later, never earlier. Timers fire in
 * the order of their times; those with the same time fire in the order they were started. Starting
 * a running timer sets it to the new time. BKO_ENOMEM. */
BKO_API int bko_loop_timer_start(bko_loop *loop, bko_timer *timer, int64_t due_ns);
/* Harmless if the timer is not running. bko_loop_free stops all timers. */
BKO_API void bko_loop_timer_stop(bko_loop *loop, bko_timer *timer);

/* --- files -------------------------------------------------------------------------------------------- */

typedef struct bko_read bko_read;

/* A file's contents, or the reason it could not be read. Borrowed for the call. */
typedef struct bko_file {
    int error;        /* 0, BKO_ESYS, BKO_EINVAL (not a regular file), BKO_ETOOLARGE, BKO_ENOMEM */
    int system_error; /* errno with BKO_ESYS */
    const void *data;
    size_t size;
} bko_file;
typedef void bko_read_done(void *user, const bko_file *file);

/* Reads the whole file on libuv's thread pool; `path` is copied. max_bytes 0: 64 MiB. *out (may be
 * NULL) is borrowed until `done`. BKO_ENOMEM. */
BKO_API int bko_loop_read(bko_loop *loop, const char *path, size_t max_bytes, bko_read_done *done,
                          void *user, bko_read **out);
/* Ends the read without calling its callback. */
BKO_API void bko_read_drop(bko_read *read);

/* --- descriptors ---------------------------------------------------------------------------------------- */

typedef struct bko_watch bko_watch;
typedef void bko_watch_ready(void *user);

/* Calls `ready` in every turn of the loop in which `fd` is readable or has failed, until
 * bko_watch_free. `fd` is borrowed for the call: the loop watches a copy. *out is returned owned.
 * BKO_ENOMEM, BKO_ESYS (the descriptor cannot be watched: see errno; EPERM for files). */
BKO_API int bko_loop_watch(bko_loop *loop, int fd, bko_watch_ready *ready, void *user,
                           bko_watch **out);
/* Call it before bko_loop_free. NULL is allowed. */
BKO_API void bko_watch_free(bko_watch *watch);

#endif

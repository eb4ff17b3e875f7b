/*
 * What a bko_loop can wait for beside transfers: the clock, files, descriptors.
 *
 * A loop is alive while a transfer is in flight or queued, a timer runs, a file is being read, or a descriptor is
 * watched. bko_loop_run returns when it no longer is.
 *
 * Threads: as for bko_loop, all calls and callbacks belong to the loop's thread. Callbacks may call
 * everything here and in fetch.h but bko_loop_run and bko_loop_free.
 */
#ifndef BAKEOFF_LOOP_H
#define BAKEOFF_LOOP_H

#include <stddef.h>
#include <stdint.h>

#include "bakeoff/export.h"
#include "bakeoff/fetch.h"

/* --- timers ------------------------------------------------------------------------------------------ */

/* A timer is the caller's memory, part of a struct of its own: zero it, set `fire`. It must stay where it
 * is while it runs. Ten thousand of them cost one timer of the system. */
typedef struct bko_timer {
    /* called once; the timer has ended and may be started again */
    void (*fire)(struct bko_timer *timer);
    size_t slot; /* the loop's; 0: doesn't run */
} bko_timer;

/* Fires at `due_ns` of bko_clock_now_ns or up to a millisecond later, never before; timers fire in the
 * order of their times, those of the same time in the order of their start. A running one is set
 * anew. BKO_ENOMEM. */
BKO_API int bko_loop_timer_start(bko_loop *loop, bko_timer *timer, int64_t due_ns);
/* Harmless where it doesn't run. bko_loop_free stops all. */
BKO_API void bko_loop_timer_stop(bko_loop *loop, bko_timer *timer);

/* --- files -------------------------------------------------------------------------------------------- */

typedef struct bko_read bko_read;

/* A file that was read to its end, or why not. Borrowed for the call. */
typedef struct bko_file {
    int error;        /* 0, BKO_ESYS, BKO_EINVAL (no regular file), BKO_ETOOLARGE, BKO_ENOMEM */
    int system_error; /* errno with BKO_ESYS */
    const void *data;
    size_t size;
} bko_file;
typedef void bko_read_done(void *user, const bko_file *file);

/* Reads the whole file through libuv's file system, on its threads; `path` is copied. max_bytes 0: 64 MiB.
 * *out (may be NULL) is borrowed until `done`. BKO_ENOMEM. */
BKO_API int bko_loop_read(bko_loop *loop, const char *path, size_t max_bytes, bko_read_done *done,
                          void *user, bko_read **out);
/* Ends it without its callback. */
BKO_API void bko_read_drop(bko_read *read);

/* --- descriptors ---------------------------------------------------------------------------------------- */

typedef struct bko_watch bko_watch;
typedef void bko_watch_ready(void *user);

/* Calls `ready` in every turn in which `fd` (borrowed for the call: a copy is watched) is readable or broken,
 * until bko_watch_free. *out is returned owned. BKO_ENOMEM, BKO_ESYS (errno: the descriptor cannot be
 * watched; EPERM for files). */
BKO_API int bko_loop_watch(bko_loop *loop, int fd, bko_watch_ready *ready, void *user,
                           bko_watch **out);
/* Before bko_loop_free. NULL is allowed. */
BKO_API void bko_watch_free(bko_watch *watch);

#endif

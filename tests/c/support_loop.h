/* Loops for tests, and many fetches on one loop with notes on how each ended. */
#ifndef SUPPORT_LOOP_H
#define SUPPORT_LOOP_H

#include <stdint.h>

#include "bakeoff/fetch.h"
#include "bakeoff/loop.h"

/* No proxy, bodies kept. */
extern const bko_fetch_options loop_plain;

/* Notes on all fetches of one test. */
typedef struct loop_notes {
    bko_loop *loop;
    unsigned in_flight, in_flight_peak;
    unsigned started, done;
    unsigned connections;
    unsigned slots; /* slots of the loop */
} loop_notes;

typedef struct loop_job {
    loop_notes *all;
    unsigned number, times_done;
    unsigned started_as; /* how many had started before it */
    int error;
    int http_status;
    uint64_t bytes;
} loop_job;

/* Callbacks of bko_loop_fetch; user: a loop_job. */
void loop_on_started(void *user, unsigned slot);
void loop_on_done(void *user, const bko_response *response);

/* Creates a loop; fails the test when it can't. */
bko_loop *loop_create(const bko_fetch_options *fetch, unsigned in_flight, void *uv);
/* The same for loop_plain; the loop makes its handles when it needs them. */
bko_loop *loop_create_lazy(unsigned in_flight, void *uv);

/* Fetches all URLs on a loop of its own. Returns the jobs owned. */
loop_job *loop_run_all(loop_notes *all, const bko_fetch_options *fetch, unsigned in_flight,
                       const char *const *urls, unsigned count);

#endif

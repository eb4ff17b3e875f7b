/* Loops for tests, and many fetches on one of them with notes of what became of each. */
#ifndef SUPPORT_LOOP_H
#define SUPPORT_LOOP_H

#include <stdint.h>

#include "bakeoff/fetch.h"
#include "bakeoff/loop.h"

/* No proxy, bodies kept. */
extern const bko_fetch_options loop_plain;

/* What became of the fetches of one test. */
typedef struct loop_notes {
    bko_loop *loop;
    unsigned in_flight, in_flight_peak;
    unsigned started, done;
    unsigned connections;
    unsigned slots; /* of the loop */
} loop_notes;

typedef struct loop_job {
    loop_notes *all;
    unsigned number, times_done;
    unsigned started_as; /* how many had started before */
    int error;
    int http_status;
    uint64_t bytes;
} loop_job;

/* Callbacks of bko_loop_fetch; user: a loop_job. */
void loop_on_started(void *user, unsigned slot);
void loop_on_done(void *user, const bko_response *response);

/* A loop; fails the test when there is none. */
bko_loop *loop_create(const bko_fetch_options *fetch, unsigned in_flight, void *uv);
/* One that makes its handles when they are needed, for loop_plain. */
bko_loop *loop_create_lazy(unsigned in_flight, void *uv);

/* Runs all URLs on a loop of its own. The jobs are returned owned. */
loop_job *loop_run_all(loop_notes *all, const bko_fetch_options *fetch, unsigned in_flight,
                       const char *const *urls, unsigned count);

#endif

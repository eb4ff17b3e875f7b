/* Native contenders under test: all run the same jobs, with a hook that counts in shared memory. */
#ifndef SUPPORT_CONTENDER_H
#define SUPPORT_CONTENDER_H

#include <stdatomic.h>
#include <stddef.h>

#include "bakeoff/contender.h"

enum { CONTENDER_JOBS = 60, CONTENDERS_AT_ONCE = 4 };

/* The thread sanitizer runs a thread of its own, so forking is refused: processes, the last model,
 * are left out. */
#ifdef __SANITIZE_THREAD__
enum { CONTENDER_MODELS = 3 };
#else
enum { CONTENDER_MODELS = 4 };
#endif

typedef struct contender_model {
    const char *name;
    unsigned workers;
} contender_model;

extern const contender_model contender_models[4];
extern const bko_fetch_options contender_fetch;

/* Shared with worker processes; each test gets a fresh one. */
typedef struct contender_shared {
    _Atomic unsigned opened, closed, called;
    _Atomic unsigned calls_of[CONTENDER_JOBS]; /* by the number at the end of the URL */
    int failing_open, failing_job;             /* -1: none */
} contender_shared;

extern contender_shared *contender_board;
/* Counts on the board and fails when the board says so. */
extern const bko_process_hook contender_hook;
extern bko_schedule
    contender_schedule; /* for the test's next runs; a test begins with closed loops */
extern bko_recorder *contender_recorder; /* of the current run */
extern int contender_descriptors;        /* how many must be open when the test ends */

/* One run: setup, work, teardown of contender_models[model]. contender_run_end frees its recorder.
 * */
bko_totals contender_run(size_t model, bko_jobs jobs);
void contender_run_end(void);

int contender_begin_all(void **state); /* cmocka, for the group */
int contender_begin(void **state);     /* cmocka: makes a fresh board */
int contender_end(void **state);       /* … fails if a child or descriptor is left */

#define clean(test) cmocka_unit_test_setup_teardown(test, contender_begin, contender_end)

#endif

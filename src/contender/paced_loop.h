/*
 * Slots on a loop, each for one job in flight. Jobs are handed out to them at the pace of the
 * recorder's schedule. A closed loop costs nothing here; an open loop has a timer on the loop.
 *
 * Threads: the loop's.
 */
#ifndef BAKEOFF_CONTENDER_PACED_LOOP_H
#define BAKEOFF_CONTENDER_PACED_LOOP_H

#include "bakeoff/loop.h"
#include "contender/pace.h"

typedef struct bko__paced_loop {
    /* set by the owner before open */
    const bko_jobs *jobs;
    bko_loop *loop;
    /* Starts `job` in slot `slot` (from 0); a negative return value ends the whole run. */
    int (*start)(void *user, unsigned slot, size_t job);
    void *user;

    bko__pace pace;
    bko_watch *watch; /* owned; NULL: closed loop */
    unsigned *free;   /* owned: free slots; the most recently freed is used first */
    unsigned free_count;
    int error; /* from the first start that failed */
} bko__paced_loop;

/* BKO_ENOMEM */
int bko__paced_loop_open(bko__paced_loop *self, unsigned slots);
void bko__paced_loop_close(bko__paced_loop *self);

/* Submits the jobs and starts the first of them. */
int bko__paced_loop_begin(bko__paced_loop *self);
/* The job in `slot` has ended: gives the slot the next job. */
void bko__paced_loop_ended(bko__paced_loop *self, unsigned slot);

#endif

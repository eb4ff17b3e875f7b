/*
 * Decides which job starts next, and when. In a closed loop, the next one starts at once. In an
 * open loop, jobs arrive on a schedule (bakeoff/recorder.h) and wait in a queue for a free slot. A
 * job that finds the queue full is dropped, and so are jobs that have not started when the time
 * limit for starting has passed.
 *
 * Threads: the one thread that hands out jobs.
 */
#ifndef BAKEOFF_CONTENDER_PACE_H
#define BAKEOFF_CONTENDER_PACE_H

#include <stdbool.h>

#include "bakeoff/contender.h"

typedef struct bko__pace {
    bko_recorder *recorder; /* borrowed */
    size_t count;
    size_t next;      /* the first job that has not been handed out */
    size_t arrived;   /* open loop: how many have arrived */
    size_t waiting;   /* how many of these are neither handed out nor dropped */
    int timer;        /* a descriptor; -1: none */
    int64_t timer_ns; /* the time it is set to; 0: off */
} bko__pace;

/* Call it once the jobs have been submitted. */
void bko__pace_begin(bko__pace *pace, const bko_jobs *jobs);

/* Are all jobs handed out? */
bool bko__pace_is_done(const bko__pace *pace);

/* Hands out the job that should start now. If no slot was free until now, call admit first: jobs
 * that arrived meanwhile then queue or are dropped. */
bool bko__pace_take(bko__pace *pace, size_t *job);
void bko__pace_admit(bko__pace *pace);

/* When take returns no job: the time at which it may have one again, at the next arrival or when
 * the time limit for starting passes. */
int64_t bko__pace_due_ns(const bko__pace *pace);

/* Drops the remaining jobs; they will not start. */
void bko__pace_drop_rest(bko__pace *pace);

/* Sets this thread's timer slack, so that its sleeps end on time; otherwise the kernel may batch
 * them. For paced trials. Returns the previous value, which can be passed to this function
 * again. */
enum { BKO__SHARP_NS = 1 };
int bko__pace_sharpen(int slack_ns);
/* Sleeps until `until_ns`. */
void bko__pace_sleep(int64_t until_ns);

/* A descriptor that becomes readable when a job is due. Loops need it because their own timers only
 * have millisecond resolution. Open it, set it on or off after each take, close it. BKO_ESYS. */
int bko__pace_open_timer(bko__pace *pace);
void bko__pace_set_timer(bko__pace *pace, bool on);
void bko__pace_close_timer(bko__pace *pace);

#endif

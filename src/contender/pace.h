/*
 * Which job starts next, and when. In a closed loop: the next one, at once. In an open loop jobs arrive at
 * times of their own (bakeoff/recorder.h) and wait in a queue for a free slot; one that finds it full
 * is dropped, and so is what hasn't started when the time for starting is over.
 *
 * Threads: the one thread that hands out the jobs.
 */
#ifndef BAKEOFF_CONTENDER_PACE_H
#define BAKEOFF_CONTENDER_PACE_H

#include <stdbool.h>

#include "bakeoff/contender.h"

typedef struct bko__pace {
    bko_recorder *recorder; /* borrowed */
    size_t count;
    size_t next;      /* the first job that has not been handed out */
    size_t arrived;   /* open loop: as many have come */
    size_t waiting;   /* of these, neither handed out nor dropped */
    int timer;        /* a descriptor; -1: none */
    int64_t timer_ns; /* set for then; 0: off */
} bko__pace;

/* The jobs have been submitted. */
void bko__pace_begin(bko__pace *pace, const bko_jobs *jobs);

/* Is there no job left to hand out? */
bool bko__pace_is_done(const bko__pace *pace);

/* Hands out the job that is to start now. Where the last slot had not been free until now, admit first:
 * who came meanwhile waits or is dropped. */
bool bko__pace_take(bko__pace *pace, size_t *job);
void bko__pace_admit(bko__pace *pace);

/* When take may have a job, if it has none now: at the next arrival, or when starting is over. */
int64_t bko__pace_due_ns(const bko__pace *pace);

/* What is left will not start. */
void bko__pace_drop_rest(bko__pace *pace);

/* Lets sleeps of this thread end on time: the kernel may gather them otherwise. For paced trials; returns
 * what it was, for the same function. */
enum { BKO__SHARP_NS = 1 };
int bko__pace_sharpen(int slack_ns);
/* Sleeps until then. */
void bko__pace_sleep(int64_t until_ns);

/* A descriptor that is readable when a job is due, for loops, whose own timers know whole milliseconds
 * only. Open it, set it on or off after each take, close it. BKO_ESYS. */
int bko__pace_open_timer(bko__pace *pace);
void bko__pace_set_timer(bko__pace *pace, bool on);
void bko__pace_close_timer(bko__pace *pace);

#endif

/*
 * The sampler's parts: sampler.c (schedule and results), sample.c (which readings a sample takes,
 * and what they say of the footprint). Trials of programs tell it what the guardian knows at the end.
 */
#ifndef BAKEOFF_PROBE_SAMPLER_PARTS_H
#define BAKEOFF_PROBE_SAMPLER_PARTS_H

#include "bakeoff/sampler.h"
#include "probe/bracket.h"
#include "probe/budget.h"
#include "probe/processes.h"
#include "probe/record.h"

/* When to read the tree because page faults show that its footprint may have grown. */
typedef struct bko__alert {
    int64_t after_ns; /* not before this time */
    int64_t apart;    /* time between two such readings, as a multiple of their cost; doubles while
                         they find nothing */
    int unsettled;    /* readings of RSS since the tree began to change */
} bko__alert;

struct bko_sampler {             /* one thread, the owner's */
    bko_sampler_options options; /* const after create, except that every_ns may double */
    bko__processes processes;
    bko__record record;
    bko__budget budget;
    bko__bracket bracket;
    bko__change since; /* the last complete reading, at the last reading of RSS */
    bko__alert alert;
    bko_sampler_result result;
    int64_t start_ns; /* time of the first call; -1 before */
    int64_t due_ns;
    int listings;
    int is_finished;      /* the kernel's own peaks have been read */
    int64_t outside_then; /* the machine's shared memory at the first listing; -1: not known */
};

/* Takes a sample, a complete one if it is demanded or affordable. Returns 1 or BKO_EGONE. */
int bko__sampler_take(bko_sampler *sampler, int64_t now_ns, int phase, int demanded);

/*
 * The tree has ended, and its processes had so many page faults in total: those since the last
 * sample raise the upper bound of the footprint's peak. No further samples may follow.
 */
void bko__sampler_end(bko_sampler *sampler, int64_t faults);

#endif

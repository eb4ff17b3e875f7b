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
    int64_t unsettled_ns; /* the time of the first of them */
} bko__alert;

/* A tick reads what the budget pays for. A look lists the tree and reads RSS in any case; a full
 * sample is also complete. */
typedef enum bko__demand { BKO__TICK, BKO__LOOK, BKO__FULL } bko__demand;

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
    int64_t read_ns;        /* time of the last complete reading for which nobody had to wait */
    int outside_file;       /* owned; the machine's shared memory, read in it; -1: not open */
    int64_t outside_due_ns; /* when to read the machine's shared memory again */
    int unlisted;           /* samples since the tree was last listed */
    int is_finished;        /* the kernel's own peaks have been read */
    int had_children;       /* known from its end, see bko__ending */
    int64_t outside_then;   /* the machine's shared memory before that of the tree counts, */
    int64_t mapped_then;    /* and the file pages of the tree at that time; -1: not known yet */
};

/* Takes a sample. It is complete if that is demanded, or affordable and worth its cost. Returns 1 or
 * BKO_EGONE. */
int bko__sampler_take(bko_sampler *sampler, int64_t now_ns, int phase, bko__demand demand);

/* Lists the tree and samples it although no tick is due. Returns 1 or BKO_EGONE. */
int bko__sampler_look(bko_sampler *sampler, int64_t now_ns, int phase);

/* What is known once a tree has ended. */
typedef struct bko__ending {
    int64_t faults;   /* page faults of all its processes: those since the last sample raise the
                         upper bound of the footprint's peak */
    int had_children; /* the root was not its only process, even if no sample saw another one */
    int is_unreaped;  /* the kernel has reaped some itself: there may have been more faults */
} bko__ending;

/* The tree has ended. No further samples may follow. */
void bko__sampler_end(bko_sampler *sampler, const bko__ending *ending);

#endif

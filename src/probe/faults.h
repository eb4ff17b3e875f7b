/*
 * Page faults of a tree: those of the processes that a sampler knows, and of children that somebody
 * has waited for. See probe/processes.h.
 *
 * Owner: the sampler; only its thread uses this.
 */
#ifndef BAKEOFF_PROBE_FAULTS_H
#define BAKEOFF_PROBE_FAULTS_H

#include "probe/processes.h"

/* What one reading of all processes adds. */
typedef struct bko__tally {
    int64_t own;      /* faults of known processes */
    int64_t reaped;   /* faults of children that somebody has waited for */
    int64_t gone;     /* part of both of them until now, of processes that are gone */
    bko__change late; /* of processes that were not known before, and their pages */
} bko__tally;

/* Counts faults since they were last read: at first, all since the process was created. A process
 * that is gone becomes BKO__GONE. */
void bko__faults_read(bko__processes *set, struct bko__process *process, bko__tally *found);

/* The same for the children that the adopter has waited for, if it has run or `all` isn't zero. */
void bko__faults_read_adopted(bko__fault_count *faults, bko__tally *found, int all);

/*
 * How many bytes so many late faults can have brought beyond a page each: RSS shows huge pages only of
 * processes that somebody has seen. The kernel counts them for the whole machine, so this is an upper
 * bound, of all that came since the last call.
 */
int64_t bko__faults_huge_bytes(bko__fault_count *faults, int64_t late);

/* All processes have been read: adds what was found to the counts, and to `usage` as bytes. */
void bko__faults_count(bko__fault_count *faults, bko__tally *found, bko__usage *usage);

#endif

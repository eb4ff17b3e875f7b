/*
 * The processes of a tree that a sampler knows, with their statm files kept open.
 *
 * A process stays known until it ends, even if its parent has ended and it is no longer a
 * descendant of the root. An open statm refers to its process forever, so PID reuse is harmless.
 * Nothing allocates after create.
 *
 * Owner: the sampler; only its thread uses this.
 */
#ifndef BAKEOFF_PROBE_PROCESSES_H
#define BAKEOFF_PROBE_PROCESSES_H

#include <stdint.h>

#include "bakeoff/memory.h"
#include "probe/region.h"

/* Bytes of one process. */
typedef struct bko__pages {
    int64_t rss;       /* -1: not read */
    int64_t anonymous; /* part of rss: anonymous pages */
    int64_t file;      /* part of rss: the rest */
} bko__pages;

struct bko__process {
    pid_t pid;
    /* owned; -1 if no descriptor was left: the file is then opened for each reading */
    int statm;
    bko__pages now;  /* at the last reading of RSS */
    bko__pages then; /* at the last complete reading */
    int64_t cpu_ns;  /* CPU time used until the last reading */
};

typedef struct bko__processes {
    bko__region region;
    struct bko__process *items; /* in the region, BKO_TREE_MAX */
    size_t count;
    pid_t *listed;     /* in the region, BKO_TREE_MAX: results of the last listing */
    int64_t footprint; /* at the last complete reading; 0 before the first */
    /* upper bound for the part of it that belonged to processes that have ended since */
    int64_t ended;
    int64_t ended_cpu_ns; /* CPU time of known processes that have ended */
} bko__processes;

/* The totals of one reading of all processes. */
typedef struct bko__usage {
    int64_t rss;     /* summed */
    int64_t largest; /* the largest RSS of a single process */
    int64_t cpu_ns;  /* of live and ended processes */
} bko__usage;

/* Initially knows only `root`. BKO_ENOMEM. */
int bko__processes_create(bko__processes *set, pid_t root);
void bko__processes_release(bko__processes *set);

/* Adds processes that are new in the tree below `root`. */
void bko__processes_list(bko__processes *set, pid_t root);

/* Reads RSS and CPU time of each process. Removes processes that have ended, but keeps their CPU
 * time. */
void bko__processes_usage(bko__processes *set, bko__usage *usage);

/* Reads the complete memory of each process that is still alive. */
void bko__processes_memory(bko__processes *set, bko_memory_tree *memory);

/*
 * A lower bound for the footprint, from the last complete reading and the last reading of RSS. An
 * anonymous page that a process has gained since is its own, or shared with processes it has forked
 * since, which therefore don't count. Pages that a process has released, or had when it ended, are
 * subtracted as if no other process had them.
 */
int64_t bko__processes_least(const bko__processes *set);

/* The peak RSS of any of them. BKO_EGONE if none is alive. */
int bko__processes_peak(const bko__processes *set, int64_t *bytes);

#endif

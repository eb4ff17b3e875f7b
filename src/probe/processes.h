/*
 * The processes of a tree that a sampler knows, with their statm files kept open.
 *
 * A process stays known until it ends, even when its parent ended and it is no descendant of the
 * root any more. An open statm belongs to its process for good: a number used again by another
 * process can't be mistaken for it. Nothing allocates after create.
 *
 * Owner: the sampler, whose thread alone uses it.
 */
#ifndef BAKEOFF_PROBE_PROCESSES_H
#define BAKEOFF_PROBE_PROCESSES_H

#include <stdint.h>

#include "bakeoff/memory.h"
#include "probe/region.h"

/* Bytes of one process. */
typedef struct bko__pages {
    int64_t rss;       /* -1: not read */
    int64_t anonymous; /* of rss: of no file */
    int64_t file;      /* of rss: the rest */
} bko__pages;

struct bko__process {
    pid_t pid;
    int statm;       /* owned; -1 when no descriptor was left: then it is opened for each reading */
    bko__pages now;  /* at the last reading of RSS */
    bko__pages then; /* at the last complete reading */
    int64_t cpu_ns;  /* used until the last reading */
};

typedef struct bko__processes {
    bko__region region;
    struct bko__process *items; /* in the region, BKO_TREE_MAX */
    size_t count;
    pid_t *listed;        /* in the region, BKO_TREE_MAX: what the last listing found */
    int64_t footprint;    /* at the last complete reading; 0 before */
    int64_t ended;        /* of it, at most: what those had that have ended since */
    int64_t ended_cpu_ns; /* of those that were known and have ended */
} bko__processes;

/* What one reading of all processes came to. */
typedef struct bko__usage {
    int64_t rss;     /* summed */
    int64_t largest; /* RSS of any one of them */
    int64_t cpu_ns;  /* of those that live and those that have ended */
} bko__usage;

/* Knows `root` alone. BKO_ENOMEM. */
int bko__processes_create(bko__processes *set, pid_t root);
void bko__processes_release(bko__processes *set);

/* Adds what has come to the tree below `root`. */
void bko__processes_list(bko__processes *set, pid_t root);

/* RSS and CPU time of each. Forgets those that ended, but not what they had used. */
void bko__processes_usage(bko__processes *set, bko__usage *usage);

/* All of it, for each that still lives. */
void bko__processes_memory(bko__processes *set, bko_memory_tree *memory);

/*
 * What the footprint must be at least, by the last complete reading and the last one of RSS. A page of no file that
 * a process has got since is its own, or shared with processes that it forked since, which therefore don't
 * count. What a process has given back, or had when it ended, is taken off as if nobody else had it.
 */
int64_t bko__processes_least(const bko__processes *set);

/* The largest RSS that any of them has ever had. BKO_EGONE when none lives. */
int bko__processes_peak(const bko__processes *set, int64_t *bytes);

#endif

/*
 * The sampler: memory of a process tree over time, read from outside at a bounded cost.
 *
 * It has no thread and no timer: its owner's loop calls it. Every tick reads RSS. The footprint of a
 * process that is alone is its RSS. For several processes, reading PSS, USS and footprint costs
 * more, and so does listing the tree. So that happens only as often as the `budget` (a share of the
 * elapsed time, wake-ups included) allows, whenever the owner demands it (bko_sampler_full, at phase
 * boundaries), and, for once the budget again, when page faults show that the footprint may have
 * grown beyond its known peak. If reading RSS at every tick would exceed the budget, as with dozens
 * of processes, ticks are skipped.
 *
 * Samples live outside the heap, in pages that are touched as they fill and that a fork doesn't
 * inherit. So the bench's samples never show up in the memory of a later trial.
 *
 * Threads: one thread, the owner's, makes all calls.
 */
#ifndef BAKEOFF_SAMPLER_H
#define BAKEOFF_SAMPLER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bakeoff/export.h"

typedef struct bko_sampler bko_sampler;

typedef struct bko_sampler_options {
    pid_t root;         /* the root process of the tree */
    int64_t every_ns;   /* time between samples; 0: 10 ms */
    double budget;      /* CPU time of sampling / elapsed time, 0 … 1; 0: 0.01 */
    size_t max_samples; /* most samples kept, at least 16; 0: 200,000 */
    int root_only;      /* non-zero: never look for descendants */
    /* the process that inherits orphans of the tree (a subreaper): its other children belong to the
     * tree, too; 0: none */
    pid_t adopter;
    const pid_t *strangers; /* borrowed until free: children of the adopter that don't */
    size_t stranger_count;
    /* non-zero: the tree runs on while a sample is demanded. Then a process that is alone is never
     * stopped for one, and RSS and listing don't wait until time has paid for demanded samples */
    int runs_on;
    /* bytes: shared memory of the whole machine before the tree began; 0: not known, and what the
     * tree has added by its first sample doesn't count as outside of it */
    int64_t shared_before;
} bko_sampler_options;

typedef struct bko_memory_sample {
    int64_t time_ns; /* as passed to the call */
    int phase;       /* as passed to the call; the sampler doesn't interpret it */
    int processes;   /* how many were read */
    int64_t rss;     /* bytes, summed; never below the footprint */
    int64_t pss;     /* -1 if not read; the same holds for uss and footprint */
    int64_t uss;
    int64_t footprint;    /* at least: what changed during the reading is taken off */
    int64_t cpu_ns;       /* CPU time used so far by all processes ever read; see below */
    size_t first_holding; /* its place among the holdings; see bko_sampler_holdings */
    size_t holdings;      /* how many there are; 0: not known */
} bko_memory_sample;

/*
 * CPU time is read together with RSS and never decreases: a process that has ended still counts
 * with the value of its last reading. CPU time used after that reading is missed, and so are
 * processes that start and end between two listings of the tree.
 */

enum { BKO_PROCESS_NAME = 16, BKO_PROCESSES_MOST = 4096 };

/* One process that a sampler has known, dead or alive. */
typedef struct bko_sampled_process {
    pid_t pid;
    char name[BKO_PROCESS_NAME]; /* what the kernel calls it, cut off there: its program's name */
    int64_t peak;                /* bytes: the most that it held in any sample */
} bko_sampled_process;

/* What a process holds of a sample's footprint: its private pages, and its part of the shared ones
 * (src/probe/README.md). */
typedef struct bko_holding {
    size_t process; /* index among the processes; BKO_PROCESSES_MOST: one of those beyond them */
    int64_t bytes;
} bko_holding;

/* Sizes are bytes; -1 if nothing was read. */
typedef struct bko_sampler_result {
    int64_t footprint_peak;      /* seen: at least this */
    int64_t footprint_peak_high; /* possible: at most this; src/probe/README.md says why */
    int64_t footprint_baseline;  /* from the first complete sample */
    int64_t pss_peak;
    int64_t uss_peak;
    int64_t rss_peak; /* never below footprint_peak */
    int processes_peak;
    /* the kernel reaps children of the tree itself, because their parent ignores SIGCHLD: nobody
     * knows all of their CPU time and page faults */
    int is_unreaped;
    /* page faults were not all counted, so the peak has no upper bound: footprint_peak_high is then
     * all of the machine's memory */
    int is_high_unknown;
    int was_alone;        /* never more than one process, seen or unseen */
    int unreadable_peak;  /* processes whose shared part was not readable (of another user) */
    int64_t outside_peak; /* bytes of memfd and tmpfs files that no process of the tree maps: by how
                             much the machine's shared memory grew beyond what the tree maps */
    int64_t samples;      /* taken; fewer are kept once a long run has been thinned out */
    int64_t full_samples; /* how many of them have a footprint */
    int64_t skipped;  /* ticks skipped because reading RSS alone would have exceeded the budget */
    int64_t every_ns; /* current time between samples; it doubles at each thinning */
    int64_t probe_ns; /* wall time spent in the sampler */
    int64_t probe_cpu_ns;    /* CPU time spent in it; bounded by the budget, wake-ups excluded */
    int64_t demanded_cpu_ns; /* part of it for demanded samples, while the owner paused the tree */
    int64_t cpu_ns;          /* CPU time of the tree up to the last sample */
} bko_sampler_result;

/* *out is returned owned. Reads nothing yet: the first tick takes the first sample. BKO_EINVAL,
 * BKO_ENOMEM. */
BKO_API int bko_sampler_create(bko_sampler **out, const bko_sampler_options *options);

/* A further process that belongs to what is sampled, and, unless `root_only`, all below it. What two
 * trees share is counted once, a process in both of them, too. Does nothing for one that is known.
 * BKO_EINVAL, BKO_EGONE (there is no such process), BKO_ETOOLARGE (no room for another one). */
BKO_API int bko_sampler_add(bko_sampler *sampler, pid_t pid);

/*
 * Call it every `every_ns` or more often; `now_ns` is CLOCK_MONOTONIC and must not go back. Returns
 * 1 if a sample was taken, 0 if none was due or within the budget, BKO_EGONE if no process of the
 * tree is alive any more.
 */
BKO_API int bko_sampler_tick(bko_sampler *sampler, int64_t now_ns, int phase);

/* Lists the tree again and takes a complete sample, whatever it costs. Returns 1 or BKO_EGONE. */
BKO_API int bko_sampler_full(bko_sampler *sampler, int64_t now_ns, int phase);

/* Is any process of the tree that was seen still alive? Costs as much as reading the RSS of one
 * process and takes no sample, so it may be called when no tick is due: an owner that waits for the
 * end of the tree would otherwise learn of it only at the next sample, which may be far off. */
BKO_API int bko_sampler_is_alive(const bko_sampler *sampler);

/* When the next tick is due (CLOCK_MONOTONIC, ns), to limit the owner's poll. 0 before the first
 * call. */
BKO_API int64_t bko_sampler_due_ns(const bko_sampler *sampler);

/*
 * Raises the footprint's peak to the peak RSS (VmHWM) of any process known now, so that a short
 * peak between two samples isn't lost. Call it while the root is still alive, and only if its whole
 * lifetime counts. BKO_EGONE if no process is alive any more: the peak stays as sampled.
 */
BKO_API int bko_sampler_finish(bko_sampler *sampler);

/* Copies the results so far. */
BKO_API void bko_sampler_read(const bko_sampler *sampler, bko_sampler_result *result);

/* The samples in order of time; borrowed until the next call that takes a sample, or free. */
BKO_API const bko_memory_sample *bko_sampler_samples(const bko_sampler *sampler, size_t *count);

/* All processes that were ever sampled, in the order in which they were found, the root first; the
 * first BKO_PROCESSES_MOST of them. Borrowed until free. */
BKO_API const bko_sampled_process *bko_sampler_processes(const bko_sampler *sampler, size_t *count);

/* What each process held of the footprint of one of the samples above; the sum is the footprint.
 * None if the sample has no footprint, or if a long run was thinned out. Borrowed as the samples. */
BKO_API const bko_holding *bko_sampler_holdings(const bko_sampler *sampler,
                                                const bko_memory_sample *sample, size_t *count);

/* NULL is allowed. */
BKO_API void bko_sampler_free(bko_sampler *sampler);

#endif

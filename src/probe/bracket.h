/*
 * The bracket of a footprint's peak: what it can have been at most.
 *
 * Between two complete readings nobody knows how many pages a tree of several processes shares. But
 * a page that no process of the tree had before comes with a page fault, and so does the copy of a
 * shared page. So at any moment between two readings
 *
 *    footprint ≤ footprint at the first reading + pages gained since then
 *    footprint ≤ footprint at the second reading + pages lost until then + pages that came and went
 *    footprint ≤ sum of RSS
 *
 * Pages gained: file pages by which RSS has grown, plus the larger of the anonymous ones and the
 * page faults. Faults know copies on write, which leave RSS as it is; RSS knows huge pages, many of
 * which one fault brings. Only a process that gets huge pages and copies shared ones in the same
 * interval can exceed the sum.
 *
 * A process that starts and ends between two listings is noticed only by its faults, after its end.
 * It may have been there at any time since the last listing, so it raises all bounds since then.
 *
 * Pure arithmetic. Owner: the sampler; only its thread uses this.
 */
#ifndef BAKEOFF_PROBE_BRACKET_H
#define BAKEOFF_PROBE_BRACKET_H

#include <stdint.h>

/* What has changed in a tree since some reading, in bytes. */
typedef struct bko__change {
    int64_t anonymous; /* gained, over all processes */
    int64_t file;      /* the same for file pages, shared memory included */
    int64_t faulted;   /* one page for each page fault; -1: not counted */
    int64_t lost;      /* by which RSS of processes has shrunk, those that ended included */
    int64_t late; /* how much of the growth became known only now: it was there at some time since
                     the tree was last listed */
} bko__change;

typedef struct bko__bracket { /* all zero before the first reading */
    int64_t base;             /* at most at the last complete reading */
    int64_t closed;           /* upper bound of the peak until then */
    int64_t open;             /* upper bound of the peak since then */
    int64_t recent_closed;    /* both, but since the tree was last listed */
    int64_t recent_open;
    int64_t rss; /* summed, at the last reading of RSS */
} bko__bracket;

/* How many bytes the tree can have gained at most. */
int64_t bko__bracket_growth(const bko__change *change);

/*
 * RSS has been read: `rss` is its sum, `since` the change since the last complete reading and
 * `step` the one since the last reading of RSS. Returns how large the footprint can be now.
 */
int64_t bko__bracket_extend(bko__bracket *bracket, int64_t rss, const bko__change *since,
                            const bko__change *step);

/* The tree has been read completely: the footprint is at most `most` now. `since`: the change since
 * the complete reading before. */
void bko__bracket_close(bko__bracket *bracket, int64_t most, const bko__change *since);

/* All processes that there were at the last reading of RSS are known. */
void bko__bracket_list(bko__bracket *bracket);

/* Processes that nobody knew have had `late` bytes at some time since the tree was last listed. */
void bko__bracket_late(bko__bracket *bracket, int64_t late);

/* The upper bound of the peak so far. */
int64_t bko__bracket_peak(const bko__bracket *bracket);

#endif

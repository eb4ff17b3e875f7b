/*
 * The processes of a tree that a sampler knows, with their statm files kept open.
 *
 * A process stays known until it ends, even if its parent has ended and it is no longer a
 * descendant of the root. An open statm refers to its process forever, so PID reuse is harmless.
 * Nothing allocates after create.
 *
 * Two processes may have one address space (vfork, posix_spawn until exec, clone with CLONE_VM).
 * The second one is then the first one's twin, and its memory doesn't count.
 *
 * A process changes its memory, forks, and waits for its children only while it runs. So its CPU
 * clock, which costs a twentieth of the other readings, tells whether they are worth it.
 *
 * processes.c: which processes there are, and complete readings. usage.c: RSS and CPU time, and what
 * has changed since an earlier reading. faults.c: page faults. holdings.c: who holds what of the
 * footprint.
 *
 * Owner: the sampler; only its thread uses this.
 */
#ifndef BAKEOFF_PROBE_PROCESSES_H
#define BAKEOFF_PROBE_PROCESSES_H

#include <stdint.h>
#include <string.h>
#include <time.h>

#include "bakeoff/memory.h"
#include "bakeoff/sampler.h"
#include "probe/bracket.h"
#include "probe/region.h"

/* Page faults are counted only in trees of at most this many: the file they are in takes longer to
 * read than RSS. */
enum { BKO__FAULTS_MOST_PROCESSES = 256 };

/* Bytes of one process. */
typedef struct bko__pages {
    int64_t rss;       /* -1: not read */
    int64_t anonymous; /* part of rss: anonymous pages */
    int64_t file;      /* part of rss: the rest */
} bko__pages;

/* A zombie stays known until its parent has waited for it. */
typedef enum bko__life { BKO__ALIVE, BKO__ZOMBIE, BKO__GONE } bko__life;

struct bko__process {
    pid_t pid;
    size_t number; /* its place in `seen`; BKO_PROCESSES_MOST: it has none */
    int is_root;   /* it was named: what is below it belongs to the tree, too */
    pid_t parent;  /* when it was first seen */
    pid_t twin;    /* the known process whose address space it shares; 0: none */
    int is_copy;   /* forked without exec, when it was first seen */
    bko__life life;
    /* owned; -1 if no descriptor was left: the file is then opened for each reading */
    int statm;
    int stat;          /* owned; -1 in a large tree, where faults are not read */
    bko__pages now;    /* at the last reading of RSS */
    bko__pages then;   /* at the last complete reading */
    bko__pages lowest; /* since then: the least of each */
    int64_t held;      /* of the footprint at the last complete reading; -1: not part of it */
    int64_t common;    /* shared pages then, each divided by those who map it */
    int64_t faults;    /* page faults until the last reading; -1: not read */
    int64_t reaped;    /* those of the children it has waited for */
    clockid_t clock;   /* its CPU clock */
    int64_t cpu_ns;    /* CPU time used until the last reading; -1: not read */
    int64_t listed_ns; /* the same, when the last listing of the tree began; -1: there was none */
};

/*
 * Page faults of all processes, known or not: each process has its own ones and those of the
 * children it has waited for, so the sum is complete as soon as a process has been waited for.
 */
typedef struct bko__fault_count {
    pid_t adopter;        /* the process that waits for orphans; 0: none is known */
    int adopter_stat;     /* owned; -1: closed */
    int adopter_children; /* owned; the file they are listed in; -1: not open */
    clockid_t adopter_clock;
    int64_t adopter_cpu_ns; /* at the last reading; -1: not read */
    int64_t adopted;        /* faults of the children it has waited for; -1: not read */
    int64_t ever;           /* since the tree began */
    int64_t since;          /* since the last complete reading, */
    int64_t since_huge;     /* and the bytes beyond a page each that they may have brought */
    int64_t huge_size;      /* of a huge page; 0: a fault never brings one */
    int huge_file;          /* owned; they are read in it; -1: not open */
    int64_t huge_then;      /* faults that brought one, on the whole machine; -1: not known */
    int64_t unexplained; /* in the last reading: of children that were waited for but not known */
    int64_t unseen;      /* in total: of processes that nobody saw */
    int is_missed;       /* since the last complete reading: some were not counted */
    int was_missed;      /* ever: the tree was too large, or nobody has waited for a process */
    int is_unreaped;     /* the kernel reaps children itself, or did */
} bko__fault_count;

typedef struct bko__processes {
    bko__region region;
    struct bko__process *items; /* in the region, BKO_TREE_MAX; parents before their children */
    size_t count;
    bko_sampled_process *seen; /* in the region, BKO_PROCESSES_MOST: all that were ever known */
    size_t seen_count;
    pid_t *listed;     /* in the region, BKO_TREE_MAX: results of the last listing */
    int64_t footprint; /* at the last complete reading, at least; 0 before the first */
    /* upper bound for the part of it that belonged to processes that have ended since */
    int64_t ended;
    int64_t ended_cpu_ns; /* CPU time of known processes that have ended */
    int64_t lost;         /* bytes, since the last complete reading */
    int readings;         /* of RSS */
    bko__fault_count faults;
} bko__processes;

/* The totals of one reading of all processes. */
typedef struct bko__usage {
    int64_t rss;       /* summed */
    int64_t largest;   /* the largest RSS of a single process */
    int64_t cpu_ns;    /* of live and ended processes */
    int64_t file;      /* part of rss: file pages, shared memory included */
    size_t processes;  /* that have not ended */
    size_t spaces;     /* address spaces: processes without twins */
    bko__change since; /* since the last complete reading */
    bko__change step;  /* since the last reading of RSS */
} bko__usage;

/* Notes what the process is called now: calling exec changes it. */
static inline void bko__processes_name(bko__processes *set, const struct bko__process *process,
                                       const char name[BKO_PROCESS_NAME]) {
    if (process->number < BKO_PROCESSES_MOST) {
        memcpy(set->seen[process->number].name, name, BKO_PROCESS_NAME);
    }
}

/* Initially knows only `root`. adopter: as in bko_sampler_options. BKO_ENOMEM. */
int bko__processes_create(bko__processes *set, pid_t root, pid_t adopter);
void bko__processes_release(bko__processes *set);

/* A further root. BKO_EGONE, BKO_ETOOLARGE; BKO_OK if it is known already. */
int bko__processes_add(bko__processes *set, pid_t pid);

/* Does the set contain the process? */
int bko__processes_knows(const bko__processes *set, pid_t pid);

/* Closes the files of one process. */
void bko__processes_close(struct bko__process *process);

/* Adds processes that are new in the tree (options: root, adopter, strangers). */
void bko__processes_list(bko__processes *set, const bko_sampler_options *options);

/* Has no known process run since the tree was last listed? Then there are no new ones. */
int bko__processes_is_listed(const bko__processes *set);

/*
 * Reads RSS, CPU time and page faults of each process that has run since the last reading; of every
 * process if `all` isn't zero. Removes processes that have ended, but keeps their CPU time.
 */
void bko__processes_usage(bko__processes *set, bko__usage *usage, int all);

/* CPU time of a process, by its clock (which needs no descriptor); -1 if there is no such process. */
int64_t bko__processes_clock_ns(clockid_t clock);

/* Reads the complete memory of each process that is still alive. */
void bko__processes_memory(bko__processes *set, bko_memory_tree *memory);

/* A complete reading has found the private pages and the shared ones of each process: divides
 * `shared` bytes among them. */
void bko__processes_hold_shared(bko__processes *set, int64_t shared);

/* The tree is a single address space: its process holds all of the footprint. Call it before mark. */
void bko__processes_hold_all(bko__processes *set);

/* How many of them hold memory of their own: those that have not ended and are no twins. */
size_t bko__processes_holders(const bko__processes *set);

/* Writes what each holder holds of the footprint at the last reading. The sum is the footprint. */
void bko__processes_holdings(bko__processes *set, int64_t footprint, bko_holding *holdings);

/* The last readings make a complete one, with a footprint of at least `least`: changes count from
 * here. */
void bko__processes_mark(bko__processes *set, int64_t least);

/*
 * A lower bound for the footprint, from the last complete reading and the last reading of RSS. An
 * anonymous page that a process has gained since is its own, or shared with processes it has forked
 * since; what those began with therefore doesn't count. Pages that a process has released, or had
 * when it ended, are subtracted as if no other process had them.
 */
int64_t bko__processes_least(const bko__processes *set);

/* The peak RSS of any of them. BKO_EGONE if none is alive. */
int bko__processes_peak(const bko__processes *set, int64_t *bytes);

/* Is one of the known processes still alive? Forgets none. */
int bko__processes_is_any_alive(const bko__processes *set);

#endif

/*
 * RSS and CPU time of the processes that a sampler knows, and what has changed since an earlier
 * reading: see probe/processes.h.
 */
#include "core/fd.h"
#include "probe/faults.h"
#include "probe/linux/memory.h"
#include "probe/linux/stat.h"
#include "probe/processes.h"

/* The kernel counts a process's pages per CPU and adds them up in batches of some dozens. So statm
 * may be off by this much before Linux 6.2 and, on several CPUs, in some later versions. */
enum { DOUBT_BYTES = 256 * 1024 };

/* A process that doesn't run is read nevertheless now and then: the kernel may give it huge pages or
 * take pages away. */
enum { READINGS_OF_ALL = 8 };

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* --- one process ---------------------------------------------------------------------------------- */

/* rss is -1 if the process has ended (a zombie has no address space). */
static bko__pages read_pages(const struct bko__process *process) {
    bko__statm seen = bko__statm_read(process->statm, process->pid);
    return seen.size > 0 ? (bko__pages){seen.rss, seen.rss - seen.file, seen.file}
                         : (bko__pages){.rss = -1};
}

/* --- what has changed ----------------------------------------------------------------------------- */

/* Where the gains of a new process count from. A copy begins with the anonymous pages of its
 * parent, which are not new. */
static bko__pages beginning(const struct bko__process *process) {
    return (bko__pages){.anonymous = process->is_copy ? process->now.anonymous : 0};
}

/* Adds what the process has gained and lost. `before`: its pages at the last reading of RSS. */
static void compare(struct bko__process *process, bko__pages before, bko__usage *usage,
                    bko__change *late) {
    const bko__pages *now = &process->now;
    bko__pages *lowest = &process->lowest;
    int is_new = before.rss < 0;
    if (is_new) {
        before = *lowest = beginning(process);
    }
    int64_t anonymous = larger(now->anonymous - before.anonymous, 0);
    int64_t file = larger(now->file - before.file, 0);
    usage->step.anonymous += anonymous;
    usage->step.file += file;
    late->anonymous += is_new ? anonymous : 0;
    late->file += is_new ? file : 0;
    usage->step.lost +=
        larger(before.anonymous - now->anonymous, 0) + larger(before.file - now->file, 0);
    lowest->anonymous = smaller(lowest->anonymous, now->anonymous);
    lowest->file = smaller(lowest->file, now->file);
    usage->since.anonymous += now->anonymous - lowest->anonymous;
    usage->since.file += now->file - lowest->file;
}

/* --- all processes -------------------------------------------------------------------------------- */

static const struct bko__process *find(const bko__processes *set, pid_t pid) {
    for (size_t i = 0; i < set->count; i++) {
        if (set->items[i].pid == pid) {
            return &set->items[i];
        }
    }
    return NULL;
}

/* Two processes that shared an address space no longer do once one of them has called exec, or the
 * other one has ended. Then a third one may still share it. */
static pid_t twin_now(bko__processes *set, const struct bko__process *process) {
    const struct bko__process *twin = find(set, process->twin);
    if (twin != NULL && bko__stat_same_memory(process->pid, process->twin)) {
        return process->twin;
    }
    for (const struct bko__process *other = set->items; other < process; other++) {
        if (other->is_copy && bko__stat_same_memory(process->pid, other->pid)) {
            return other->pid;
        }
    }
    return 0;
}

/* Reads RSS. A twin keeps its CPU time and faults, but its memory is that of the other one. */
static void read_rss(bko__processes *set, struct bko__process *process) {
    process->now = read_pages(process);
    if (process->now.rss >= 0 && process->twin > 0) {
        process->twin = twin_now(set, process);
        process->now = process->twin > 0 ? (bko__pages){0} : process->now;
    }
}

static void add_up(const struct bko__process *process, bko__usage *usage) {
    usage->rss += process->now.rss;
    usage->file += process->now.file;
    usage->largest = larger(usage->largest, process->now.rss);
    usage->processes++;
    usage->spaces += process->twin == 0;
}

/* A process that has ended: its pages are lost. */
static void note_end(bko__processes *set, struct bko__process *process, bko__pages before,
                     bko__usage *usage) {
    usage->step.lost += larger(before.rss, 0);
    set->ended += larger(process->then.rss, 0);
    process->now = (bko__pages){.rss = -1};
    bko__fd_close(&process->statm);
}

/* Faults before RSS: pages that come between the two count in both, rather than in neither. */
static void read_anew(bko__processes *set, struct bko__process *process, bko__tally *found) {
    int counts_faults = set->count <= BKO__FAULTS_MOST_PROCESSES;
    if (counts_faults) {
        bko__faults_read(set, process, found);
    }
    if (process->life == BKO__ALIVE) {
        read_rss(set, process);
        process->life = process->now.rss >= 0 ? BKO__ALIVE
                        : counts_faults       ? BKO__ZOMBIE
                                              : BKO__GONE;
    }
}

/* The clock of a PID that is gone may already be another process's. */
static void count_cpu(bko__processes *set, struct bko__process *process, int64_t used,
                      bko__usage *usage) {
    int is_gone = process->life == BKO__GONE;
    process->cpu_ns = is_gone ? process->cpu_ns : larger(process->cpu_ns, used);
    *(is_gone ? &set->ended_cpu_ns : &usage->cpu_ns) += larger(process->cpu_ns, 0);
}

/* The clock comes first: what a process does after that, it does at a later time of its clock. The
 * kernel may set the clock of a running process late, so where a process is gone, its parent must
 * be read, too: it may just have waited for it. */
static void read_process(bko__processes *set, struct bko__process *process, bko__usage *usage,
                         bko__tally *found, int all) {
    bko__pages before = process->now;
    int was_alive = process->life == BKO__ALIVE;
    int64_t used = bko__processes_clock_ns(process->clock);
    if (all || found->gone > 0 || used < 0 || used != process->cpu_ns) {
        read_anew(set, process, found);
    }
    count_cpu(set, process, used, usage);
    if (process->life == BKO__ALIVE) {
        compare(process, before, usage, &found->late);
        add_up(process, usage);
    } else if (was_alive) {
        note_end(set, process, before, usage);
    }
}

/* Removes the processes that are gone. */
static void compact(bko__processes *set) {
    size_t kept = 0;
    for (size_t i = 0; i < set->count; i++) {
        if (set->items[i].life != BKO__GONE) {
            set->items[kept++] = set->items[i];
        } else {
            bko__processes_close(&set->items[i]);
        }
    }
    set->count = kept;
}

/* The memory of a process that has a twin changes while only the twin runs. */
static int has_twins(const bko__processes *set) {
    for (size_t i = 0; i < set->count; i++) {
        if (set->items[i].twin > 0) {
            return 1;
        }
    }
    return 0;
}

/* Children before their parents: a child that is gone has then been waited for before its parent is
 * read. */
void bko__processes_usage(bko__processes *set, bko__usage *usage, int all) {
    bko__tally found = {0};
    *usage = (bko__usage){0};
    set->faults.is_missed |= set->count > BKO__FAULTS_MOST_PROCESSES;
    all = all || set->readings++ % READINGS_OF_ALL == 0 || has_twins(set);
    for (size_t i = set->count; i > 0; i--) {
        read_process(set, &set->items[i - 1], usage, &found, all);
    }
    bko__faults_read_adopted(&set->faults, &found, all || found.gone > 0);
    compact(set);
    bko__faults_count(&set->faults, &found, usage);
    set->lost += usage->step.lost;
    usage->since.lost = set->lost;
    usage->cpu_ns += set->ended_cpu_ns;
}

void bko__processes_mark(bko__processes *set, int64_t least) {
    for (size_t i = 0; i < set->count; i++) {
        set->items[i].then = set->items[i].lowest = set->items[i].now;
    }
    set->footprint = least;
    set->ended = set->lost = 0;
    set->faults.since = set->faults.since_huge = set->faults.is_missed = 0;
}

/* A gain beyond the inexactness of the kernel's counters. */
static int64_t sure(int64_t gained) {
    return larger(gained - DOUBT_BYTES, 0);
}

/* Counts losses in full. */
static int64_t change(const struct bko__process *process) {
    int64_t got = process->now.anonymous - process->then.anonymous;
    int64_t files = process->now.file - process->then.file;
    return (got > 0 ? sure(got) : got) + smaller(files, 0);
}

int64_t bko__processes_least(const bko__processes *set) {
    int64_t bytes = set->footprint - set->ended;
    for (size_t i = 0; i < set->count; i++) {
        const struct bko__process *one = &set->items[i];
        if (one->now.rss >= 0) {
            bytes +=
                one->then.rss >= 0 ? change(one) : sure(one->now.anonymous - one->lowest.anonymous);
        }
    }
    return bytes;
}

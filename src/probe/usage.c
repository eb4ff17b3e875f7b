/*
 * RSS, CPU time and page faults of the processes that a sampler knows, and what has changed since an
 * earlier reading: see probe/processes.h.
 */
#include <time.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/fd.h"
#include "probe/linux/memory.h"
#include "probe/linux/stat.h"
#include "probe/processes.h"

/* The kernel counts a process's pages per CPU and adds them up in batches of some dozens. So statm
 * may be off by this much before Linux 6.2 and, on several CPUs, in some later versions. */
enum { DOUBT_BYTES = 256 * 1024 };

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

/* Reads the kernel's CPU clock of the process: one system call, no parsing. If the process is gone,
 * the last value remains. */
static void read_cpu(struct bko__process *process) {
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(process->pid, &clock) == 0 && clock_gettime(clock, &used) == 0) {
        int64_t now = (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
        process->cpu_ns = larger(now, process->cpu_ns);
    }
}

/* --- page faults ---------------------------------------------------------------------------------- */

/* What one reading of all processes adds. */
typedef struct tally {
    int64_t own;      /* faults of known processes */
    int64_t reaped;   /* faults of children that somebody has waited for */
    int64_t gone;     /* part of both of them until now, of processes that are gone */
    bko__change late; /* of processes that were not known before, and their pages */
} tally;

static int64_t newly(int64_t now, int64_t *before) {
    int64_t more = larger(now - larger(*before, 0), 0);
    *before = larger(now, *before);
    return more;
}

/* Counts faults since they were last read: at first, all since the process was created. A process
 * that is gone has passed them on to whoever has waited for it. */
static void read_faults(const bko__processes *set, struct bko__process *process, tally *found) {
    bko__stat stat;
    if (bko__stat_read_from(process->stat, process->pid, &stat) == BKO_OK) {
        int is_new = process->faults < 0;
        int64_t own = newly(stat.faults, &process->faults);
        found->own += own;
        found->late.faulted += is_new ? own : 0;
        found->reaped += newly(stat.reaped, &process->reaped);
        return;
    }
    process->life = BKO__GONE;
    if (process->pid != set->faults.root || set->faults.adopted >= 0) {
        found->gone += larger(process->faults, 0) + process->reaped;
    }
}

static void read_adopted(bko__fault_count *faults, tally *found) {
    bko__stat stat;
    if (faults->adopted >= 0 &&
        bko__stat_read_from(faults->adopter_stat, faults->adopter, &stat) == BKO_OK) {
        found->reaped += newly(stat.reaped, &faults->adopted);
    }
}

/*
 * What was waited for beyond the processes that are gone belongs to processes that nobody knew, or
 * to the last moments of known ones. A process may have been waited for between its own reading and
 * that of its parent; then it counted twice the last time, and is no explanation now.
 */
static int64_t unseen_faults(const bko__fault_count *faults, const tally *found) {
    int64_t explained = larger(found->gone - faults->unexplained, 0);
    return larger(found->reaped - explained, 0);
}

/* Children of a process that ignores SIGCHLD are waited for by nobody: their last moments are not
 * known, nor are those of them that nobody saw. */
static int is_incomplete(const bko__fault_count *faults, const tally *found) {
    return found->reaped + faults->unexplained < found->gone;
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

/* Page faults, as bytes. */
static void count_faults(bko__fault_count *faults, tally *found, bko__usage *usage) {
    int64_t page = sysconf(_SC_PAGESIZE);
    int64_t unseen = unseen_faults(faults, found);
    faults->is_missed |= is_incomplete(faults, found);
    faults->was_missed |= faults->is_missed;
    faults->ever += found->own + found->reaped - found->gone;
    faults->unexplained = larger(found->reaped - found->gone, 0);
    faults->unseen += unseen;
    faults->since += found->own + unseen;
    found->late.faulted = (found->late.faulted + unseen) * page;
    usage->step.late = bko__bracket_growth(&found->late);
    usage->step.faulted = faults->is_missed ? -1 : (found->own + unseen) * page;
    usage->since.faulted = faults->is_missed ? -1 : faults->since * page;
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
    usage->cpu_ns += process->cpu_ns;
    usage->processes++;
    usage->spaces += process->twin == 0;
}

/* A process that has ended: its pages are lost. */
static void note_end(bko__processes *set, struct bko__process *process, bko__pages before,
                     bko__usage *usage) {
    usage->step.lost += larger(before.rss, 0);
    set->ended += larger(process->then.rss, 0);
    set->ended_cpu_ns += process->cpu_ns;
    process->now = (bko__pages){.rss = -1};
    bko__fd_close(&process->statm);
}

/* Faults before RSS: pages that come between the two count in both, rather than in neither. */
static void read_process(bko__processes *set, struct bko__process *process, bko__usage *usage,
                         tally *found) {
    bko__pages before = process->now;
    int was_alive = process->life == BKO__ALIVE;
    int counts_faults = set->count <= BKO__FAULTS_MOST_PROCESSES;
    if (counts_faults) {
        read_faults(set, process, found);
    }
    if (process->life == BKO__ALIVE) {
        read_rss(set, process);
        process->life = process->now.rss >= 0 ? BKO__ALIVE : BKO__ZOMBIE;
    }
    if (process->life == BKO__ALIVE) {
        read_cpu(process);
        compare(process, before, usage, &found->late);
        add_up(process, usage);
    } else if (was_alive) {
        note_end(set, process, before, usage);
    }
    process->life = process->life == BKO__ZOMBIE && !counts_faults ? BKO__GONE : process->life;
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

/* Children before their parents: a child that is gone has then been waited for before its parent is
 * read. */
void bko__processes_usage(bko__processes *set, bko__usage *usage) {
    tally found = {0};
    *usage = (bko__usage){0};
    set->faults.is_missed |= set->count > BKO__FAULTS_MOST_PROCESSES;
    for (size_t i = set->count; i > 0; i--) {
        read_process(set, &set->items[i - 1], usage, &found);
    }
    read_adopted(&set->faults, &found);
    compact(set);
    count_faults(&set->faults, &found, usage);
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
    set->faults.since = set->faults.is_missed = 0;
}

/* Counts losses in full, but gains only beyond the inexactness of the kernel's counters. */
static int64_t change(const struct bko__process *process) {
    int64_t got = process->now.anonymous - process->then.anonymous;
    int64_t files = process->now.file - process->then.file;
    got = got > DOUBT_BYTES ? got - DOUBT_BYTES : got < 0 ? got : 0;
    return got + (files < 0 ? files : 0);
}

int64_t bko__processes_least(const bko__processes *set) {
    int64_t bytes = set->footprint - set->ended;
    for (size_t i = 0; i < set->count; i++) {
        const struct bko__process *one = &set->items[i];
        bytes += one->then.rss >= 0 && one->now.rss >= 0 ? change(one) : 0;
    }
    return bytes;
}

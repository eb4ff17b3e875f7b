/*
 * RSS, CPU time and page faults of the processes that a sampler knows, and what has changed since an
 * earlier reading: see probe/processes.h.
 */
#include <time.h>
#include <unistd.h>

#include "bakeoff/error.h"
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

static struct bko__process *find(const bko__processes *set, pid_t pid) {
    for (size_t i = 0; i < set->count; i++) {
        if (set->items[i].pid == pid) {
            return &set->items[i];
        }
    }
    return NULL;
}

/* Faults of children that the process has waited for. What was counted while we knew the child
 * doesn't count again. */
static int64_t newly_reaped(struct bko__process *process, int64_t reaped) {
    int64_t more = larger(reaped - process->reaped, 0);
    int64_t counted = smaller(more, process->credit);
    process->reaped = larger(reaped, process->reaped);
    process->credit -= counted;
    return more - counted;
}

/* Returns the process's faults since they were last read: at first, all since it was created. */
static int64_t read_faults(bko__processes *set, struct bko__process *process) {
    bko__stat stat;
    if (bko__stat_read_from(process->stat, process->pid, &stat) != BKO_OK) {
        return 0;
    }
    int64_t before = larger(process->faults, 0);
    int64_t own = larger(stat.faults - before, 0);
    process->faults = before + own;
    int64_t unseen = newly_reaped(process, stat.reaped);
    set->unseen_faults += unseen;
    return own + unseen;
}

/* --- what has changed ----------------------------------------------------------------------------- */

/* Where the gains of a new process count from. A copy begins with the anonymous pages of its
 * parent, which are not new. */
static bko__pages beginning(const struct bko__process *process) {
    return (bko__pages){.anonymous = process->is_copy ? process->now.anonymous : 0};
}

/* Adds what the process has gained and lost. `before`: its pages at the last reading of RSS. */
static void compare(struct bko__process *process, bko__pages before, bko__usage *usage) {
    const bko__pages *now = &process->now;
    bko__pages *lowest = &process->lowest;
    if (before.rss < 0) {
        before = *lowest = beginning(process);
    }
    usage->step.anonymous += larger(now->anonymous - before.anonymous, 0);
    usage->step.file += larger(now->file - before.file, 0);
    usage->step.lost +=
        larger(before.anonymous - now->anonymous, 0) + larger(before.file - now->file, 0);
    lowest->anonymous = smaller(lowest->anonymous, now->anonymous);
    lowest->file = smaller(lowest->file, now->file);
    usage->since.anonymous += now->anonymous - lowest->anonymous;
    usage->since.file += now->file - lowest->file;
}

/* Page faults, as bytes. */
static void count_faults(bko__processes *set, int64_t faults, bko__usage *usage) {
    int64_t page = sysconf(_SC_PAGESIZE);
    set->faults += faults;
    set->faults_ever =
        set->faults_are_missed || set->faults_ever < 0 ? -1 : set->faults_ever + faults;
    set->lost += usage->step.lost;
    usage->step.faulted = set->faults_are_missed ? -1 : faults * page;
    usage->since.faulted = set->faults_are_missed ? -1 : set->faults * page;
    usage->since.lost = set->lost;
}

/* --- all processes -------------------------------------------------------------------------------- */

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
    usage->spaces += process->twin == 0;
}

/* A process that has ended: its pages are lost, and its parent is about to be told of its faults,
 * which we have counted. */
static void note_end(bko__processes *set, struct bko__process *process, bko__pages before,
                     bko__usage *usage) {
    struct bko__process *parent = find(set, process->parent);
    usage->step.lost += larger(before.rss, 0);
    set->ended += larger(process->then.rss, 0);
    set->ended_cpu_ns += process->cpu_ns;
    if (parent != NULL) {
        parent->credit += larger(process->faults, 0) + process->reaped;
    }
    bko__processes_close(process);
}

/* Removes the processes that have ended. */
static void compact(bko__processes *set) {
    size_t kept = 0;
    for (size_t i = 0; i < set->count; i++) {
        if (set->items[i].now.rss >= 0) {
            set->items[kept++] = set->items[i];
        }
    }
    set->count = kept;
}

/* The ended come first: their parents must know of them before their own faults are read. A zombie
 * still has its faults. */
void bko__processes_usage(bko__processes *set, bko__usage *usage) {
    int64_t faults = 0;
    int counts_faults = set->count <= BKO__FAULTS_MOST_PROCESSES;
    *usage = (bko__usage){0};
    for (size_t i = 0; i < set->count; i++) {
        struct bko__process *process = &set->items[i];
        bko__pages before = process->now;
        read_rss(set, process);
        if (process->now.rss < 0) {
            faults += counts_faults ? read_faults(set, process) : 0;
            note_end(set, process, before, usage);
        } else {
            compare(process, before, usage);
        }
    }
    compact(set);
    for (size_t i = 0; i < set->count; i++) {
        read_cpu(&set->items[i]);
        faults += counts_faults ? read_faults(set, &set->items[i]) : 0;
        add_up(&set->items[i], usage);
    }
    set->faults_are_missed |= !counts_faults;
    count_faults(set, faults, usage);
    usage->cpu_ns += set->ended_cpu_ns;
}

void bko__processes_mark(bko__processes *set, int64_t least) {
    for (size_t i = 0; i < set->count; i++) {
        set->items[i].then = set->items[i].lowest = set->items[i].now;
    }
    set->footprint = least;
    set->ended = set->faults = set->lost = 0;
    set->faults_are_missed = 0;
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

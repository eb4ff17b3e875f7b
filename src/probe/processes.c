#include "probe/processes.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "bakeoff/tree.h"
#include "probe/linux/memory.h"
#include "probe/memory.h"

/* The kernel counts a process's pages per CPU and adds them up in batches of some dozens. So statm
 * may be off by this much before Linux 6.2 and, on several CPUs, in some later versions. */
enum { DOUBT_BYTES = 256 * 1024 };

static void add(bko__processes *set, pid_t pid) {
    int statm = bko__statm_open(pid);
    int out_of_descriptors = statm < 0 && (errno == EMFILE || errno == ENFILE);
    if (set->count < BKO_TREE_MAX && (statm >= 0 || out_of_descriptors)) {
        set->items[set->count++] = (struct bko__process){
            .pid = pid, .statm = statm, .now = {.rss = -1}, .then = {.rss = -1}};
    } else if (statm >= 0) {
        close(statm);
    }
}

int bko__processes_create(bko__processes *set, pid_t root) {
    memset(set, 0, sizeof *set);
    size_t items = BKO_TREE_MAX * sizeof *set->items;
    size_t listed = BKO_TREE_MAX * sizeof *set->listed;
    int err = bko__region_create(&set->region, items + listed);
    if (err != BKO_OK) {
        return err;
    }
    set->items = set->region.start;
    set->listed = (pid_t *)(set->items + BKO_TREE_MAX);
    add(set, root);
    return BKO_OK;
}

void bko__processes_release(bko__processes *set) {
    /* In a forked child the region is gone, and the descriptor numbers with it; the descriptors are
     * close-on-exec. */
    int here = set->region.owner == getpid();
    for (size_t i = 0; here && i < set->count; i++) {
        if (set->items[i].statm >= 0) {
            close(set->items[i].statm);
        }
    }
    bko__region_release(&set->region);
    memset(set, 0, sizeof *set);
}

/* Both lists have the same order as long as little has changed, so `hint` usually hits. */
static int knows(const bko__processes *set, pid_t pid, size_t hint) {
    if (hint < set->count && set->items[hint].pid == pid) {
        return 1;
    }
    for (size_t i = 0; i < set->count; i++) {
        if (set->items[i].pid == pid) {
            return 1;
        }
    }
    return 0;
}

void bko__processes_list(bko__processes *set, pid_t root) {
    size_t found = 0;
    /* Ignore errors: use what was found; the rest is found next time. */
    (void)bko_tree_list(root, set->listed, BKO_TREE_MAX, &found);
    for (size_t i = 0; i < found; i++) {
        if (!knows(set, set->listed[i], i)) {
            add(set, set->listed[i]);
        }
    }
}

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
        process->cpu_ns = now > process->cpu_ns ? now : process->cpu_ns;
    }
}

static void forget(bko__processes *set, const struct bko__process *process) {
    set->ended += process->then.rss > 0 ? process->then.rss : 0;
    set->ended_cpu_ns += process->cpu_ns;
    if (process->statm >= 0) {
        close(process->statm);
    }
}

void bko__processes_usage(bko__processes *set, bko__usage *usage) {
    size_t kept = 0;
    *usage = (bko__usage){0};
    for (size_t i = 0; i < set->count; i++) {
        struct bko__process *process = &set->items[i];
        process->now = read_pages(process);
        if (process->now.rss < 0) {
            forget(set, process);
            continue;
        }
        read_cpu(process);
        usage->rss += process->now.rss;
        usage->largest = process->now.rss > usage->largest ? process->now.rss : usage->largest;
        usage->cpu_ns += process->cpu_ns;
        set->items[kept++] = *process;
    }
    usage->cpu_ns += set->ended_cpu_ns;
    set->count = kept;
}

void bko__processes_memory(bko__processes *set, bko_memory_tree *memory) {
    memset(memory, 0, sizeof *memory);
    for (size_t i = 0; i < set->count; i++) {
        bko_memory one;
        set->items[i].then.rss = -1;
        if (bko__memory_read_or_rss(set->items[i].pid, &one) == BKO_OK) {
            bko__memory_add(memory, &one);
            set->items[i].then = (bko__pages){one.rss, one.anonymous, one.rss - one.anonymous};
        }
    }
    set->footprint = memory->footprint;
    set->ended = 0;
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

int bko__processes_peak(const bko__processes *set, int64_t *bytes) {
    int found = 0;
    *bytes = 0;
    for (size_t i = 0; i < set->count; i++) {
        int64_t peak = 0;
        if (bko_memory_read_peak(set->items[i].pid, &peak) == BKO_OK) {
            *bytes = peak > *bytes ? peak : *bytes;
            found = 1;
        }
    }
    return found ? BKO_OK : BKO_EGONE;
}

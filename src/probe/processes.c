/* Which processes there are, and their complete memory: see probe/processes.h. */
#include "probe/processes.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "bakeoff/tree.h"
#include "core/fd.h"
#include "probe/linux/memory.h"
#include "probe/linux/stat.h"
#include "probe/linux/tree.h"
#include "probe/memory.h"

/* A clock that doesn't exist can't be read, so its process counts as one that has always run. */
static clockid_t clock_of(pid_t pid) {
    clockid_t clock;
    return clock_getcpuclockid(pid, &clock) == 0 ? clock : -1;
}

/* Returns its place among all that were ever known. */
static size_t number_of(bko__processes *set, pid_t pid) {
    if (set->seen_count == BKO_PROCESSES_MOST) {
        return BKO_PROCESSES_MOST;
    }
    set->seen[set->seen_count].pid = pid;
    return set->seen_count++;
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

int bko__processes_knows(const bko__processes *set, pid_t pid) {
    return knows(set, pid, 0);
}

/* Does nothing for a process that has ended. A root's twin is outside the tree, unless its parent is
 * known. `file`: its stat, which is kept. Returns 0 if it is not kept. */
static int add_with(bko__processes *set, pid_t pid, int is_root, int file) {
    bko__stat stat;
    if (bko__stat_read_from(file, pid, &stat) != BKO_OK || stat.has_ended) {
        return 0;
    }
    int statm = bko__statm_open(pid);
    int out_of_descriptors = statm < 0 && (errno == EMFILE || errno == ENFILE);
    int is_outside = is_root && !bko__processes_knows(set, stat.parent);
    set->faults.is_unreaped |= bko__stat_ignores_children(pid);
    if (statm < 0 && !out_of_descriptors) {
        return 0;
    }
    set->items[set->count] =
        (struct bko__process){.pid = pid,
                              .number = number_of(set, pid),
                              .is_root = is_root,
                              .parent = stat.parent,
                              .twin = is_outside ? 0 : bko__stat_twin(pid, &stat),
                              .is_copy = stat.is_copy,
                              .statm = statm,
                              .stat = file,
                              .now = {.rss = -1},
                              .then = {.rss = -1},
                              .held = -1,
                              .faults = -1,
                              .clock = clock_of(pid),
                              .cpu_ns = -1,
                              .listed_ns = -1};
    bko__processes_name(set, &set->items[set->count++], stat.name);
    return 1;
}

static void add(bko__processes *set, pid_t pid, int is_root) {
    if (set->count == BKO_TREE_MAX) {
        return;
    }
    int file = set->count < BKO__FAULTS_MOST_PROCESSES ? bko__stat_open(pid) : -1;
    if (!add_with(set, pid, is_root, file)) {
        bko__fd_close(&file);
    }
}

static void begin_count(bko__fault_count *faults, pid_t adopter) {
    bko__stat stat;
    *faults = (bko__fault_count){.adopter = adopter,
                                 .adopter_stat = -1,
                                 .adopter_cpu_ns = -1,
                                 .adopted = -1,
                                 .adopter_children = -1,
                                 .huge_file = -1};
    faults->huge_size = bko__memory_huge_size();
    faults->huge_then = faults->huge_size > 0 ? bko__memory_huge_faults(&faults->huge_file) : -1;
    if (adopter > 0) {
        faults->adopter_clock = clock_of(adopter);
        faults->adopter_stat = bko__stat_open(adopter);
        int err = bko__stat_read_from(faults->adopter_stat, adopter, &stat);
        faults->adopted = err == BKO_OK ? stat.reaped : -1;
    }
}

int bko__processes_create(bko__processes *set, pid_t root, pid_t adopter) {
    memset(set, 0, sizeof *set);
    size_t items = BKO_TREE_MAX * sizeof *set->items;
    size_t seen = BKO_PROCESSES_MOST * sizeof *set->seen;
    size_t listed = BKO_TREE_MAX * sizeof *set->listed;
    int err = bko__region_create(&set->region, items + seen + listed);
    if (err != BKO_OK) {
        return err;
    }
    begin_count(&set->faults, adopter);
    set->items = set->region.start;
    set->seen = (bko_sampled_process *)(set->items + BKO_TREE_MAX);
    set->listed = (pid_t *)(set->seen + BKO_PROCESSES_MOST);
    add(set, root, 1);
    return BKO_OK;
}

void bko__processes_close(struct bko__process *process) {
    bko__fd_close(&process->statm);
    bko__fd_close(&process->stat);
}

void bko__processes_release(bko__processes *set) {
    /* In a forked child the region is gone, and the descriptor numbers with it; the descriptors are
     * close-on-exec. */
    int here = set->region.owner == getpid();
    for (size_t i = 0; here && i < set->count; i++) {
        bko__processes_close(&set->items[i]);
    }
    if (here) {
        bko__fd_close(&set->faults.adopter_stat);
        bko__fd_close(&set->faults.adopter_children);
        bko__fd_close(&set->faults.huge_file);
    }
    bko__region_release(&set->region);
    memset(set, 0, sizeof *set);
}

/* --- listing -------------------------------------------------------------------------------------- */

static struct bko__process *find(bko__processes *set, pid_t pid) {
    for (size_t i = 0; i < set->count; i++) {
        if (set->items[i].pid == pid) {
            return &set->items[i];
        }
    }
    return NULL;
}

int bko__processes_add(bko__processes *set, pid_t pid) {
    if (set->count == BKO_TREE_MAX) {
        return BKO_ETOOLARGE;
    }
    if (!knows(set, pid, 0)) {
        add(set, pid, 1);
    }
    struct bko__process *process = find(set, pid);
    if (process == NULL) {
        return BKO_EGONE;
    }
    process->is_root = 1;
    return BKO_OK;
}

/* Ignores errors: uses what was found; the rest is found next time. */
static void list_below(bko__processes *set, pid_t root) {
    size_t found = 0;
    (void)bko_tree_list(root, set->listed, BKO_TREE_MAX, &found);
    for (size_t i = 0; i < found; i++) {
        if (!knows(set, set->listed[i], i)) {
            add(set, set->listed[i], 0);
        }
    }
}

static int is_stranger(const bko_sampler_options *options, pid_t pid) {
    for (size_t i = 0; i < options->stranger_count; i++) {
        if (options->strangers[i] == pid) {
            return 1;
        }
    }
    return 0;
}

/* A process whose parent has ended before anybody saw it is no longer below the root. */
static void list_orphans(bko__processes *set, const bko_sampler_options *options) {
    pid_t orphans[BKO_TREE_MAX];
    size_t found = 0;
    (void)bko__tree_children(options->adopter, &set->faults.adopter_children, orphans, BKO_TREE_MAX,
                             &found);
    for (size_t i = 0; i < found; i++) {
        if (orphans[i] != options->root && !is_stranger(options, orphans[i])) {
            list_below(set, orphans[i]);
        }
    }
}

int64_t bko__processes_clock_ns(clockid_t clock) {
    struct timespec used;
    int is_there = clock_gettime(clock, &used) == 0;
    return is_there ? (int64_t)used.tv_sec * 1000000000 + used.tv_nsec : -1;
}

int bko__processes_is_listed(const bko__processes *set) {
    for (size_t i = 0; i < set->count; i++) {
        const struct bko__process *one = &set->items[i];
        if (one->listed_ns < 0 || bko__processes_clock_ns(one->clock) != one->listed_ns) {
            return 0;
        }
    }
    return 1;
}

void bko__processes_list(bko__processes *set, const bko_sampler_options *options) {
    for (size_t i = 0; i < set->count; i++) {
        set->items[i].listed_ns = bko__processes_clock_ns(set->items[i].clock);
    }
    /* Those that are found are appended, and are no roots. */
    for (size_t i = 0, known = set->count; i < known; i++) {
        if (set->items[i].is_root) {
            list_below(set, set->items[i].pid);
        }
    }
    if (options->adopter > 0) {
        list_orphans(set, options);
    }
}

/* --- complete readings ---------------------------------------------------------------------------- */

void bko__processes_memory(bko__processes *set, bko_memory_tree *memory) {
    memset(memory, 0, sizeof *memory);
    for (size_t i = 0; i < set->count; i++) {
        struct bko__process *process = &set->items[i];
        bko_memory one = {0};
        if (process->twin > 0) {
            memory->processes++;
        } else if (process->life == BKO__ALIVE &&
                   bko__memory_read_or_rss(process->pid, &one) == BKO_OK) {
            bko__memory_add(memory, &one);
        }
        process->held = one.uss;
        process->common = one.pss < 0 ? one.shared : one.pss > one.uss ? one.pss - one.uss : 0;
    }
    bko__processes_hold_shared(set, memory->largest_shared);
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

/* A zombie has no address space. */
int bko__processes_is_any_alive(const bko__processes *set) {
    for (size_t i = 0; i < set->count; i++) {
        if (bko__statm_read(set->items[i].statm, set->items[i].pid).size > 0) {
            return 1;
        }
    }
    return 0;
}

/* Memory of one process and of a tree, from /proc. No state. */
#include "bakeoff/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "bakeoff/tree.h"
#include "probe/linux/memory.h"
#include "probe/linux/proc.h"

static int64_t kilobytes(const char *text, const char *label) {
    int64_t number = bko__proc_number(text, label);
    return number > 0 ? number * 1024 : 0;
}

int bko_memory_read(pid_t pid, bko_memory *memory) {
    char path[BKO__PROC_PATH];
    char text[2048];
    memset(memory, 0, sizeof *memory);
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    int err = bko__proc_read(path, text, sizeof text);
    if (err != BKO_OK) {
        return err;
    }
    if (text[0] == '\0') {
        return BKO_EGONE;
    }
    memory->rss = kilobytes(text, "\nRss:");
    memory->pss = kilobytes(text, "\nPss:");
    memory->uss = kilobytes(text, "\nPrivate_Clean:") + kilobytes(text, "\nPrivate_Dirty:");
    memory->shared = kilobytes(text, "\nShared_Clean:") + kilobytes(text, "\nShared_Dirty:");
    memory->anonymous = kilobytes(text, "\nAnonymous:");
    return BKO_OK;
}

int bko_memory_read_peak(pid_t pid, int64_t *bytes) {
    char path[BKO__PROC_PATH];
    char text[8192];
    *bytes = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    int err = bko__proc_read(path, text, sizeof text);
    if (err != BKO_OK) {
        return err;
    }
    int64_t number = bko__proc_number(text, "\nVmHWM:");
    *bytes = number > 0 ? number * 1024 : 0;
    return number >= 0 ? BKO_OK : BKO_EGONE; /* zombies have no such line */
}

void bko__memory_add(bko_memory_tree *tree, const bko_memory *one) {
    tree->rss += one->rss;
    tree->pss += one->pss;
    tree->uss += one->uss;
    if (one->shared > tree->largest_shared) {
        tree->largest_shared = one->shared;
    }
    tree->footprint = tree->uss + tree->largest_shared;
    tree->processes++;
}

bko__statm bko__memory_parse_statm(const char *text) {
    int64_t page = sysconf(_SC_PAGESIZE);
    char *rest = NULL;
    int64_t size = strtoll(text, &rest, 10) * page;
    int64_t rss = strtoll(rest, &rest, 10) * page;
    return (bko__statm){.size = size, .rss = rss, .file = strtoll(rest, NULL, 10) * page};
}

int bko__memory_read_or_rss(pid_t pid, bko_memory *memory) {
    int err = bko_memory_read(pid, memory);
    if (err != BKO_ESYS) {
        return err;
    }
    char path[BKO__PROC_PATH];
    char text[256];
    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    err = bko__proc_read(path, text, sizeof text);
    if (err != BKO_OK) {
        return err;
    }
    bko__statm seen = bko__memory_parse_statm(text);
    memory->rss = memory->pss = memory->uss = memory->anonymous = seen.rss;
    return seen.size > 0 ? BKO_OK : BKO_EGONE;
}

static int read_all(const pid_t *pids, size_t count, bko_memory_tree *tree) {
    for (size_t i = 0; i < count; i++) {
        bko_memory one;
        int err = bko__memory_read_or_rss(pids[i], &one);
        if (err == BKO_OK) {
            bko__memory_add(tree, &one);
        } else if (err != BKO_EGONE) {
            return err;
        }
    }
    return tree->processes > 0 ? BKO_OK : BKO_EGONE;
}

int bko_memory_read_tree(pid_t root, bko_memory_tree *memory) {
    pid_t pids[BKO_TREE_MAX];
    size_t count = 0;
    int64_t start = bko_clock_now_ns();
    memset(memory, 0, sizeof *memory);
    int listed = bko_tree_list(root, pids, BKO_TREE_MAX, &count);
    if (listed != BKO_OK && listed != BKO_ETOOLARGE) {
        return listed;
    }
    int err = read_all(pids, count, memory);
    memory->probe_ns = bko_clock_now_ns() - start;
    return err != BKO_OK ? err : listed;
}

/* Memory of a process tree: the sums over its processes. No state. */
#include "probe/memory.h"

#include <string.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "bakeoff/tree.h"
#include "probe/linux/memory.h"
#include "probe/linux/stat.h"

void bko__memory_add(bko_memory_tree *tree, const bko_memory *one) {
    int is_readable = one->pss >= 0;
    int64_t most = tree->footprint_high - tree->largest_shared;
    if (one->shared > tree->largest_shared) {
        tree->largest_shared = one->shared;
    }
    tree->rss += one->rss;
    tree->pss += is_readable ? one->pss : 0;
    tree->uss += one->uss;
    tree->footprint = tree->uss + tree->largest_shared;
    tree->footprint_high = most + tree->largest_shared + (is_readable ? one->uss : one->rss);
    tree->unreadable += !is_readable;
    tree->processes++;
}

static int is_twin(pid_t pid) {
    bko__stat stat;
    return bko__stat_read(pid, &stat) == BKO_OK && bko__stat_twin(pid, &stat) > 0;
}

static int read_all(const pid_t *pids, size_t count, bko_memory_tree *tree) {
    for (size_t i = 0; i < count; i++) {
        bko_memory one;
        if (i > 0 && is_twin(pids[i])) {
            tree->processes++;
            continue;
        }
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

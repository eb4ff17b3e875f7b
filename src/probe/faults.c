/* See probe/faults.h. */
#include "probe/faults.h"

#include <unistd.h>

#include "bakeoff/error.h"
#include "probe/linux/memory.h"
#include "probe/linux/stat.h"

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int64_t newly(int64_t now, int64_t *before) {
    int64_t more = larger(now - larger(*before, 0), 0);
    *before = larger(now, *before);
    return more;
}

/* A process that is gone has passed its faults on to whoever has waited for it. */
void bko__faults_read(bko__processes *set, struct bko__process *process, bko__tally *found) {
    bko__stat stat;
    if (bko__stat_read_from(process->stat, process->pid, &stat) == BKO_OK) {
        int is_new = process->faults < 0;
        int64_t own = newly(stat.faults, &process->faults);
        found->own += own;
        found->late.faulted += is_new ? own : 0;
        found->reaped += newly(stat.reaped, &process->reaped);
        bko__processes_name(set, process, stat.name);
        return;
    }
    process->life = BKO__GONE;
    int is_ours = !process->is_root || bko__processes_knows(set, process->parent);
    if (is_ours || set->faults.adopted >= 0) {
        found->gone += larger(process->faults, 0) + process->reaped;
    }
}

void bko__faults_read_adopted(bko__fault_count *faults, bko__tally *found, int all) {
    bko__stat stat;
    int64_t used = faults->adopted >= 0 ? bko__processes_clock_ns(faults->adopter_clock) : -1;
    int is_new = all || used < 0 || used != faults->adopter_cpu_ns;
    faults->adopter_cpu_ns = used;
    if (faults->adopted >= 0 && is_new &&
        bko__stat_read_from(faults->adopter_stat, faults->adopter, &stat) == BKO_OK) {
        found->reaped += newly(stat.reaped, &faults->adopted);
    }
}

/*
 * What was waited for beyond the processes that are gone belongs to processes that nobody knew, or
 * to the last moments of known ones. A process may have been waited for between its own reading and
 * that of its parent; then it counted twice the last time, and is no explanation now.
 */
static int64_t unseen_faults(const bko__fault_count *faults, const bko__tally *found) {
    int64_t explained = larger(found->gone - faults->unexplained, 0);
    return larger(found->reaped - explained, 0);
}

/* Children of a process that ignores SIGCHLD are waited for by nobody: their last moments are not
 * known, nor are those of them that nobody saw. */
static int is_incomplete(const bko__fault_count *faults, const bko__tally *found) {
    return found->reaped + faults->unexplained < found->gone;
}

int64_t bko__faults_huge_bytes(bko__fault_count *faults, int64_t late) {
    if (late <= 0 || faults->huge_then < 0) {
        return 0;
    }
    int64_t more = larger(bko__memory_huge_faults(&faults->huge_file) - faults->huge_then, 0);
    faults->huge_then += more;
    return (more < late ? more : late) * (faults->huge_size - sysconf(_SC_PAGESIZE));
}

void bko__faults_count(bko__fault_count *faults, bko__tally *found, bko__usage *usage) {
    int64_t page = sysconf(_SC_PAGESIZE);
    int64_t unseen = unseen_faults(faults, found);
    faults->is_missed |= is_incomplete(faults, found);
    faults->was_missed |= faults->is_missed;
    faults->is_unreaped |= faults->adopted >= 0 && is_incomplete(faults, found);
    faults->ever += found->own + found->reaped - found->gone;
    faults->unexplained = larger(found->reaped - found->gone, 0);
    faults->unseen += unseen;
    int64_t late = found->late.faulted + unseen;
    int64_t huge = bko__faults_huge_bytes(faults, late);
    faults->since += found->own + unseen;
    faults->since_huge += huge;
    found->late.faulted = late * page + huge;
    usage->step.late = bko__bracket_growth(&found->late);
    usage->step.faulted = faults->is_missed ? -1 : (found->own + unseen) * page + huge;
    usage->since.faulted = faults->is_missed ? -1 : faults->since * page + faults->since_huge;
}

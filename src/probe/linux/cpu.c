/* CPU time and context switches of a live process, from /proc and its CPU clock. No state. */
#include "bakeoff/cpu.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "bakeoff/tree.h"
#include "probe/linux/proc.h"

struct visit {
    pid_t pid;
    bko_cpu *cpu;
};

/* Fields 4 and 14 to 17, counted from after the name, which is in parentheses and may contain
 * spaces. */
static int parse_stat(const char *text, bko_cpu *cpu) {
    const char *name_end = strrchr(text, ')');
    int parent = 0;
    unsigned long user = 0;
    unsigned long system = 0;
    long reaped_user = 0;
    long reaped_system = 0;
    static const char format[] = ") %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld";
    if (name_end == NULL ||
        sscanf(name_end, format, &parent, &user, &system, &reaped_user, &reaped_system) != 5) {
        return BKO_EPROTOCOL;
    }
    cpu->parent = parent;
    double ticks_per_second = (double)sysconf(_SC_CLK_TCK);
    cpu->user_s = (double)user / ticks_per_second;
    cpu->system_s = (double)system / ticks_per_second;
    cpu->reaped_user_s = (double)reaped_user / ticks_per_second;
    cpu->reaped_system_s = (double)reaped_system / ticks_per_second;
    return BKO_OK;
}

/* This file has the context switches of a single thread, not of the process. */
static int visit_thread(int tid, void *context) {
    struct visit *visit = context;
    char path[BKO__PROC_PATH];
    char text[8192];
    snprintf(path, sizeof path, "/proc/%d/task/%d/status", (int)visit->pid, tid);
    if (bko__proc_read(path, text, sizeof text) != BKO_OK) {
        return BKO_OK;
    }
    int64_t voluntary = bko__proc_number(text, "\nvoluntary_ctxt_switches:");
    int64_t involuntary = bko__proc_number(text, "\nnonvoluntary_ctxt_switches:");
    visit->cpu->voluntary += voluntary > 0 ? voluntary : 0;
    visit->cpu->involuntary += involuntary > 0 ? involuntary : 0;
    visit->cpu->threads++;
    return BKO_OK;
}

static double exact_total(pid_t pid, double otherwise) {
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) {
        return otherwise;
    }
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

/* Reads times and parent, which come from a single file. */
static int read_times(pid_t pid, bko_cpu *cpu) {
    char path[BKO__PROC_PATH];
    char text[1024];
    memset(cpu, 0, sizeof *cpu);
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int err = bko__proc_read(path, text, sizeof text);
    return err == BKO_OK ? parse_stat(text, cpu) : err;
}

int bko_cpu_read(pid_t pid, bko_cpu *cpu) {
    char path[BKO__PROC_PATH];
    int err = read_times(pid, cpu);
    if (err != BKO_OK) {
        return err;
    }
    cpu->total_s = exact_total(pid, cpu->user_s + cpu->system_s);
    struct visit visit = {.pid = pid, .cpu = cpu};
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    return bko__proc_each(path, visit_thread, &visit);
}

int bko_cpu_read_tree(pid_t root, double *used_s) {
    pid_t pids[BKO_TREE_MAX];
    size_t count = 0;
    int err = bko_tree_list(root, pids, BKO_TREE_MAX, &count);
    *used_s = 0;
    for (size_t i = 0; i < count; i++) {
        bko_cpu cpu;
        if (read_times(pids[i], &cpu) == BKO_OK) {
            *used_s += cpu.user_s + cpu.system_s + cpu.reaped_user_s + cpu.reaped_system_s;
        }
    }
    return err == BKO_ETOOLARGE ? BKO_OK : err;
}

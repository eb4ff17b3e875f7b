/* Memory of one process, from /proc. No state. */
#include "bakeoff/memory.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bakeoff/error.h"
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

/* Reads a number of KiB from the process's status as bytes; -1: it has no such line, as a zombie. */
static int64_t status_bytes(pid_t pid, const char *line, int *err) {
    char path[BKO__PROC_PATH];
    char text[8192];
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    *err = bko__proc_read(path, text, sizeof text);
    int64_t number = *err == BKO_OK ? bko__proc_number(text, line) : -1;
    return number >= 0 ? number * 1024 : -1;
}

int bko_memory_read_peak(pid_t pid, int64_t *bytes) {
    int err = BKO_OK;
    int64_t peak = status_bytes(pid, "\nVmHWM:", &err);
    *bytes = peak > 0 ? peak : 0;
    return err == BKO_OK && peak < 0 ? BKO_EGONE : err;
}

int64_t bko__memory_of_files(pid_t pid) {
    int err = BKO_OK;
    int64_t bytes = status_bytes(pid, "\nRssFile:", &err);
    return bytes > 0 ? bytes : 0;
}

static bko__statm parse(const char *text) {
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
    bko__statm seen = parse(text);
    *memory = (bko_memory){.rss = seen.rss, .pss = -1, .shared = seen.rss};
    return seen.size > 0 ? BKO_OK : BKO_EGONE;
}

int64_t bko__memory_of_shared_files(int *file) {
    char text[4096];
    int err = file != NULL ? bko__proc_read_kept(file, "/proc/meminfo", text, sizeof text)
                           : bko__proc_read("/proc/meminfo", text, sizeof text);
    int64_t number = err == BKO_OK ? bko__proc_number(text, "\nShmem:") : -1;
    return number >= 0 ? number * 1024 : -1;
}

/* Sizes below that of a huge page ("mTHP") are off by default and not considered. */
static int64_t read_huge_size(void) {
    static const char folder[] = "/sys/kernel/mm/transparent_hugepage/";
    char path[sizeof folder + 32];
    char text[128];
    snprintf(path, sizeof path, "%senabled", folder);
    int is_off =
        bko__proc_read(path, text, sizeof text) != BKO_OK || strstr(text, "[never]") != NULL;
    snprintf(path, sizeof path, "%shpage_pmd_size", folder);
    return !is_off && bko__proc_read(path, text, sizeof text) == BKO_OK ? strtoll(text, NULL, 10)
                                                                        : 0;
}

/* Read once per process: it is the machine's. */
int64_t bko__memory_huge_size(void) {
    static _Atomic int64_t known; /* size + 1; 0: not read yet */
    int64_t seen = atomic_load_explicit(&known, memory_order_relaxed);
    if (seen == 0) {
        seen = read_huge_size() + 1;
        atomic_store_explicit(&known, seen, memory_order_relaxed);
    }
    return seen - 1;
}

int64_t bko__memory_huge_faults(int *file) {
    char text[16384];
    int err = file != NULL ? bko__proc_read_kept(file, "/proc/vmstat", text, sizeof text)
                           : bko__proc_read("/proc/vmstat", text, sizeof text);
    return err == BKO_OK ? bko__proc_number(text, "\nthp_fault_alloc ") : -1;
}

int64_t bko__memory_of_machine(void) {
    return (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
}

int bko__statm_open(pid_t pid) {
    char path[BKO__PROC_PATH];
    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    return open(path, O_RDONLY | O_CLOEXEC);
}

bko__statm bko__statm_read(int statm, pid_t pid) {
    char text[128];
    int fd = statm >= 0 ? statm : bko__statm_open(pid);
    ssize_t length = fd >= 0 ? pread(fd, text, sizeof text - 1, 0) : -1;
    if (fd >= 0 && fd != statm) {
        close(fd);
    }
    text[length > 0 ? length : 0] = '\0';
    return parse(text);
}

/* See probe/linux/stat.h. */
#include "probe/linux/stat.h"

#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "probe/linux/proc.h"

/* PF_FORKNOEXEC of the kernel's include/linux/sched.h, which no public header has. */
enum { FORKED_WITHOUT_EXEC = 0x40 };

/* Fields 3, 4 and 9 to 13. They are counted from after the name, which is in parentheses and may
 * contain anything. */
static int parse(const char *text, bko__stat *out) {
    const char *name_end = strrchr(text, ')');
    char state = 'X';
    int parent = 0;
    unsigned flags = 0;
    long long minor = 0;
    long long minor_reaped = 0;
    long long major = 0;
    long long major_reaped = 0;
    static const char format[] = ") %c %d %*d %*d %*d %*d %u %lld %lld %lld %lld";
    if (name_end == NULL || sscanf(name_end, format, &state, &parent, &flags, &minor, &minor_reaped,
                                   &major, &major_reaped) != 7) {
        return BKO_EPROTOCOL;
    }
    *out = (bko__stat){.parent = parent,
                       .has_ended = state == 'Z' || state == 'X',
                       .is_copy = (flags & FORKED_WITHOUT_EXEC) != 0,
                       .faults = minor + major,
                       .reaped = minor_reaped + major_reaped};
    return BKO_OK;
}

int bko__stat_read(pid_t pid, bko__stat *out) {
    char path[BKO__PROC_PATH];
    char text[1024];
    *out = (bko__stat){0};
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int err = bko__proc_read(path, text, sizeof text);
    return err == BKO_OK ? parse(text, out) : err;
}

int bko__stat_open(pid_t pid) {
    char path[BKO__PROC_PATH];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    return open(path, O_RDONLY | O_CLOEXEC);
}

int bko__stat_read_from(int file, pid_t pid, bko__stat *out) {
    char text[1024];
    if (file < 0) {
        return bko__stat_read(pid, out);
    }
    *out = (bko__stat){0};
    ssize_t length = pread(file, text, sizeof text - 1, 0);
    if (length <= 0) {
        return BKO_EGONE;
    }
    text[length] = '\0';
    return parse(text, out);
}

int bko__stat_same_memory(pid_t a, pid_t b) {
    return syscall(SYS_kcmp, a, b, KCMP_VM, 0UL, 0UL) == 0;
}

pid_t bko__stat_twin(pid_t pid, const bko__stat *stat) {
    return stat->is_copy && bko__stat_same_memory(pid, stat->parent) ? stat->parent : 0;
}

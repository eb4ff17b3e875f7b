/* See probe/linux/stat.h. */
#include "probe/linux/stat.h"

#include <fcntl.h>
#include <linux/kcmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "probe/linux/proc.h"

/* PF_FORKNOEXEC of the kernel's include/linux/sched.h, which no public header has. */
enum { FORKED_WITHOUT_EXEC = 0x40 };

/* The numbers after the state: fields 4 to 13. */
enum { PARENT, FLAGS = 5, MINOR, MINOR_REAPED, MAJOR, MAJOR_REAPED, NUMBERS };

/* By hand, because sscanf takes longer than the kernel needs to write the text. */
static int parse_numbers(const char *at, long long numbers[NUMBERS]) {
    for (int i = 0; i < NUMBERS; i++) {
        char *rest = NULL;
        numbers[i] = strtoll(at, &rest, 10);
        if (rest == at) {
            return BKO_EPROTOCOL;
        }
        at = rest;
    }
    return BKO_OK;
}

static void copy_name(const char *text, const char *end, char name[BKO_PROCESS_NAME]) {
    const char *begin = strchr(text, '(');
    size_t length = begin != NULL && begin < end ? (size_t)(end - begin - 1) : 0;
    length = length < BKO_PROCESS_NAME ? length : BKO_PROCESS_NAME - 1;
    memcpy(name, length > 0 ? begin + 1 : "", length);
}

/* They are counted from after the name, which is in parentheses and may contain anything. */
static int parse(const char *text, bko__stat *out) {
    const char *name_end = strrchr(text, ')');
    long long numbers[NUMBERS];
    if (name_end == NULL || name_end[1] != ' ' || name_end[2] == '\0' ||
        parse_numbers(name_end + 3, numbers) != BKO_OK) {
        return BKO_EPROTOCOL;
    }
    char state = name_end[2];
    *out = (bko__stat){.parent = (pid_t)numbers[PARENT],
                       .has_ended = state == 'Z' || state == 'X',
                       .is_stopped = state == 'T',
                       .is_copy = (numbers[FLAGS] & FORKED_WITHOUT_EXEC) != 0,
                       .faults = numbers[MINOR] + numbers[MAJOR],
                       .reaped = numbers[MINOR_REAPED] + numbers[MAJOR_REAPED]};
    copy_name(text, name_end, out->name);
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

int bko__stat_ignores_children(pid_t pid) {
    static const char label[] = "\nSigIgn:";
    char path[BKO__PROC_PATH];
    char text[4096];
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    const char *found =
        bko__proc_read(path, text, sizeof text) == BKO_OK ? strstr(text, label) : NULL;
    unsigned long long ignored = found != NULL ? strtoull(found + sizeof label - 1, NULL, 16) : 0;
    return (int)(ignored >> (SIGCHLD - 1) & 1);
}

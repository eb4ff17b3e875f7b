/*
 * Tells the process that made an object from a forked copy of it. Every call on an object that must
 * not be used in a copy asks this, so it costs a memory read and not a system call.
 *
 * Threads: any.
 */
#ifndef BAKEOFF_CORE_FORK_MARK_H
#define BAKEOFF_CORE_FORK_MARK_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct bko__fork_mark {
    const volatile unsigned char *page; /* 1 in the original, 0 in copies; NULL: compare the pid */
    pid_t pid;                          /* the process that made it */
} bko__fork_mark;

/* Cannot fail: if the page cannot be mapped, the pid is compared. */
void bko__fork_mark_open(bko__fork_mark *mark);
void bko__fork_mark_close(bko__fork_mark *mark);
bool bko__fork_mark_is_mine(const bko__fork_mark *mark);

#endif

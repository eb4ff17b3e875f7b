/*
 * Is this still the process that made a thing, or a forked copy? Asked at every call of what must not be
 * used in a copy, so it costs a read, not a system call.
 *
 * Threads: any may ask.
 */
#ifndef BAKEOFF_CORE_FORK_MARK_H
#define BAKEOFF_CORE_FORK_MARK_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct bko__fork_mark {
    const volatile unsigned char *page; /* 1, and 0 in copies; NULL: ask the system */
    pid_t pid;                          /* that made it */
} bko__fork_mark;

/* Cannot fail: without the page it asks the system. */
void bko__fork_mark_open(bko__fork_mark *mark);
void bko__fork_mark_close(bko__fork_mark *mark);
bool bko__fork_mark_is_mine(const bko__fork_mark *mark);

#endif

/* What a test has left behind, and whether this build can fork at all. */
#ifndef SUPPORT_PROCESS_H
#define SUPPORT_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/* Open descriptors of this process. */
int process_descriptors(void);

/* Returns whether this process has no children. */
bool process_is_childless(void);

/* Waits (generously) until the process has ended and returns whether it did. It need not be a
 * child; a zombie has ended. */
bool process_ends(pid_t pid);

/* Like process_ends, but returns at once. */
bool process_is_running(pid_t pid);

/* Skips the test under the thread sanitizer. The sanitizer runs a thread of its own in every
 * process, so pools and trials, which insist on one thread, refuse to fork. Call it first in a
 * test. */
void skip_where_forking_is_refused(void);

#endif

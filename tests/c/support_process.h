/* What a test leaves behind, and whether this build can fork at all. */
#ifndef SUPPORT_PROCESS_H
#define SUPPORT_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/* Open descriptors of this process. */
int process_descriptors(void);

/* Does this process have no children at all? */
bool process_is_childless(void);

/* Waits (generously) until the process, which need not be a child, has ended, and says whether it
 * did. A zombie has ended. */
bool process_ends(pid_t pid);

/* As process_ends for a number that may be of a process long gone. */
bool process_is_running(pid_t pid);

/* The thread sanitizer runs a thread of its own in every process, so the pools and the trial, which
 * insist on one thread, refuse. To be called first in a test: skips it there, with this reason. */
void skip_where_forking_is_refused(void);

#endif

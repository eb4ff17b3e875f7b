/* Helpers for processes, shared by the pools and the trial. */
#ifndef BAKEOFF_CORE_PROCESS_H
#define BAKEOFF_CORE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

/* Does the calling process have exactly one thread? Only then does fork copy a consistent state.
 * False as well if the kernel doesn't say. */
bool bko__process_is_single_threaded(void);

/* In a forked child: makes the kernel kill it when its parent dies, for whatever reason. Exits at
 * once if `parent` is gone. */
void bko__process_die_with(pid_t parent);

/* Names the calling process, as ps and top show it: at most 15 bytes. Its first thread calls this. */
void bko__process_name(const char *name);

/* Reaps `pid`, waiting at most `timeout_ns`. BKO_ETIMEOUT; BKO_EGONE if it is not our child. */
int bko__process_reap(pid_t pid, int64_t timeout_ns, int *status, struct rusage *usage);

/* Reaps a child that is about to end, however long that takes. Returns `pid`, or -1 if it is not our
 * child. `status` may be NULL. */
pid_t bko__process_await(pid_t pid, int *status);

/* Writes "was killed by signal 9 (Killed)" or "exited with code 1". */
void bko__process_describe(int status, char *out, size_t size);

#endif

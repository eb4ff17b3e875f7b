/*
 * Opens and reads the kernel's counters (perf_event_open) of a process and of all that it starts from then on.
 *
 * Owner: whoever opened them. Nothing here allocates: the guardian uses it, too.
 */
#ifndef BAKEOFF_CORE_COUNTERS_H
#define BAKEOFF_CORE_COUNTERS_H

#include <stdbool.h>
#include <sys/types.h>

#include "bakeoff/counters.h"

/* An event as perf_event_open knows it. */
typedef struct bko__event {
    uint32_t type;
    uint64_t config;
} bko__event;

/* The events of all counters, in their order. */
extern const bko__event bko__counter_events[BKO_COUNTER_COUNT];

typedef struct bko__counters {
    int fds[BKO_COUNTER_COUNT];    /* owned; -1: not available */
    int errors[BKO_COUNTER_COUNT]; /* errno, where it isn't */
} bko__counters;

/* Begins with none open. */
void bko__counters_clear(bko__counters *set);

/* Opens counters of `pid` (0: this process) and its later children. events: bko__counter_events, or others in a
 * test. on_exec: they count from its next exec on, otherwise at once. */
void bko__counters_open(bko__counters *set, const bko__event *events, pid_t pid, bool on_exec);

/* Reads them; also after all processes have ended. */
void bko__counters_read(const bko__counters *set, bko_count counts[BKO_COUNTER_COUNT]);
void bko__counters_close(bko__counters *set);

#endif

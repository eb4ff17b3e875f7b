/* See core/counters.h. */
#include "core/counters.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

const bko__event bko__counter_events[BKO_COUNTER_COUNT] = {
    [BKO_COUNTER_INSTRUCTIONS] = {PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
    [BKO_COUNTER_CYCLES] = {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
    [BKO_COUNTER_BRANCH_MISSES] = {PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES},
    [BKO_COUNTER_CACHE_MISSES] = {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES},
    [BKO_COUNTER_PAGE_FAULTS] = {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS},
};

const char *bko_counter_name(int counter) {
#define NAME(symbol, name) name,
    static const char *const names[] = {BKO_COUNTERS(NAME)};
#undef NAME
    return counter >= 0 && counter < BKO_COUNTER_COUNT ? names[counter] : NULL;
}

void bko__counters_clear(bko__counters *set) {
    memset(set, 0, sizeof *set);
    for (size_t i = 0; i < BKO_COUNTER_COUNT; i++) {
        set->fds[i] = -1;
    }
}

/* Single events, since the kernel reads groups of inherited ones only in its latest versions. */
static int open_one(const bko__event *event, pid_t pid, bool on_exec) {
    struct perf_event_attr attributes = {.size = sizeof attributes,
                                         .type = event->type,
                                         .config = event->config,
                                         .inherit = 1,
                                         .exclude_kernel = 1,
                                         .exclude_hv = 1,
                                         .disabled = on_exec,
                                         .enable_on_exec = on_exec,
                                         .read_format = PERF_FORMAT_TOTAL_TIME_ENABLED |
                                                        PERF_FORMAT_TOTAL_TIME_RUNNING};
    return (int)syscall(SYS_perf_event_open, &attributes, pid, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

void bko__counters_open(bko__counters *set, const bko__event *events, pid_t pid, bool on_exec) {
    bko__counters_clear(set);
    for (size_t i = 0; i < BKO_COUNTER_COUNT; i++) {
        set->fds[i] = open_one(&events[i], pid, on_exec);
        set->errors[i] = set->fds[i] < 0 ? errno : 0;
    }
}

typedef struct reading {
    uint64_t value, enabled, running;
} reading;

/* Where the processor has fewer counters than events, the kernel lets them take turns: what was counted is scaled
 * to the whole time, as perf does it. */
static void scale(const reading *seen, bko_count *out) {
    if (seen->running == 0 && seen->enabled > 0) {
        return; /* it never had its turn */
    }
    out->share = seen->enabled > 0 ? (double)seen->running / (double)seen->enabled : 1;
    out->value =
        out->share < 1 ? (int64_t)((double)seen->value / out->share) : (int64_t)seen->value;
}

void bko__counters_read(const bko__counters *set, bko_count counts[BKO_COUNTER_COUNT]) {
    for (size_t i = 0; i < BKO_COUNTER_COUNT; i++) {
        reading seen;
        counts[i] = (bko_count){.value = -1, .error = set->errors[i]};
        if (set->fds[i] >= 0 && read(set->fds[i], &seen, sizeof seen) == (ssize_t)sizeof seen) {
            scale(&seen, &counts[i]);
        }
    }
}

void bko__counters_close(bko__counters *set) {
    for (size_t i = 0; i < BKO_COUNTER_COUNT; i++) {
        if (set->fds[i] >= 0) {
            close(set->fds[i]);
            set->fds[i] = -1;
        }
    }
}

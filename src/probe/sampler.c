/*
 * The sampler's schedule and results; sample.c takes the samples. The budget (budget.h) decides what
 * readings may cost; demanded samples are always taken.
 *
 * Owner: the bench's loop, one thread. Nothing here allocates between create and free.
 */
#include "bakeoff/sampler.h"

#include <stdlib.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/fd.h"
#include "probe/faults.h"
#include "probe/linux/memory.h"
#include "probe/sampler_parts.h"

enum { DEFAULT_EVERY_NS = 10 * 1000 * 1000, DEFAULT_SAMPLES = 200000, FEWEST_SAMPLES = 16 };

static const double DEFAULT_BUDGET = 0.01;

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int complete_options(bko_sampler_options *options) {
    options->every_ns = options->every_ns == 0 ? DEFAULT_EVERY_NS : options->every_ns;
    options->budget = options->budget == 0 ? DEFAULT_BUDGET : options->budget;
    options->max_samples = options->max_samples == 0 ? DEFAULT_SAMPLES : options->max_samples;
    int valid = options->root > 0 && options->every_ns > 0 && options->budget > 0 &&
                options->budget <= 1 && options->max_samples >= FEWEST_SAMPLES;
    return valid ? BKO_OK : BKO_EINVAL;
}

int bko_sampler_create(bko_sampler **out, const bko_sampler_options *options) {
    *out = NULL;
    bko_sampler_options completed = *options;
    int err = complete_options(&completed);
    if (err != BKO_OK) {
        return err;
    }
    bko_sampler *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return BKO_ENOMEM;
    }
    s->options = completed;
    s->budget.share = completed.budget;
    s->budget.demands_apart = completed.runs_on;
    s->start_ns = s->outside_then = -1;
    s->outside_file = -1;
    s->result = (bko_sampler_result){.footprint_peak = -1,
                                     .footprint_peak_high = -1,
                                     .footprint_baseline = -1,
                                     .pss_peak = -1,
                                     .uss_peak = -1,
                                     .rss_peak = -1};
    err = bko__record_create(&s->record, completed.max_samples);
    if (err == BKO_OK) {
        err = bko__processes_create(&s->processes, completed.root, completed.adopter);
    }
    if (err != BKO_OK) {
        bko_sampler_free(s);
        return err;
    }
    *out = s;
    return BKO_OK;
}

int bko_sampler_add(bko_sampler *s, pid_t pid) {
    return pid > 0 ? bko__processes_add(&s->processes, pid) : BKO_EINVAL;
}

static void begin(bko_sampler *s, int64_t now_ns) {
    if (s->start_ns < 0) {
        s->start_ns = now_ns;
        s->due_ns = now_ns;
    }
}

/*
 * Moves due_ns to the first point of the grid after `now_ns`, so that a late tick doesn't delay the
 * following ones. Returns how many points were skipped.
 */
static int64_t advance(bko_sampler *s, int64_t now_ns) {
    int64_t missed = (now_ns - s->due_ns) / s->options.every_ns;
    s->due_ns += (missed + 1) * s->options.every_ns;
    return missed;
}

/* Waits until RSS is paid for, instead of waking up repeatedly for nothing. */
static void postpone(bko_sampler *s, int64_t now_ns) {
    int64_t paid_ns = s->start_ns + (int64_t)bko__budget_paid_after_ns(&s->budget, BKO__RSS);
    s->result.skipped += 1 + advance(s, larger(now_ns, paid_ns));
}

int bko_sampler_tick(bko_sampler *s, int64_t now_ns, int phase) {
    begin(s, now_ns);
    if (now_ns < s->due_ns) {
        return 0;
    }
    bko__budget_wake(&s->budget);
    if (!bko__budget_pays(&s->budget, BKO__RSS, now_ns - s->start_ns)) {
        postpone(s, now_ns);
        return 0;
    }
    (void)advance(s, now_ns);
    int64_t wall = bko_clock_now_ns();
    int taken = bko__sampler_take(s, now_ns, phase, BKO__TICK);
    s->result.probe_ns += bko_clock_now_ns() - wall;
    return taken;
}

int bko_sampler_full(bko_sampler *s, int64_t now_ns, int phase) {
    begin(s, now_ns);
    int64_t wall = bko_clock_now_ns();
    int64_t cpu = s->budget.spent_ns;
    int taken = bko__sampler_take(s, now_ns, phase, BKO__FULL);
    s->result.demanded_cpu_ns += s->options.runs_on ? 0 : s->budget.spent_ns - cpu;
    s->result.probe_ns += bko_clock_now_ns() - wall;
    return taken;
}

int bko__sampler_look(bko_sampler *s, int64_t now_ns, int phase) {
    begin(s, now_ns);
    int64_t wall = bko_clock_now_ns();
    int taken = bko__sampler_take(s, now_ns, phase, BKO__LOOK);
    s->result.probe_ns += bko_clock_now_ns() - wall;
    return taken;
}

int bko_sampler_is_alive(const bko_sampler *s) {
    return bko__processes_is_any_alive(&s->processes);
}

int64_t bko_sampler_due_ns(const bko_sampler *s) {
    return s->due_ns;
}

int bko_sampler_finish(bko_sampler *s) {
    int64_t wall = bko_clock_now_ns();
    int64_t cpu = bko__budget_clock_ns();
    int64_t peak = 0;
    int err = bko__processes_peak(&s->processes, &peak);
    if (err == BKO_OK) {
        s->is_finished = 1;
        s->result.footprint_peak = larger(s->result.footprint_peak, peak);
    }
    cpu = bko__budget_clock_ns() - cpu;
    s->budget.spent_ns += cpu;
    s->result.demanded_cpu_ns += cpu;
    s->result.probe_ns += bko_clock_now_ns() - wall;
    return err;
}

/* Processes that had not been listed may have had them before the last sample. */
void bko__sampler_end(bko_sampler *s, const bko__ending *ending) {
    bko__fault_count *counted = &s->processes.faults;
    counted->is_unreaped |= ending->is_unreaped;
    s->had_children |= ending->had_children;
    int64_t more = larger(ending->faults - (counted->ever - counted->unexplained), 0);
    int64_t bytes = more * sysconf(_SC_PAGESIZE) + bko__faults_huge_bytes(counted, more);
    bko__change step = {.faulted = bytes, .late = bytes};
    bko__change since = s->since;
    since.faulted = since.faulted < 0 ? -1 : since.faulted + bytes;
    (void)bko__bracket_extend(&s->bracket, s->bracket.rss, &since, &step);
}

static int is_high_unknown(const bko_sampler *s) {
    return s->processes.faults.was_missed || s->processes.faults.is_unreaped;
}

/* What is not known has at most all of the machine's memory. */
static int64_t bracket_high(const bko_sampler *s) {
    int64_t high = bko__bracket_peak(&s->bracket);
    return is_high_unknown(s) ? larger(high, bko__memory_of_machine()) : high;
}

/* If only one process ever was, and the kernel has told its peak, the peak is known exactly. */
static int64_t peak_high(const bko_sampler *s, int was_alone) {
    int64_t seen = s->result.footprint_peak;
    return seen < 0 || (was_alone && s->is_finished) ? seen : larger(seen, bracket_high(s));
}

void bko_sampler_read(const bko_sampler *s, bko_sampler_result *result) {
    *result = s->result;
    result->is_unreaped = s->processes.faults.is_unreaped;
    result->is_high_unknown = is_high_unknown(s) && s->result.footprint_peak >= 0;
    result->was_alone = result->processes_peak == 1 && s->processes.faults.unseen == 0 &&
                        !s->had_children && !result->is_high_unknown;
    result->footprint_peak_high = peak_high(s, result->was_alone);
    /* RSS was at least as high, even if no sample of it has caught that moment. */
    result->rss_peak = larger(result->rss_peak, result->footprint_peak);
    result->every_ns = s->options.every_ns;
    result->probe_cpu_ns = s->budget.spent_ns;
}

const bko_memory_sample *bko_sampler_samples(const bko_sampler *s, size_t *count) {
    *count = s->record.count;
    return s->record.samples;
}

const bko_sampled_process *bko_sampler_processes(const bko_sampler *s, size_t *count) {
    *count = s->processes.seen_count;
    return s->processes.seen;
}

const bko_holding *bko_sampler_holdings(const bko_sampler *s, const bko_memory_sample *sample,
                                        size_t *count) {
    *count = sample->holdings;
    return s->record.holdings + sample->first_holding;
}

void bko_sampler_free(bko_sampler *s) {
    if (s == NULL) {
        return;
    }
    /* In a forked child, the number may belong to another file; see bko__processes_release. */
    if (s->processes.region.owner == getpid()) {
        bko__fd_close(&s->outside_file);
    }
    bko__processes_release(&s->processes);
    bko__record_release(&s->record);
    free(s);
}

/*
 * The sampler decides which reading to take at which tick and keeps the results. The budget
 * (budget.h) decides what readings may cost; demanded samples are always taken.
 *
 * Owner: the bench's loop, one thread. Nothing here allocates between create and free.
 */
#include "bakeoff/sampler.h"

#include <stdlib.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "probe/budget.h"
#include "probe/processes.h"
#include "probe/record.h"

enum { DEFAULT_EVERY_NS = 10 * 1000 * 1000, DEFAULT_SAMPLES = 200000, FEWEST_SAMPLES = 16 };

static const double DEFAULT_BUDGET = 0.01;

struct bko_sampler {             /* one thread, the owner's */
    bko_sampler_options options; /* const after create, except that every_ns may double */
    bko__processes processes;
    bko__record record;
    bko__budget budget;
    bko_sampler_result result;
    int64_t start_ns; /* time of the first call; -1 before */
    int64_t due_ns;
};

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
    s->budget.demands_apart = completed.demands_apart;
    s->start_ns = -1;
    s->result = (bko_sampler_result){.footprint_peak = -1,
                                     .footprint_baseline = -1,
                                     .pss_peak = -1,
                                     .uss_peak = -1,
                                     .rss_peak = -1};
    err = bko__record_create(&s->record, completed.max_samples);
    if (err == BKO_OK) {
        err = bko__processes_create(&s->processes, completed.root);
    }
    if (err != BKO_OK) {
        bko_sampler_free(s);
        return err;
    }
    *out = s;
    return BKO_OK;
}

/* --- the readings ---------------------------------------------------------------------------- */

static int affordable(const bko_sampler *s, bko__reading reading, int64_t now_ns) {
    return bko__budget_paid_after_ns(&s->budget, reading) <= (double)(now_ns - s->start_ns);
}

static void list(bko_sampler *s) {
    int64_t cpu = bko__budget_clock_ns();
    bko__processes_list(&s->processes, s->options.root);
    s->budget.size.processes = s->processes.count;
    bko__budget_charge(&s->budget, BKO__LIST, cpu);
}

static void read_rss(bko_sampler *s, bko_memory_sample *sample) {
    int64_t cpu = bko__budget_clock_ns();
    bko__usage usage;
    bko__processes_usage(&s->processes, &usage);
    sample->rss = usage.rss;
    sample->cpu_ns = usage.cpu_ns;
    sample->processes = (int)s->processes.count;
    s->budget.size = (bko__tree_size){.rss = sample->rss, .processes = s->processes.count};
    bko__budget_charge(&s->budget, BKO__RSS, cpu);
    /* A tree's footprint is never smaller than the RSS of one process in it. */
    int64_t least = larger(usage.largest, bko__processes_least(&s->processes));
    if (usage.largest > 0) {
        s->result.footprint_peak = larger(s->result.footprint_peak, least);
    }
}

static void read_rollup(bko_sampler *s, bko_memory_sample *sample) {
    int64_t cpu = bko__budget_clock_ns();
    bko_memory_tree memory;
    bko__processes_memory(&s->processes, &memory);
    bko__budget_charge(&s->budget, BKO__ROLLUP, cpu);
    if (memory.processes == 0) {
        return;
    }
    sample->processes = memory.processes;
    sample->rss = memory.rss;
    sample->pss = memory.pss;
    sample->uss = memory.uss;
    sample->footprint = memory.footprint;
}

/* --- a sample -------------------------------------------------------------------------------- */

static void update_result(bko_sampler *s, const bko_memory_sample *sample) {
    bko_sampler_result *result = &s->result;
    result->samples++;
    result->rss_peak = larger(result->rss_peak, sample->rss);
    result->processes_peak = (int)larger(result->processes_peak, sample->processes);
    if (sample->footprint < 0) {
        return;
    }
    result->full_samples++;
    result->pss_peak = larger(result->pss_peak, sample->pss);
    result->uss_peak = larger(result->uss_peak, sample->uss);
    result->footprint_peak = larger(result->footprint_peak, sample->footprint);
    if (result->footprint_baseline < 0) {
        result->footprint_baseline = sample->footprint;
    }
}

static int keep(bko_sampler *s, const bko_memory_sample *sample) {
    if (sample->processes == 0) {
        return BKO_EGONE;
    }
    update_result(s, sample);
    if (bko__record_add(&s->record, sample)) {
        s->options.every_ns *= 2;
    }
    return 1;
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

static int take(bko_sampler *s, int64_t now_ns, int phase, int forced) {
    bko_memory_sample sample = {
        .time_ns = now_ns, .phase = phase, .pss = -1, .uss = -1, .footprint = -1};
    if (!s->options.root_only && (forced || affordable(s, BKO__LIST, now_ns))) {
        list(s);
    }
    read_rss(s, &sample);
    if (sample.processes > 0 && (forced || affordable(s, BKO__ROLLUP, now_ns))) {
        read_rollup(s, &sample);
        if (forced) {
            bko__budget_demanded(&s->budget);
        }
    }
    return keep(s, &sample);
}

int bko_sampler_tick(bko_sampler *s, int64_t now_ns, int phase) {
    begin(s, now_ns);
    if (now_ns < s->due_ns) {
        return 0;
    }
    bko__budget_wake(&s->budget);
    if (!affordable(s, BKO__RSS, now_ns)) {
        postpone(s, now_ns);
        return 0;
    }
    (void)advance(s, now_ns);
    int64_t wall = bko_clock_now_ns();
    int taken = take(s, now_ns, phase, 0);
    s->result.probe_ns += bko_clock_now_ns() - wall;
    return taken;
}

int bko_sampler_full(bko_sampler *s, int64_t now_ns, int phase) {
    begin(s, now_ns);
    int64_t wall = bko_clock_now_ns();
    int64_t cpu = s->budget.spent_ns;
    int taken = take(s, now_ns, phase, 1);
    s->result.demanded_cpu_ns += s->budget.spent_ns - cpu;
    s->result.probe_ns += bko_clock_now_ns() - wall;
    return taken;
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
        s->result.footprint_peak = larger(s->result.footprint_peak, peak);
    }
    cpu = bko__budget_clock_ns() - cpu;
    s->budget.spent_ns += cpu;
    s->result.demanded_cpu_ns += cpu;
    s->result.probe_ns += bko_clock_now_ns() - wall;
    return err;
}

void bko_sampler_read(const bko_sampler *s, bko_sampler_result *result) {
    *result = s->result;
    result->every_ns = s->options.every_ns;
    result->probe_cpu_ns = s->budget.spent_ns;
}

const bko_memory_sample *bko_sampler_samples(const bko_sampler *s, size_t *count) {
    *count = s->record.count;
    return s->record.samples;
}

void bko_sampler_free(bko_sampler *s) {
    if (s == NULL) {
        return;
    }
    bko__processes_release(&s->processes);
    bko__record_release(&s->record);
    free(s);
}

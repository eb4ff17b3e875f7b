/*
 * The sampler: what to read at which tick, and what it costs.
 *
 * Three readings, each with its own account of CPU time spent: RSS (cheap), listing the tree, and
 * the rollup (PSS, USS, footprint; dear). RSS may use up 0.3 of the budget, listing 0.15; the rollup
 * gets what they and waking up leave of the whole. Complete samples are taken on demand regardless,
 * and count: readings by choice then wait until time has paid for them.
 *
 * Owner: the bench's loop, one thread. Nothing here allocates between create and free.
 */
#include "bakeoff/sampler.h"

#include <stdlib.h>
#include <time.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "probe/processes.h"
#include "probe/record.h"

enum { RSS, LIST, ROLLUP, READINGS };

static const double share_of_budget[READINGS] = {0.3, 0.15, 1.0};

enum { DEFAULT_EVERY_NS = 10 * 1000 * 1000, DEFAULT_SAMPLES = 200000, FEWEST_SAMPLES = 16 };

static const double DEFAULT_BUDGET = 0.01;

/*
 * What it costs the owner to be woken up for a tick (timer, switch, a few reads of the clock): it can't
 * be seen from in here, so it is presumed; measured 25 to 40 µs in a virtual machine.
 */
enum { WAKING_NS = 35 * 1000 };

/* What a rollup takes for each MiB of pages of 4 KiB: measured 1 ms at 128 MiB, 8.5 ms at 1 GiB. */
enum { ROLLUP_NS_PER_MIB = 8000, MEBIBYTE = 1024 * 1024 };

/* Complete samples that a trial's owner will still demand: at the ends of work and of tear-down. */
enum { DEMANDS_AHEAD = 2 };

static const double ADVANCE_NS = 2e9;

struct account {
    int64_t spent_ns; /* CPU time, in all */
    int64_t last_ns;  /* CPU time of the last reading: the estimate for the next */
    int64_t last_rss; /* the tree then: its RSS, and how many processes it had */
    size_t last_processes;
};

struct bko_sampler {             /* one thread, the owner's */
    bko_sampler_options options; /* const after create, except that every_ns may double */
    bko__processes processes;
    bko__record record;
    struct account accounts[READINGS];
    bko_sampler_result result;
    int64_t waking_ns;   /* presumed, in all */
    int64_t demanded_ns; /* CPU time of the rollups that were demanded */
    int64_t start_ns;    /* of the first call; -1 before */
    int64_t due_ns;
    int64_t rss; /* at the last tick */
};

static int64_t cpu_now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

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

/* --- the budget ------------------------------------------------------------------------------ */

static void charge(bko_sampler *s, int reading, int64_t cpu_start_ns) {
    struct account *account = &s->accounts[reading];
    account->last_ns = cpu_now_ns() - cpu_start_ns;
    account->last_rss = s->rss;
    account->last_processes = s->processes.count;
    account->spent_ns += account->last_ns;
    s->result.probe_cpu_ns += account->last_ns;
}

/* A rollup costs something per process, and something per page. */
static int64_t estimate(const bko_sampler *s, int reading) {
    const struct account *account = &s->accounts[reading];
    int64_t cost = account->last_ns;
    if (reading != ROLLUP || account->last_processes == 0) {
        return cost;
    }
    if (s->processes.count > account->last_processes) {
        cost = cost * (int64_t)s->processes.count / (int64_t)account->last_processes;
    }
    return cost + larger(0, s->rss - account->last_rss) / MEBIBYTE * ROLLUP_NS_PER_MIB;
}

/*
 * What stands against the budget when `reading` is to be added. The rollup is last in line: all that was
 * spent, waking up included. The cheap readings come before the rollups made by choice, but after the
 * demanded ones, also those still to come: with very many processes those alone come near the budget.
 */
static int64_t committed_ns(const bko_sampler *s, int reading) {
    int64_t now_ns = s->waking_ns + estimate(s, reading);
    if (reading == ROLLUP) {
        return now_ns + s->result.probe_cpu_ns;
    }
    return now_ns + s->accounts[RSS].spent_ns + s->accounts[LIST].spent_ns + s->demanded_ns +
           DEMANDS_AHEAD * s->accounts[ROLLUP].last_ns;
}

/*
 * Elapsed time after which one more reading is paid for: the whole by the budget, and the cheap
 * readings by their own part of it, too. They get the budget of the first moments in advance, or a
 * start with many processes would go unseen.
 */
static double paid_after_ns(const bko_sampler *s, int reading) {
    double whole = (double)committed_ns(s, reading) / s->options.budget;
    if (reading == ROLLUP) {
        return whole;
    }
    double share = s->options.budget * share_of_budget[reading];
    double own = (double)(s->accounts[reading].spent_ns + estimate(s, reading)) / share;
    return whole <= ADVANCE_NS || own > whole ? own : whole;
}

static int affordable(const bko_sampler *s, int reading, int64_t now_ns) {
    return paid_after_ns(s, reading) <= (double)(now_ns - s->start_ns);
}

/* --- the readings ---------------------------------------------------------------------------- */

static void list(bko_sampler *s) {
    int64_t cpu = cpu_now_ns();
    bko__processes_list(&s->processes, s->options.root);
    charge(s, LIST, cpu);
}

static void read_rss(bko_sampler *s, bko_memory_sample *sample) {
    int64_t cpu = cpu_now_ns();
    int64_t largest = 0;
    bko__processes_rss(&s->processes, &sample->rss, &largest);
    sample->processes = (int)s->processes.count;
    s->rss = sample->rss;
    charge(s, RSS, cpu);
    /* No tree's footprint is smaller than the RSS of any one process in it. */
    if (largest > 0) {
        s->result.footprint_peak = larger(s->result.footprint_peak, largest);
    }
}

static void read_rollup(bko_sampler *s, bko_memory_sample *sample) {
    int64_t cpu = cpu_now_ns();
    bko_memory_tree memory;
    bko__processes_memory(&s->processes, &memory);
    charge(s, ROLLUP, cpu);
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
 * Moves due_ns to the first point of the grid after `now_ns`: a late tick doesn't make the
 * following ones late. Returns how many points that leaves out.
 */
static int64_t advance(bko_sampler *s, int64_t now_ns) {
    int64_t missed = (now_ns - s->due_ns) / s->options.every_ns;
    s->due_ns += (missed + 1) * s->options.every_ns;
    return missed;
}

/* Waits until RSS is paid for, rather than waking up in vain until then. */
static void postpone(bko_sampler *s, int64_t now_ns) {
    int64_t paid_ns = s->start_ns + (int64_t)paid_after_ns(s, RSS);
    s->result.skipped += 1 + advance(s, larger(now_ns, paid_ns));
}

static int take(bko_sampler *s, int64_t now_ns, int phase, int forced) {
    bko_memory_sample sample = {
        .time_ns = now_ns, .phase = phase, .pss = -1, .uss = -1, .footprint = -1};
    if (!s->options.root_only && (forced || affordable(s, LIST, now_ns))) {
        list(s);
    }
    read_rss(s, &sample);
    if (sample.processes > 0 && (forced || affordable(s, ROLLUP, now_ns))) {
        read_rollup(s, &sample);
        s->demanded_ns += forced ? s->accounts[ROLLUP].last_ns : 0;
    }
    return keep(s, &sample);
}

int bko_sampler_tick(bko_sampler *s, int64_t now_ns, int phase) {
    begin(s, now_ns);
    if (now_ns < s->due_ns) {
        return 0;
    }
    s->waking_ns += WAKING_NS;
    if (!affordable(s, RSS, now_ns)) {
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
    int64_t cpu = s->result.probe_cpu_ns;
    int taken = take(s, now_ns, phase, 1);
    s->result.demanded_cpu_ns += s->result.probe_cpu_ns - cpu;
    s->result.probe_ns += bko_clock_now_ns() - wall;
    return taken;
}

int64_t bko_sampler_due_ns(const bko_sampler *s) {
    return s->due_ns;
}

void bko_sampler_raise_peak(bko_sampler *s, int64_t bytes) {
    s->result.footprint_peak = larger(s->result.footprint_peak, bytes);
}

int bko_sampler_finish(bko_sampler *s) {
    int64_t wall = bko_clock_now_ns();
    int64_t cpu = cpu_now_ns();
    int64_t peak = 0;
    int err = bko__processes_peak(&s->processes, &peak);
    if (err == BKO_OK) {
        bko_sampler_raise_peak(s, peak);
    }
    cpu = cpu_now_ns() - cpu;
    s->result.probe_cpu_ns += cpu;
    s->result.demanded_cpu_ns += cpu;
    s->result.probe_ns += bko_clock_now_ns() - wall;
    return err;
}

void bko_sampler_read(const bko_sampler *s, bko_sampler_result *result) {
    *result = s->result;
    result->every_ns = s->options.every_ns;
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

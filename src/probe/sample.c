/* One sample: which readings it takes, and what they say of the footprint. See
 * probe/sampler_parts.h. */
#include "bakeoff/error.h"
#include "probe/linux/memory.h"
#include "probe/sampler_parts.h"

/* A complete reading during which more than this part of the footprint has moved has no PSS and
 * USS. */
static const double MOVED_MOST = 0.02;

/* An alert: the footprint can exceed its known peak by more than this. */
static const double ALERT_ABOVE = 1.05;

/* A tree is settled if it has gained less than this part since the last reading of RSS. While it
 * changes, a reading would come too early; but after so many ticks it is read anyway. */
static const double SETTLED_BELOW = 0.01;
enum { UNSETTLED_MOST = 8 };

/* Between two alerts lies a multiple of a reading's cost. */
enum { APART_LEAST = 4, APART_MOST = 1024 };

/* What is known when it comes to a complete reading. */
typedef struct look {
    int is_demanded;
    int is_alone;     /* one address space, and the tree has just been listed */
    int64_t possible; /* how large the footprint can be */
} look;

/* Reading the machine's shared memory costs as much as several listings. */
enum { LISTINGS_APART = 8 };

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int pays(const bko_sampler *s, bko__reading reading, int64_t now_ns) {
    return bko__budget_pays(&s->budget, reading, now_ns - s->start_ns);
}

/* --- listing and RSS ------------------------------------------------------------------------------ */

/* Shared memory of the machine that the tree doesn't map is in nobody's address space. It need not
 * be the tree's; but if it grows while the tree runs, it should be mentioned. */
static void read_outside(bko_sampler *s) {
    int64_t machine = bko__memory_of_shared_files();
    if (s->outside_then < 0) {
        s->outside_then = machine;
    }
    int64_t mapped = 0;
    for (size_t i = 0; i < s->processes.count; i++) {
        mapped += larger(s->processes.items[i].now.file, 0);
    }
    s->result.outside_peak =
        larger(s->result.outside_peak, machine - larger(s->outside_then, 0) - mapped);
}

static void list(bko_sampler *s, int demanded) {
    int64_t cpu = bko__budget_clock_ns();
    bko__processes_list(&s->processes, &s->options);
    if (demanded || s->listings++ % LISTINGS_APART == 0) {
        read_outside(s);
    }
    s->budget.size.processes = s->processes.count;
    bko__budget_charge(&s->budget, BKO__LIST, cpu);
}

/* Returns how large the footprint can be now. */
static int64_t read_rss(bko_sampler *s, bko_memory_sample *sample, bko__usage *usage) {
    int64_t cpu = bko__budget_clock_ns();
    bko__processes_usage(&s->processes, usage);
    sample->rss = usage->rss;
    sample->cpu_ns = usage->cpu_ns;
    sample->processes = (int)usage->processes;
    s->budget.size = (bko__tree_size){.rss = sample->rss, .processes = s->processes.count};
    bko__budget_charge(&s->budget, BKO__RSS, cpu);
    s->since = usage->since;
    int64_t possible = bko__bracket_extend(&s->bracket, usage->rss, &usage->since, &usage->step);
    /* A tree's footprint is never smaller than the RSS of one process in it. */
    int64_t least = larger(usage->largest, bko__processes_least(&s->processes));
    if (usage->largest > 0) {
        s->result.footprint_peak = larger(s->result.footprint_peak, least);
    }
    return possible;
}

/* --- complete readings ---------------------------------------------------------------------------- */

/* The footprint is between `least` and `most` now. */
static void complete(bko_sampler *s, int64_t least, int64_t most, const bko__usage *usage) {
    bko__bracket_close(&s->bracket, most, &usage->since);
    bko__processes_mark(&s->processes, least);
    s->since = (bko__change){0};
}

/*
 * Processes are read one after the other. A page that moves meanwhile can count twice or not at
 * all, so RSS and faults are read again, and what has changed is taken off the footprint.
 */
static void read_rollup(bko_sampler *s, bko_memory_sample *sample) {
    int64_t cpu = bko__budget_clock_ns();
    bko_memory_tree memory;
    bko__usage after;
    bko__processes_memory(&s->processes, &memory);
    bko__processes_usage(&s->processes, &after);
    bko__budget_charge(&s->budget, BKO__ROLLUP, cpu);
    (void)bko__bracket_extend(&s->bracket, after.rss, &after.since, &after.step);
    s->since = after.since;
    if (memory.processes == 0 || memory.rss == 0) {
        return;
    }
    int64_t moved = bko__bracket_growth(&after.step) + after.step.lost;
    int64_t least = larger(memory.footprint - moved, after.largest);
    complete(s, least, memory.footprint_high + moved, &after);
    int is_still = (double)moved <= MOVED_MOST * (double)memory.footprint;
    sample->processes = memory.processes;
    sample->rss = larger(memory.rss, after.rss); /* of the moment that `least` is from */
    sample->footprint = least;
    if (is_still && memory.unreadable == 0) {
        sample->pss = memory.pss;
        sample->uss = memory.uss;
    }
    s->result.unreadable_peak = (int)larger(s->result.unreadable_peak, memory.unreadable);
}

/* --- alerts --------------------------------------------------------------------------------------- */

static int settles(bko_sampler *s, const bko__usage *usage) {
    double gained = (double)bko__bracket_growth(&usage->step);
    int is_settled = gained <= SETTLED_BELOW * (double)usage->rss;
    s->alert.unsettled = is_settled ? 0 : s->alert.unsettled + 1;
    return is_settled || s->alert.unsettled >= UNSETTLED_MOST;
}

/* Without counts of page faults, forked processes would always cause an alert. */
static int is_alarming(bko_sampler *s, const bko__usage *usage, int64_t possible, int64_t now_ns) {
    double known = (double)s->result.footprint_peak;
    return settles(s, usage) && usage->since.faulted >= 0 &&
           (double)possible > ALERT_ABOVE * known && now_ns >= s->alert.after_ns &&
           bko__budget_pays_alert(&s->budget, now_ns - s->start_ns);
}

static void read_on_alert(bko_sampler *s, bko_memory_sample *sample) {
    int64_t known = s->result.footprint_peak;
    read_rollup(s, sample);
    bko__budget_alerted(&s->budget);
    int is_new = (double)sample->footprint > ALERT_ABOVE * (double)known;
    int64_t apart = larger(s->alert.apart, APART_LEAST);
    s->alert.apart = is_new ? APART_LEAST : apart < APART_MOST ? 2 * apart : apart;
    s->alert.after_ns = sample->time_ns + s->budget.accounts[BKO__ROLLUP].last_ns * s->alert.apart;
    s->alert.unsettled = 0;
}

/* --- a sample ------------------------------------------------------------------------------------- */

static void update_result(bko_sampler *s, const bko_memory_sample *sample) {
    bko_sampler_result *result = &s->result;
    result->samples++;
    result->cpu_ns = sample->cpu_ns > result->cpu_ns ? sample->cpu_ns : result->cpu_ns;
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

/* Decides on a complete reading. The footprint of a process that is alone is its RSS; it is read
 * completely only while its owner has paused it. */
static void look_closer(bko_sampler *s, bko_memory_sample *sample, const bko__usage *usage,
                        const look *how) {
    if (how->is_alone && (!how->is_demanded || s->options.runs_on)) {
        sample->footprint = usage->rss;
        complete(s, usage->rss, usage->rss, usage);
    } else if (how->is_demanded || pays(s, BKO__ROLLUP, sample->time_ns)) {
        read_rollup(s, sample);
    } else if (!how->is_alone && is_alarming(s, usage, how->possible, sample->time_ns)) {
        read_on_alert(s, sample);
    }
    if (how->is_demanded && !(how->is_alone && s->options.runs_on)) {
        bko__budget_demanded(&s->budget);
    }
}

int bko__sampler_take(bko_sampler *s, int64_t now_ns, int phase, int demanded) {
    bko_memory_sample sample = {
        .time_ns = now_ns, .phase = phase, .pss = -1, .uss = -1, .footprint = -1};
    bko__usage usage;
    int lists = demanded || pays(s, BKO__LIST, now_ns);
    if (!s->options.root_only && lists) {
        list(s, demanded);
    }
    int64_t possible = read_rss(s, &sample, &usage);
    if (s->options.root_only || lists) {
        bko__bracket_list(&s->bracket);
    }
    if (usage.spaces > 0) {
        look how = {.is_demanded = demanded,
                    .is_alone = usage.spaces == 1 && (s->options.root_only || lists),
                    .possible = possible};
        look_closer(s, &sample, &usage, &how);
    }
    return keep(s, &sample);
}

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

/* A long wait for a settled tree is one of so many times a reading's cost. */
enum { COSTS_WAITED = 50 };

/* The footprint is known if it lies within this factor. Then reading it again tells nothing new. */
static const double KNOWN_WITHIN = 1.02;

/* What is known when it comes to a complete reading. */
typedef struct look {
    bko__demand demand;
    int is_listed;    /* all processes are known */
    int64_t least;    /* how large the footprint is at least, */
    int64_t possible; /* and at most */
} look;

/* Reading the machine's shared memory costs as much as several listings. */
enum { OUTSIDE_APART_NS = 80 * 1000 * 1000 };

/* A listing can miss a process that changes its parent meanwhile. */
enum { UNLISTED_MOST = 16 };

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static int pays(const bko_sampler *s, bko__reading reading, int64_t now_ns) {
    return bko__budget_pays(&s->budget, reading, now_ns - s->start_ns);
}

/* --- listing and RSS ------------------------------------------------------------------------------ */

/* If the machine's shared memory is known from before the tree began, all shared memory that the tree
 * maps is new; else what it maps now isn't. */
static void begin_outside(bko_sampler *s, int64_t machine, int64_t mapped) {
    int64_t before = s->options.shared_before;
    s->outside_then = before > 0 ? before : machine;
    s->mapped_then = before > 0 ? 0 : mapped;
    for (size_t i = 0; before > 0 && i < s->processes.count; i++) {
        s->mapped_then += bko__memory_of_files(s->processes.items[i].pid);
    }
}

/* Shared memory of the machine that the tree doesn't map is in nobody's address space. It need not
 * be the tree's; but if it grows while the tree runs, it should be mentioned. */
static void read_outside(bko_sampler *s) {
    int64_t machine = bko__memory_of_shared_files(&s->outside_file);
    int64_t mapped = 0;
    for (size_t i = 0; i < s->processes.count; i++) {
        mapped += larger(s->processes.items[i].now.file, 0);
    }
    if (s->outside_then < 0) {
        begin_outside(s, machine, mapped);
    }
    int64_t grown = machine - larger(s->outside_then, 0) - larger(mapped - s->mapped_then, 0);
    s->result.outside_peak = larger(s->result.outside_peak, grown);
}

static void list(bko_sampler *s) {
    int64_t cpu = bko__budget_clock_ns();
    bko__processes_list(&s->processes, &s->options);
    s->unlisted = 0;
    s->budget.size.processes = s->processes.count;
    bko__budget_charge(&s->budget, BKO__LIST, cpu);
}

/* Nothing is listed while nobody can have forked. At short intervals, checking this would use up the
 * account of listing, so it counts as a part of reading RSS. */
static int needs_no_listing(bko_sampler *s) {
    int64_t cpu = bko__budget_clock_ns();
    int is_listed = s->unlisted < UNLISTED_MOST && bko__processes_is_listed(&s->processes);
    bko__budget_charge_check(&s->budget, BKO__RSS, cpu);
    return is_listed;
}

/* Returns whether all processes are known. */
static int keep_listed(bko_sampler *s, int64_t now_ns, bko__demand demand) {
    s->unlisted++;
    if (s->options.root_only || (demand == BKO__TICK && needs_no_listing(s))) {
        return 1;
    }
    int lists = demand != BKO__TICK || pays(s, BKO__LIST, now_ns);
    if (lists) {
        list(s);
    }
    return lists;
}

static void keep_outside(bko_sampler *s, int64_t now_ns, bko__demand demand) {
    if (!s->options.root_only && (demand == BKO__FULL || now_ns >= s->outside_due_ns)) {
        s->outside_due_ns = now_ns + OUTSIDE_APART_NS;
        int64_t cpu = bko__budget_clock_ns();
        read_outside(s);
        bko__budget_charge_check(&s->budget, BKO__LIST, cpu);
    }
}

static void read_rss(bko_sampler *s, bko_memory_sample *sample, bko__usage *usage, look *how) {
    int64_t cpu = bko__budget_clock_ns();
    bko__processes_usage(&s->processes, usage, how->demand == BKO__FULL);
    sample->rss = usage->rss;
    sample->cpu_ns = usage->cpu_ns;
    sample->processes = (int)usage->processes;
    s->budget.size = (bko__tree_size){.rss = sample->rss, .processes = s->processes.count};
    bko__budget_charge(&s->budget, BKO__RSS, cpu);
    s->since = usage->since;
    how->possible = bko__bracket_extend(&s->bracket, usage->rss, &usage->since, &usage->step);
    /* A tree's footprint is never smaller than the RSS of one process in it. */
    how->least = larger(usage->largest, bko__processes_least(&s->processes));
    if (usage->largest > 0) {
        s->result.footprint_peak = larger(s->result.footprint_peak, how->least);
    }
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
    s->read_ns = sample->time_ns;
    bko__processes_memory(&s->processes, &memory);
    bko__processes_usage(&s->processes, &after, 1);
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

/* A reading of a tree that changes comes too early; so the dearer it is, the longer it waits. */
static int settles(bko_sampler *s, const bko__usage *usage, int64_t now_ns) {
    bko__alert *alert = &s->alert;
    double gained = (double)bko__bracket_growth(&usage->step);
    if (gained <= SETTLED_BELOW * (double)usage->rss) {
        alert->unsettled = 0;
        return 1;
    }
    alert->unsettled_ns = alert->unsettled == 0 ? now_ns : alert->unsettled_ns;
    alert->unsettled++;
    int64_t cost_ns = bko__budget_estimate_ns(&s->budget, BKO__ROLLUP);
    return alert->unsettled >= UNSETTLED_MOST &&
           now_ns - alert->unsettled_ns >= COSTS_WAITED * cost_ns;
}

/* Without counts of page faults, forked processes would always cause an alert. */
static int is_alarming(bko_sampler *s, const bko__usage *usage, int64_t possible, int64_t now_ns) {
    double known = (double)s->result.footprint_peak;
    return settles(s, usage, now_ns) && usage->since.faulted >= 0 &&
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
    bko__record_hold(&s->record, &s->processes, sample);
    return 1;
}

static int is_known(const bko_sampler *s, const look *how) {
    return s->processes.footprint > 0 && (double)how->possible <= KNOWN_WITHIN * (double)how->least;
}

/* PSS and USS are read now and then although the footprint is known: whenever the tree's age has
 * doubled. */
static int is_wanted(const bko_sampler *s, const look *how, int64_t now_ns) {
    return !is_known(s, how) || now_ns - s->start_ns >= 2 * (s->read_ns - s->start_ns);
}

static void read_if_worth_it(bko_sampler *s, bko_memory_sample *sample, const bko__usage *usage,
                             const look *how) {
    int is_tree = usage->spaces > 1;
    int64_t now_ns = sample->time_ns;
    if (is_tree && is_wanted(s, how, now_ns) && pays(s, BKO__ROLLUP, now_ns)) {
        read_rollup(s, sample);
    } else if (is_tree && is_alarming(s, usage, how->possible, now_ns)) {
        read_on_alert(s, sample);
    } else if (is_known(s, how)) {
        sample->footprint = smaller(how->least, sample->rss);
    }
}

/* Decides on a complete reading. The footprint of a process that is alone is its RSS; it is read
 * completely only while its owner has paused it. */
static void look_closer(bko_sampler *s, bko_memory_sample *sample, const bko__usage *usage,
                        const look *how) {
    int is_alone = usage->spaces == 1 && how->is_listed;
    if (is_alone && (how->demand != BKO__FULL || s->options.runs_on)) {
        sample->footprint = usage->rss;
        bko__processes_hold_all(&s->processes);
        complete(s, usage->rss, usage->rss, usage);
    } else if (how->demand == BKO__FULL) {
        read_rollup(s, sample);
        bko__budget_demanded(&s->budget);
    } else {
        read_if_worth_it(s, sample, usage, how);
    }
}

int bko__sampler_take(bko_sampler *s, int64_t now_ns, int phase, bko__demand demand) {
    bko_memory_sample sample = {
        .time_ns = now_ns, .phase = phase, .pss = -1, .uss = -1, .footprint = -1};
    bko__usage usage;
    look how = {.demand = demand, .is_listed = keep_listed(s, now_ns, demand)};
    read_rss(s, &sample, &usage, &how);
    keep_outside(s, now_ns, demand);
    if (how.is_listed) {
        bko__bracket_list(&s->bracket);
    }
    if (usage.spaces > 0) {
        look_closer(s, &sample, &usage, &how);
    }
    return keep(s, &sample);
}

/* See lua/rows/rows.h. */
#include "lua/rows/rows.h"

#include <lauxlib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "lua/base/push.h"
#include "lua/base/type.h"
#include "lua/jobs/jobs.h"

enum { CLOCKS_APART_NS = 1000000 };

bko_trial_result *bko__lua_trial_result_push(lua_State *L) {
    bko_trial_result *result = lua_newuserdatauv(L, sizeof *result, 0);
    *result = (bko_trial_result){0};
    luaL_setmetatable(L, BKO__TRIAL_RESULT_TYPE);
    return result;
}

static int result_free(lua_State *L) {
    bko_trial_result_free(bko__lua_trial_result_check(L));
    return 0;
}

static void set_times(lua_State *L, const bko_trial_result *result) {
    bko__lua_set_seconds(L, "setup_s", result->setup_ns);
    bko__lua_set_seconds(L, "work_s", result->work_ns);
    bko__lua_set_seconds(L, "teardown_s", result->teardown_ns);
    bko__lua_set_seconds(L, "total_s", result->setup_ns + result->work_ns + result->teardown_ns);
    bko__lua_set_seconds(L, "harness_s",
                         result->ended_ns - result->started_ns - result->setup_ns -
                             result->work_ns - result->teardown_ns);
}

/* A phase that was not reached has no border. */
static void set_border(lua_State *L, const char *name, int64_t at_ns, int64_t zero_ns) {
    if (at_ns > 0) {
        bko__lua_set_seconds(L, name, at_ns - zero_ns);
    }
}

/* The bench reads the memory before the set-up and between phases, so the next phase starts later
 * than the last one ended. */
static void set_phases(lua_State *L, const bko_trial_result *result, const bko_recorder *recorder) {
    int64_t zero = result->started_ns;
    int64_t end = bko_recorder_phase_end_ns(recorder, BKO_PHASE_TEARDOWN);
    lua_createtable(L, 0, 5);
    set_border(L, "setup_start_s", bko_recorder_phase_start_ns(recorder, BKO_PHASE_SETUP), zero);
    set_border(L, "work_start_s", bko_recorder_phase_start_ns(recorder, BKO_PHASE_WORK), zero);
    set_border(L, "work_end_s", bko_recorder_phase_end_ns(recorder, BKO_PHASE_WORK), zero);
    set_border(L, "teardown_start_s", bko_recorder_phase_start_ns(recorder, BKO_PHASE_TEARDOWN),
               zero);
    bko__lua_set_seconds(L, "end_s", (end > 0 ? end : result->ended_ns) - zero);
    lua_setfield(L, -2, "phases");
}

static int by_size(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* Sets the cores per worker: the median of the workers' CPU times divided by the length of the
 * work. Sorts `cpu`. */
static void set_share(lua_State *L, int64_t *cpu, size_t count, int64_t work_ns) {
    qsort(cpu, count, sizeof *cpu, by_size);
    size_t middle = count / 2;
    size_t below = (count - 1) / 2;
    double median = ((double)cpu[below] + (double)cpu[middle]) / 2;
    bko__lua_set_number(L, "worker_share_median", median / (double)work_ns);
}

/* Leaves out workers of which nothing is known because they died early. */
static void set_workers(lua_State *L, int64_t work_ns, const bko_recorder *recorder) {
    int64_t cpu[BKO_RECORDER_WORKERS];
    size_t known = 0;
    size_t count = bko_recorder_workers_cpu(recorder, cpu);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        if (cpu[i] >= 0) {
            cpu[known++] = cpu[i];
            lua_pushnumber(L, (lua_Number)cpu[i] / 1e9);
            lua_rawseti(L, -2, (lua_Integer)known);
        }
    }
    if (known == 0) {
        lua_pop(L, 1);
        return;
    }
    lua_setfield(L, -2, "workers_s");
    if (work_ns > 0) {
        set_share(L, cpu, known, work_ns);
    }
}

/* What samples saw beyond the CPU time of all reaped processes: that of children which the kernel
 * reaped itself, because their parent ignores SIGCHLD. No `rusage` contains it. Small differences
 * are the clocks' own. */
static int64_t unreaped_ns(const bko_trial_result *result) {
    bko_sampler_result seen = {0};
    int64_t reaped_ns = result->user_ns + result->system_ns;
    if (result->sampler != NULL && result->status == BKO_TRIAL_OK) {
        bko_sampler_read(result->sampler, &seen);
    }
    int64_t more_ns = seen.cpu_ns - reaped_ns;
    return more_ns > CLOCKS_APART_NS + reaped_ns / 100 ? more_ns : 0;
}

/* Children that the kernel reaps itself may have used CPU time that nobody knows of: then there is
 * only a lower bound, and what all processors together have. */
static void set_cpu_bounds(lua_State *L, const bko_trial_result *result, int64_t used_ns,
                           bool is_unreaped) {
    bko_sampler_result seen = {0};
    if (result->sampler != NULL) {
        bko_sampler_read(result->sampler, &seen);
    }
    if (result->ignored_children || seen.is_unreaped || is_unreaped) {
        int64_t most_ns = (result->ended_ns - result->started_ns) * sysconf(_SC_NPROCESSORS_ONLN);
        bko__lua_set_flag(L, "at_least", true);
        bko__lua_set_seconds(L, "high_s", most_ns > used_ns ? most_ns : used_ns);
    }
}

/* CPU time counts from the fork until everything has been reaped, so cores in use do, too: a very
 * short trial spends most of it outside of its phases. */
static void set_cpu(lua_State *L, const bko_trial_result *result, const bko_recorder *recorder) {
    int64_t life = result->ended_ns - result->started_ns;
    int64_t unreaped = unreaped_ns(result);
    lua_createtable(L, 0, 8);
    set_workers(L, result->work_ns, recorder);
    bko__lua_set_seconds(L, "user_s", result->user_ns);
    bko__lua_set_seconds(L, "system_s", result->system_ns);
    if (unreaped > 0) {
        bko__lua_set_seconds(L, "unreaped_s", unreaped);
    }
    int64_t used_ns = result->user_ns + result->system_ns + unreaped;
    set_cpu_bounds(L, result, used_ns, unreaped > 0);
    if (life > 0) {
        bko__lua_set_number(L, "cores_used", (double)used_ns / (double)life);
    }
    lua_setfield(L, -2, "cpu");
    lua_createtable(L, 0, 2);
    bko__lua_set_count(L, "voluntary", (uint64_t)result->voluntary);
    bko__lua_set_count(L, "involuntary", (uint64_t)result->involuntary);
    lua_setfield(L, -2, "switches");
}

/* The kernel may know a larger peak of one process than samples thought possible, as in programs of a
 * few milliseconds, which they hardly see. Then the others were missed, too: each page of theirs came
 * with a page fault. */
static int64_t most_possible(const bko_trial_result *result, const bko_sampler_result *seen) {
    bool is_missed = result->had_children && result->rss_peak > seen->footprint_peak_high;
    return is_missed ? result->rss_peak + result->faults * sysconf(_SC_PAGESIZE)
                     : seen->footprint_peak_high;
}

/* A tree's footprint is at least the RSS of each of its processes, and the kernel tracks the peak
 * of that without gaps. For a process that was alone, it is the peak. */
static void set_peak(lua_State *L, const bko_trial_result *result, const bko_sampler_result *seen) {
    int64_t known = result->rss_peak > 0 ? result->rss_peak : -1;
    int64_t peak = seen->footprint_peak > known ? seen->footprint_peak : known;
    int64_t high = seen->was_alone && known > 0 ? peak : most_possible(result, seen);
    bko__lua_set_known(L, "footprint_peak_bytes", peak);
    bko__lua_set_known(L, "footprint_peak_high_bytes", high > peak ? high : peak);
    bko__lua_set_known(L, "kernel_peak_bytes", known);
    if (seen->is_high_unknown) {
        bko__lua_set_flag(L, "footprint_peak_high_unknown", true);
    }
}

static void set_memory(lua_State *L, const bko_trial_result *result) {
    bko_sampler_result seen = {.footprint_peak = -1, .footprint_peak_high = -1};
    lua_createtable(L, 0, 16);
    if (result->sampler != NULL) {
        bko_sampler_read(result->sampler, &seen);
        bko__lua_set_known(L, "footprint_baseline_bytes", seen.footprint_baseline);
        bko__lua_set_known(L, "pss_peak_bytes", seen.pss_peak);
        bko__lua_set_known(L, "uss_peak_bytes", seen.uss_peak);
        bko__lua_set_known(L, "rss_peak_bytes", seen.rss_peak);
        bko__lua_set_known(L, "processes_peak", seen.processes_peak);
        bko__lua_set_known(L, "unreadable_peak", seen.unreadable_peak);
        bko__lua_set_known(L, "outside_peak_bytes", seen.outside_peak);
        bko__lua_set_count(L, "samples", (uint64_t)seen.samples);
        bko__lua_set_count(L, "full_samples", (uint64_t)seen.full_samples);
        bko__lua_set_count(L, "skipped", (uint64_t)seen.skipped);
        bko__lua_set_seconds(L, "probe_s", seen.probe_ns);
        bko__lua_set_seconds(L, "probe_cpu_s", seen.probe_cpu_ns);
        bko__lua_set_seconds(L, "probe_paused_cpu_s", seen.demanded_cpu_ns);
    }
    set_peak(L, result, &seen);
    lua_setfield(L, -2, "memory");
}

/* Those that are not available are missing; why, the environment tells. */
static void set_counters(lua_State *L, const bko_trial_result *result) {
    double share = 1;
    if (!result->is_counted) {
        return;
    }
    lua_createtable(L, 0, BKO_COUNTER_COUNT + 1);
    for (int i = 0; i < BKO_COUNTER_COUNT; i++) {
        const bko_count *one = &result->counts[i];
        if (one->value >= 0) {
            bko__lua_set_integer(L, bko_counter_name(i), one->value);
            share = one->share < share ? one->share : share;
        }
    }
    if (share < 1) {
        bko__lua_set_number(L, "counted_share", share);
    }
    lua_setfield(L, -2, "counters");
}

/* result:row(jobs) → the trial's fields for trials.jsonl, without those that identify the cell */
static int result_row(lua_State *L) {
    static const char *const statuses[] = {"ok", "failed", "timeout", "interrupted"};
    const bko_trial_result *result = bko__lua_trial_result_check(L);
    const bko_jobs *jobs = &bko__lua_jobs_check(L, 2)->jobs;
    const bko_recorder *recorder = jobs->recorder;
    lua_createtable(L, 0, 24);
    bko__lua_set_text(L, "status", statuses[result->status]);
    if (result->reason[0] != '\0') {
        bko__lua_set_text(L, "reason", result->reason);
    }
    set_times(L, result);
    set_phases(L, result, recorder);
    bko__lua_trial_figures(L, recorder, jobs->spans);
    set_cpu(L, result, recorder);
    set_memory(L, result);
    set_counters(L, result);
    bko__lua_set_count(L, "left_behind", (uint64_t)result->left_behind);
    return 1;
}

/* result:started() → when the trial's time begins, in seconds as core.now() counts */
static int result_started(lua_State *L) {
    lua_pushnumber(L, (lua_Number)bko__lua_trial_result_check(L)->started_ns / 1e9);
    return 1;
}

void bko__lua_trial_rows(lua_State *L) {
    static const luaL_Reg methods[] = {{"row", result_row},
                                       {"started", result_started},
                                       {"answers", bko__lua_trial_answers},
                                       {"has_spans", bko__lua_trial_has_spans},
                                       {"write_jobs", bko__lua_trial_write_jobs},
                                       {"write_memory", bko__lua_trial_write_memory},
                                       {"write_processes", bko__lua_trial_write_processes},
                                       {"write_spans", bko__lua_trial_write_spans},
                                       {"free", result_free},
                                       {"__gc", result_free},
                                       {"__close", result_free},
                                       {NULL, NULL}};
    bko__lua_type_add(L, BKO__TRIAL_RESULT_TYPE, methods);
}

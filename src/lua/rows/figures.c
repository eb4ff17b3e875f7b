/* Figures of a trial's jobs: counts, quantiles, spectrum, rates. See lua/rows/rows.h. */
#include <inttypes.h>
#include <lauxlib.h>
#include <stdio.h>

#include "bakeoff/error.h"
#include "lua/base/push.h"
#include "lua/rows/rows.h"
#include "record/notes.h"

/* Quantiles, each with the number of values that it needs at least: p999 is one in a thousand. */
static const struct {
    const char *name;
    double q;
    uint64_t least;
} quantiles[] = {{"p50", 0.5, 1}, {"p90", 0.9, 1}, {"p99", 0.99, 1}, {"p999", 0.999, 1000}};

static void set_quantiles(lua_State *L, const char *name, const bko_histogram *histogram) {
    uint64_t count = bko_histogram_count(histogram);
    lua_createtable(L, 0, 5);
    for (size_t i = 0; i < sizeof quantiles / sizeof quantiles[0]; i++) {
        if (count >= quantiles[i].least) {
            bko__lua_set_seconds(L, quantiles[i].name,
                                 bko_histogram_quantile(histogram, quantiles[i].q));
        }
    }
    if (count > 0) {
        bko__lua_set_seconds(L, "max", bko_histogram_max(histogram));
    }
    lua_setfield(L, -2, name);
}

/* Sets a list of { quantile, seconds }. */
static void set_spectrum(lua_State *L, const char *name, const bko_histogram *histogram) {
    bko_histogram_point points[BKO_HISTOGRAM_POINTS];
    size_t count = bko_histogram_spectrum(histogram, points);
    if (count == 0) {
        return;
    }
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_createtable(L, 2, 0);
        lua_pushnumber(L, points[i].q);
        lua_rawseti(L, -2, 1);
        lua_pushnumber(L, (lua_Number)points[i].value / 1e9);
        lua_rawseti(L, -2, 2);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, name);
}

/* Sets { timeout = 3, … }; absent if nothing failed. */
static void set_errors(lua_State *L, const bko_totals *totals) {
    if (totals->failed == 0) {
        return;
    }
    lua_createtable(L, 0, 4);
    for (int i = 1; i < BKO_RECORDER_ERRORS; i++) {
        if (totals->errors[i] > 0) {
            bko__lua_set_count(L, bko_error_name(-i), totals->errors[i]);
        }
    }
    lua_setfield(L, -2, "errors");
}

/* Sets a list of { kind, status, count, example }; absent if nothing failed. */
static void set_failures(lua_State *L, const bko_recorder *recorder) {
    bko_failure failures[BKO_RECORDER_FAILURES];
    size_t count = bko_recorder_failures(recorder, failures);
    if (count == 0) {
        return;
    }
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_createtable(L, 0, 4);
        bko__lua_set_text(L, "kind", bko_error_name(failures[i].error));
        if (failures[i].http_status != 0) {
            bko__lua_set_integer(L, "status", failures[i].http_status);
        }
        bko__lua_set_count(L, "count", failures[i].count);
        if (failures[i].text != 0) {
            char mark[9];
            snprintf(mark, sizeof mark, "%08x", failures[i].text);
            bko__lua_set_text(L, "text", mark);
        }
        bko__lua_set_text(L, "example", failures[i].reason);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "failures");
}

/* Sets { jobs, known, digest }; absent unless results are compared. */
static void set_results(lua_State *L, const bko_totals *totals) {
    char digest[2 * sizeof totals->results_digest + 1];
    if (totals->results == 0) {
        return;
    }
    snprintf(digest, sizeof digest, "%016" PRIx64, totals->results_digest);
    lua_createtable(L, 0, 3);
    bko__lua_set_count(L, "jobs", totals->results);
    bko__lua_set_count(L, "known", totals->results_known);
    bko__lua_set_text(L, "digest", digest);
    lua_setfield(L, -2, "results");
}

/* Sets a list of { passed, failed }, one for each check; absent if no response was checked. */
static void set_checks(lua_State *L, const bko_totals *totals) {
    lua_Integer count = 0;
    while (count < BKO_CHECKS_MAX &&
           totals->checks_passed[count] + totals->checks_failed[count] > 0) {
        count++;
    }
    if (count == 0) {
        return;
    }
    lua_createtable(L, (int)count, 0);
    for (lua_Integer i = 0; i < count; i++) {
        lua_createtable(L, 0, 3);
        bko__lua_set_count(L, "passed", totals->checks_passed[i]);
        bko__lua_set_count(L, "failed", totals->checks_failed[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "checks");
}

static void set_counts(lua_State *L, const bko_recorder *recorder) {
    bko_totals totals;
    bko_recorder_totals(recorder, &totals);
    lua_createtable(L, 0, 8);
    bko__lua_set_count(L, "submitted", totals.submitted);
    bko__lua_set_count(L, "done", totals.done);
    bko__lua_set_count(L, "failed", totals.failed);
    bko__lua_set_count(L, "lost", totals.lost);
    if (bko__recorder_is_open(recorder)) {
        bko__lua_set_count(L, "dropped", totals.dropped);
    }
    bko__lua_set_count(L, "recorded", bko_recorder_rows(recorder));
    lua_setfield(L, -2, "jobs");
    set_errors(L, &totals);
    set_failures(L, recorder);
    set_results(L, &totals);
    set_checks(L, &totals);
    bko__lua_set_count(L, "bytes", totals.bytes);
    bko__lua_set_count(L, "connections", totals.connections);
    bko__lua_set_count(L, "retries", totals.retries);
    bko__lua_set_count(L, "asked_retries", totals.asked_retries);
    if (totals.unverified > 0) {
        bko__lua_set_count(L, "unverified", totals.unverified);
    }
    bko__lua_set_count(L, "ipc_bytes", totals.ipc_bytes);
    bko__lua_set_count(L, "in_flight_peak", totals.in_flight_peak);
    bko__lua_set_count(L, "recorder_bytes", bko__recorder_size(recorder));
}

static void set_rates(lua_State *L, const bko_recorder *recorder) {
    const bko_schedule *schedule = bko__recorder_schedule(recorder);
    if (!bko__recorder_is_open(recorder)) {
        return;
    }
    static const char *const names[] = {[BKO_ARRIVALS_CONSTANT] = "constant",
                                        [BKO_ARRIVALS_POISSON] = "poisson",
                                        [BKO_ARRIVALS_RECORDED] = "recorded"};
    bko__lua_set_text(L, "arrivals", names[schedule->arrivals]);
    bko__lua_set_number(L, "rate_per_s", schedule->rate_per_s);
    bko__lua_set_number(L, "rate_offered_per_s", bko_recorder_offered_per_s(recorder));
    bko__lua_set_number(L, "rate_achieved_per_s", bko_recorder_achieved_per_s(recorder));
}

/* Sets the loop's lag, if a loop ran, and the number of dropped spans, if there are any. */
static void set_spans(lua_State *L, const bko_spans *spans) {
    if (bko_histogram_count(bko_spans_loop_lag(spans)) > 0) {
        set_quantiles(L, "loop_lag_s", bko_spans_loop_lag(spans));
    }
    size_t kept = 0;
    (void)bko_spans_kept(spans, &kept);
    if (bko_spans_added(spans) > kept) {
        bko__lua_set_count(L, "spans_dropped", bko_spans_added(spans) - kept);
    }
}

void bko__lua_trial_figures(lua_State *L, const bko_recorder *recorder, const bko_spans *spans) {
    set_counts(L, recorder);
    set_rates(L, recorder);
    set_quantiles(L, "latency_s", bko_recorder_latency(recorder));
    set_quantiles(L, "queue_s", bko_recorder_queue(recorder));
    set_quantiles(L, "service_s", bko_recorder_service(recorder));
    set_spectrum(L, "latency_spectrum", bko_recorder_latency(recorder));
    set_spans(L, spans);
}

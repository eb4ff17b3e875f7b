/* Writes a trial's jobs and samples as lines of CSV. See lua/rows/rows.h. */
#include <lauxlib.h>
#include <stdbool.h>
#include <stdio.h>

#include "bakeoff/error.h"
#include "core/number.h"
#include "lua/jobs/jobs.h"
#include "lua/rows/rows.h"
#include "record/notes.h"

FILE *bko__lua_file_check(lua_State *L, int index) {
    luaL_Stream *stream = luaL_checkudata(L, index, LUA_FILEHANDLE);
    luaL_argcheck(L, stream->closef != NULL, index, "the file is closed");
    return stream->f;
}

static void write_time(FILE *file, int64_t ns, int64_t zero) {
    if (ns > 0) {
        fprintf(file, ",%.9f", (double)(ns - zero) / 1e9);
    } else {
        fputc(',', file);
    }
}

static void write_length(FILE *file, int64_t ns) {
    write_time(file, ns, 0);
}

static const char *job_status(const bko_recorder *recorder, size_t job, const bko_job_row *row) {
    static const char *const names[] = {"pending", "lost", "done", "failed", "dropped"};
    return row->error == BKO_ELOST ? "lost" : names[bko_recorder_state(recorder, job)];
}

/* A dropped job has recorded nothing itself. */
static int64_t queued_ns(const bko_recorder *recorder, size_t job, const bko_job_row *row) {
    bool was_dropped = bko_recorder_state(recorder, job) == BKO_JOB_DROPPED;
    return was_dropped ? bko__recorder_due_ns(recorder, job) : row->queued_ns;
}

static void write_job(FILE *file, const char *cell, const bko_recorder *recorder, size_t number,
                      int64_t zero) {
    const bko_job_row *row = bko_recorder_row(recorder, number);
    size_t job = bko_recorder_row_job(recorder, number);
    fprintf(file, "%s,%zu,", cell, job + 1);
    if (row->started_ns > 0) {
        fprintf(file, "%u", row->worker + 1U);
    }
    fprintf(file, ",%s,%s,%d,%llu", job_status(recorder, job, row),
            row->error != BKO_OK ? bko_error_name(row->error) : "", row->http_status,
            (unsigned long long)row->bytes);
    const int64_t times[] = {queued_ns(recorder, job, row),
                             row->started_ns,
                             row->connected_ns,
                             row->first_byte_ns,
                             row->done_ns,
                             row->processed_ns,
                             row->saved_ns,
                             row->ended_ns};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        write_time(file, times[i], zero);
    }
    write_length(file, row->waited_ns);
    write_length(file, row->cpu_ns);
    fprintf(file, ",%u,%u,%u\n", row->curl_code, row->retries, row->asked_retries);
}

/* result:write_jobs(file, cell, jobs): writes a line per recorded job, each starting with `cell` */
int bko__lua_trial_write_jobs(lua_State *L) {
    const bko_trial_result *result = bko__lua_trial_result_check(L);
    FILE *file = bko__lua_file_check(L, 2);
    const char *cell = luaL_checkstring(L, 3);
    const bko_recorder *recorder = bko__lua_jobs_check(L, 4)->jobs.recorder;
    bko__locale locale;
    bko__locale_enter_plain(&locale);
    for (size_t row = 0; row < bko_recorder_rows(recorder); row++) {
        write_job(file, cell, recorder, row, result->started_ns);
    }
    bko__locale_leave(&locale);
    return 0;
}

static void write_amount(FILE *file, int64_t bytes) {
    if (bytes >= 0) {
        fprintf(file, ",%lld", (long long)bytes);
    } else {
        fputc(',', file);
    }
}

/* A tree that never had a second process has no shared part to measure: its footprint is its RSS. */
void bko__lua_write_samples(FILE *file, const char *cell, const bko_sampler *sampler,
                            int64_t zero_ns, const char *phase) {
    static const char *const phases[] = {"baseline", "setup", "work", "teardown", "ended"};
    size_t count = 0;
    const bko_memory_sample *samples = bko_sampler_samples(sampler, &count);
    bko_sampler_result seen = {0};
    bko_sampler_read(sampler, &seen);
    bko__locale locale;
    bko__locale_enter_plain(&locale);
    for (size_t i = 0; i < count; i++) {
        const bko_memory_sample *sample = &samples[i];
        fprintf(file, "%s,%.6f,%s,%d", cell, (double)(sample->time_ns - zero_ns) / 1e9,
                phase != NULL ? phase : phases[sample->phase], sample->processes);
        write_amount(file, sample->rss);
        write_amount(file, sample->pss);
        write_amount(file, sample->uss);
        write_amount(file, seen.processes_peak == 1 ? sample->rss : sample->footprint);
        fprintf(file, ",%.6f\n", (double)sample->cpu_ns / 1e9);
    }
    bko__locale_leave(&locale);
}

/* result:write_memory(file, cell): writes a line per sample */
int bko__lua_trial_write_memory(lua_State *L) {
    const bko_trial_result *result = bko__lua_trial_result_check(L);
    FILE *file = bko__lua_file_check(L, 2);
    const char *cell = luaL_checkstring(L, 3);
    if (result->sampler != NULL) {
        bko__lua_write_samples(file, cell, result->sampler, result->started_ns, NULL);
    }
    return 0;
}

/* Spans of kind RUN have no job of their own, and only those that concern a pool have a task. */
static void write_span(FILE *file, const char *cell, const bko_span *span, int64_t zero) {
    static const char *const kinds[] = {"", "fetch", "read", "sleep", "offload", "inline", "run"};
    fprintf(file, "%s,", cell);
    if (span->kind != BKO_SPAN_RUN) {
        fprintf(file, "%u", span->job + 1U);
    }
    fprintf(file, ",%s,", kinds[span->kind]);
    if (span->kind == BKO_SPAN_RUN) {
        fprintf(file, "%u", span->worker + 1U);
    }
    fputc(',', file);
    if (span->kind == BKO_SPAN_RUN || span->kind == BKO_SPAN_OFFLOAD) {
        fprintf(file, "%u", span->task + 1U);
    }
    write_time(file, span->start_ns, zero);
    write_time(file, span->end_ns, zero);
    fputc('\n', file);
}

/* result:has_spans(jobs) → is there anything for write_spans? */
int bko__lua_trial_has_spans(lua_State *L) {
    size_t count = 0;
    bko__lua_trial_result_check(L);
    (void)bko_spans_kept(bko__lua_jobs_check(L, 2)->jobs.spans, &count);
    lua_pushboolean(L, count > 0);
    return 1;
}

/* result:write_spans(file, cell, jobs): writes a line per span that was kept */
int bko__lua_trial_write_spans(lua_State *L) {
    const bko_trial_result *result = bko__lua_trial_result_check(L);
    FILE *file = bko__lua_file_check(L, 2);
    const char *cell = luaL_checkstring(L, 3);
    const bko_spans *spans = bko__lua_jobs_check(L, 4)->jobs.spans;
    size_t count = 0;
    const bko_span *kept = bko_spans_kept(spans, &count);
    bko__locale locale;
    bko__locale_enter_plain(&locale);
    for (size_t i = 0; i < count; i++) {
        if (kept[i].kind != BKO_SPAN_NONE) {
            write_span(file, cell, &kept[i], result->started_ns);
        }
    }
    bko__locale_leave(&locale);
    return 0;
}

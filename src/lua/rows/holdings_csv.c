/*
 * Writes who held what of a tree's footprint as lines of CSV (memory_processes.csv): at each sample a
 * line per process. Of many processes, those with the largest peaks are named and the others
 * summed up in one line. See lua/rows/rows.h.
 */
#include <inttypes.h>
#include <lauxlib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "lua/rows/rows.h"

enum { NAMED_MOST = 128 };

typedef struct writer {
    FILE *file;
    const char *cell; /* begins every line */
    const char *root; /* what to call the first process; NULL: by its own name */
    int64_t zero_ns;  /* times count from here */
    const bko_sampled_process *processes;
    size_t count;
    bool *is_named; /* per process */
} writer;

static int by_peak(const void *a, const void *b) {
    int64_t first = *(const int64_t *)a;
    int64_t second = *(const int64_t *)b;
    return first < second ? 1 : first > second ? -1 : 0;
}

/* The least peak that a named process has, and how many with just this peak are named. */
static int64_t least_named(lua_State *L, const writer *self, size_t *ties) {
    int64_t *peaks = lua_newuserdatauv(L, self->count * sizeof *peaks, 0);
    for (size_t i = 0; i < self->count; i++) {
        peaks[i] = self->processes[i].peak;
    }
    qsort(peaks, self->count, sizeof *peaks, by_peak);
    size_t last = self->count < NAMED_MOST ? self->count : NAMED_MOST;
    int64_t least = peaks[last - 1];
    *ties = 0;
    for (size_t i = 0; i < last; i++) {
        *ties += peaks[i] == least;
    }
    lua_pop(L, 1);
    return least;
}

/* The root is named in any case: with it, a line has at most one process more. */
static void choose_named(lua_State *L, writer *self) {
    size_t ties = 0;
    int64_t least = least_named(L, self, &ties);
    for (size_t i = 0; i < self->count; i++) {
        int64_t peak = self->processes[i].peak;
        bool is_tie = peak == least && ties > 0;
        ties -= is_tie;
        self->is_named[i] = i == 0 || peak > least || is_tie;
    }
}

/* A program may be called anything. What can't be printed in one line becomes a question mark, and so
 * do bytes beyond ASCII: the kernel may have cut a character in two. */
static void write_name(FILE *file, const char *name) {
    bool is_quoted = strpbrk(name, ",\"") != NULL;
    fputs(is_quoted ? ",\"" : ",", file);
    for (const char *at = name; *at != '\0'; at++) {
        bool is_plain = *at >= ' ' && *at <= '~';
        fputs(*at == '"' ? "\"" : "", file);
        fputc(is_plain ? *at : '?', file);
    }
    fputs(is_quoted ? "\"" : "", file);
}

static void begin_line(const writer *self, const bko_memory_sample *sample) {
    fprintf(self->file, "%s,%.6f,", self->cell, (double)(sample->time_ns - self->zero_ns) / 1e9);
}

static void write_process(const writer *self, const bko_memory_sample *sample,
                          const bko_holding *holding) {
    const bko_sampled_process *one = &self->processes[holding->process];
    const char *name = holding->process == 0 && self->root != NULL ? self->root : one->name;
    begin_line(self, sample);
    fprintf(self->file, "%zu,%d", holding->process + 1, (int)one->pid);
    write_name(self->file, name);
    fprintf(self->file, ",1,%" PRId64 "\n", holding->bytes);
}

static void write_sample(const writer *self, const bko_memory_sample *sample,
                         const bko_holding *holdings, size_t count) {
    size_t others = 0;
    int64_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        if (holdings[i].process < self->count && self->is_named[holdings[i].process]) {
            write_process(self, sample, &holdings[i]);
        } else {
            others++;
            bytes += holdings[i].bytes;
        }
    }
    if (others > 0) {
        begin_line(self, sample);
        fprintf(self->file, ",,others,%zu,%" PRId64 "\n", others, bytes);
    }
}

void bko__lua_write_holdings(lua_State *L, FILE *file, const char *cell, const bko_sampler *sampler,
                             int64_t zero_ns, const char *root) {
    writer self = {.file = file, .cell = cell, .root = root, .zero_ns = zero_ns};
    self.processes = bko_sampler_processes(sampler, &self.count);
    if (self.count == 0) {
        return;
    }
    self.is_named = lua_newuserdatauv(L, self.count * sizeof *self.is_named, 0);
    choose_named(L, &self);
    size_t count = 0;
    const bko_memory_sample *samples = bko_sampler_samples(sampler, &count);
    bko__locale locale;
    bko__locale_enter_plain(&locale);
    for (size_t i = 0; i < count; i++) {
        size_t held = 0;
        const bko_holding *holdings = bko_sampler_holdings(sampler, &samples[i], &held);
        write_sample(&self, &samples[i], holdings, held);
    }
    bko__locale_leave(&locale);
    lua_pop(L, 1);
}

/* result:write_processes(file, cell [, root]): writes a line per sample and process; root: what to
 * call the first one */
int bko__lua_trial_write_processes(lua_State *L) {
    const bko_trial_result *result = bko__lua_trial_result_check(L);
    FILE *file = bko__lua_file_check(L, 2);
    const char *cell = luaL_checkstring(L, 3);
    const char *root = luaL_optstring(L, 4, NULL);
    if (result->sampler != NULL) {
        bko__lua_write_holdings(L, file, cell, result->sampler, result->started_ns, root);
    }
    return 0;
}

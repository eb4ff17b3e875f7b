/* For tests of the sampler: a sampler on a subject, ticked by the test's own clock. */
#ifndef SUPPORT_SAMPLER_H
#define SUPPORT_SAMPLER_H

#include "bakeoff/sampler.h"
#include "support_probe.h"

/* The time between ticks, unless a test is about costs: long enough for any machine's readings. */
#define SAMPLER_TICK INT64_C(1000000000)

/* For subject_start: tells that it is ready, then waits to be ended. */
void sampler_idle_subject(struct subject *self, size_t unused);

enum { SAMPLER_FORKS = 4 };
/* For subject_start: touches `size` bytes and waits; starts SAMPLER_FORKS idle children and waits;
 * ends one of them and is idle itself. */
void sampler_forking_subject(struct subject *self, size_t size);

/* Makes a sampler on the tree of `root`; it samples every SAMPLER_TICK unless the options say
 * otherwise. */
bko_sampler *sampler_on(pid_t root, bko_sampler_options options);
bko_sampler_result sampler_result(const bko_sampler *sampler);
/* How many samples have a PSS: those that read the tree completely. */
int sampler_rollups(const bko_sampler *sampler);
/* Ticks it `ticks` times at its interval, from 1 ns on; returns how many samples it took. */
int sampler_tick_many(bko_sampler *sampler, int64_t every_ns, int ticks);

#endif

/* See support_sampler.h. */
#include "support_sampler.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bakeoff/error.h"

void sampler_idle_subject(struct subject *self, size_t unused) {
    (void)unused;
    subject_tell(self);
    subject_wait(self);
}

void sampler_forking_subject(struct subject *self, size_t size) {
    struct subject forks[SAMPLER_FORKS];
    (void)touched_pages(size);
    subject_tell(self);
    subject_wait(self);
    for (int i = 0; i < SAMPLER_FORKS; i++) {
        forks[i] = subject_start(sampler_idle_subject, 0);
        subject_wait(&forks[i]);
    }
    subject_tell(self);
    subject_wait(self);
    subject_end(&forks[0]);
    sampler_idle_subject(self, 0);
}

bko_sampler *sampler_on(pid_t root, bko_sampler_options options) {
    bko_sampler *sampler = NULL;
    options.root = root;
    options.every_ns = options.every_ns == 0 ? SAMPLER_TICK : options.every_ns;
    assert_int_equal(bko_sampler_create(&sampler, &options), BKO_OK);
    return sampler;
}

bko_sampler_result sampler_result(const bko_sampler *sampler) {
    bko_sampler_result result;
    bko_sampler_read(sampler, &result);
    return result;
}

int sampler_rollups(const bko_sampler *sampler) {
    size_t count = 0;
    int found = 0;
    const bko_memory_sample *samples = bko_sampler_samples(sampler, &count);
    for (size_t i = 0; i < count; i++) {
        found += samples[i].pss >= 0;
    }
    return found;
}

int sampler_tick_many(bko_sampler *sampler, int64_t every_ns, int ticks) {
    int taken = 0;
    for (int i = 0; i < ticks; i++) {
        taken += bko_sampler_tick(sampler, 1 + i * every_ns, 0) == 1;
    }
    return taken;
}

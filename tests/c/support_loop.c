/* See support_loop.h. */
#include "support_loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

const bko_fetch_options loop_plain = {.proxy = "", .keep_body = true};

void loop_on_started(void *user, unsigned slot) {
    loop_job *self = user;
    assert_true(slot < self->all->slots);
    self->started_as = self->all->started++;
    if (++self->all->in_flight > self->all->in_flight_peak) {
        self->all->in_flight_peak = self->all->in_flight;
    }
}

void loop_on_done(void *user, const bko_response *response) {
    loop_job *self = user;
    self->times_done++;
    self->error = response->error;
    self->http_status = response->http_status;
    self->bytes = response->bytes;
    self->all->in_flight--;
    self->all->done++;
    self->all->connections += response->connections;
}

bko_loop *loop_create(const bko_fetch_options *fetch, unsigned in_flight, void *uv) {
    bko_loop_options options = {.fetch = fetch, .in_flight = in_flight, .uv = uv};
    bko_loop *loop;
    assert_int_equal(bko_loop_create(&loop, &options), 0);
    return loop;
}

bko_loop *loop_create_lazy(unsigned in_flight, void *uv) {
    bko_loop_options options = {
        .fetch = &loop_plain, .in_flight = in_flight, .uv = uv, .lazy = true};
    bko_loop *loop;
    assert_int_equal(bko_loop_create(&loop, &options), 0);
    return loop;
}

loop_job *loop_run_all(loop_notes *all, const bko_fetch_options *fetch, unsigned in_flight,
                       const char *const *urls, unsigned count) {
    loop_job *jobs = calloc(count, sizeof *jobs);
    *all = (loop_notes){.loop = loop_create(fetch, in_flight, NULL), .slots = in_flight};
    for (unsigned i = 0; i < count; i++) {
        jobs[i] = (loop_job){.all = all, .number = i};
        assert_int_equal(
            bko_loop_fetch(all->loop, urls[i], loop_on_started, loop_on_done, &jobs[i]), 0);
    }
    assert_int_equal(bko_loop_run(all->loop), 0);
    bko_loop_free(all->loop);
    assert_int_equal(all->done, count);
    assert_int_equal(all->in_flight, 0);
    return jobs;
}

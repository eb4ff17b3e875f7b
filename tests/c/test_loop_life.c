/* A loop's life: run again, fed from callbacks, freed with work left, borrowing a libuv loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/fetch.h"
#include "support_loop.h"
#include "support_peer.h"
#include "support_process.h"

enum { PATIENCE_MS = 60000 };

typedef struct chain {
    bko_loop *loop;
    const char *url;
    unsigned left, done;
} chain;

static void fetch_two_more(void *user, const bko_response *response) {
    chain *self = user;
    assert_int_equal(response->error, BKO_OK);
    self->done++;
    for (int i = 0; i < 2 && self->left > 0; i++) {
        self->left--;
        assert_int_equal(bko_loop_fetch(self->loop, self->url, NULL, fetch_two_more, self), 0);
    }
}

static void a_callback_may_start_further_fetches(void **state) {
    (void)state;
    peer *remote = peer_start();
    peer_url url = peer_at(remote, "/ok");
    for (unsigned in_flight = 1; in_flight <= 16; in_flight *= 4) {
        chain self = {
            .loop = loop_create(&loop_plain, in_flight, NULL), .url = url.text, .left = 100};
        assert_int_equal(bko_loop_fetch(self.loop, url.text, NULL, fetch_two_more, &self), 0);
        assert_int_equal(bko_loop_run(self.loop), 0);
        assert_int_equal(self.done, 101);
        bko_loop_free(self.loop);
    }
    peer_stop(remote);
}

static void a_loop_can_run_again_and_again_and_with_nothing(void **state) {
    (void)state;
    peer *remote = peer_start();
    peer_url url = peer_at(remote, "/ok");
    loop_notes all = {.slots = 2};
    bko_loop *loop = loop_create(&loop_plain, 2, NULL);
    assert_int_equal(bko_loop_run(loop), 0);
    for (unsigned i = 1; i <= 5; i++) {
        loop_job one = {.all = &all};
        assert_int_equal(bko_loop_fetch(loop, url.text, loop_on_started, loop_on_done, &one), 0);
        assert_int_equal(bko_loop_run(loop), 0);
        assert_int_equal(all.done, i);
    }
    assert_int_equal(peer_connections(remote), 1);
    bko_loop_free(loop);
    peer_stop(remote);
}

static void stop_loop(void *user, const bko_response *response) {
    loop_notes *all = user;
    (void)response;
    all->done++;
    bko_loop_stop(all->loop);
}

static void count(void *user, const bko_response *response) {
    loop_notes *all = user;
    (void)response;
    all->done++;
}

static void freeing_ends_running_and_waiting_transfers_without_callback(void **state) {
    (void)state;
    int before = process_descriptors();
    peer *remote = peer_start();
    peer_url silent = peer_at(remote, "/silent");
    peer_url ok = peer_at(remote, "/slow/20");
    loop_notes all = {.loop = loop_create(&loop_plain, 5, NULL)};
    assert_int_equal(bko_loop_fetch(all.loop, ok.text, NULL, stop_loop, &all), 0);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(bko_loop_fetch(all.loop, silent.text, NULL, count, &all), 0);
    }
    assert_int_equal(bko_loop_run(all.loop), 0);
    assert_int_equal(all.done, 1);
    bko_loop_free(all.loop);
    assert_int_equal(all.done, 1);
    loop_notes fresh = {.loop = loop_create(&loop_plain, 5, NULL)}; /* never run */
    assert_int_equal(bko_loop_fetch(fresh.loop, ok.text, NULL, count, &fresh), 0);
    bko_loop_free(fresh.loop);
    assert_int_equal(fresh.done, 0);
    peer_stop(remote);
    assert_int_equal(process_descriptors(), before);
}

/* --- on a borrowed loop ----------------------------------------------------------------------- */

typedef struct owner {
    uv_loop_t uv;
    uv_timer_t tick;
    loop_notes all;
    unsigned ticks, ticks_after_free;
} owner;

static void on_tick(uv_timer_t *timer) {
    owner *self = timer->data;
    self->ticks++;
    if (self->all.loop != NULL && self->all.done >= 8) {
        bko_loop_free(self->all.loop); /* while two fetches still wait for their answers */
        self->all.loop = NULL;
    } else if (self->all.loop == NULL && ++self->ticks_after_free == 3) {
        uv_close((uv_handle_t *)timer, NULL);
    }
}

static void a_borrowed_loop_goes_on_when_ours_is_freed(void **state) {
    (void)state;
    int before = process_descriptors();
    owner self = {0};
    peer *remote = peer_start();
    peer_url ok = peer_at(remote, "/ok");
    peer_url silent = peer_at(remote, "/silent");
    assert_int_equal(uv_loop_init(&self.uv), 0);
    uv_timer_init(&self.uv, &self.tick);
    self.tick.data = &self;
    uv_timer_start(&self.tick, on_tick, 1, 1);
    self.all.loop = loop_create(&loop_plain, 4, &self.uv);
    for (int i = 0; i < 10; i++) {
        const char *url = i < 2 ? silent.text : ok.text;
        assert_int_equal(bko_loop_fetch(self.all.loop, url, NULL, count, &self.all), 0);
    }
    assert_int_equal(uv_run(&self.uv, UV_RUN_DEFAULT), 0);
    assert_int_equal(self.all.done, 8);
    assert_int_equal(self.ticks_after_free, 3);
    assert_int_equal(uv_loop_close(&self.uv), 0); /* no handle of ours is left on it */
    peer_stop(remote);
    assert_int_equal(process_descriptors(), before);
}

static void run_on_a_borrowed_loop_returns_when_ours_is_done(void **state) {
    (void)state;
    owner self = {0};
    peer *remote = peer_start();
    peer_url ok = peer_at(remote, "/ok");
    assert_int_equal(uv_loop_init(&self.uv), 0);
    uv_timer_init(&self.uv, &self.tick);
    self.tick.data = &self;
    uv_timer_start(&self.tick, on_tick, PATIENCE_MS, 0); /* not waited for */
    self.all.loop = loop_create(&loop_plain, 2, &self.uv);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(bko_loop_fetch(self.all.loop, ok.text, NULL, count, &self.all), 0);
    }
    assert_int_equal(bko_loop_run(self.all.loop), 0);
    assert_int_equal(self.all.done, 4);
    assert_int_equal(self.ticks, 0);
    bko_loop_free(self.all.loop);
    uv_close((uv_handle_t *)&self.tick, NULL);
    uv_run(&self.uv, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&self.uv), 0);
    peer_stop(remote);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_callback_may_start_further_fetches),
        cmocka_unit_test(a_loop_can_run_again_and_again_and_with_nothing),
        cmocka_unit_test(freeing_ends_running_and_waiting_transfers_without_callback),
        cmocka_unit_test(a_borrowed_loop_goes_on_when_ours_is_freed),
        cmocka_unit_test(run_on_a_borrowed_loop_returns_when_ours_is_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

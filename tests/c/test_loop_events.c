/* What a loop waits for besides transfers (bakeoff/loop.h): timers, descriptors, wake-ups. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include <cmocka.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "bakeoff/loop.h"
#include "loop/lag.h"
#include "loop/turns.h"
#include "support_loop.h"
#include "support_process.h"

enum { TIMERS = 1000, MS = 1000000 };

/* --- timers ----------------------------------------------------------------------------------- */

typedef struct clock_test {
    bko_loop *loop;
    unsigned fired;
    uint64_t started;
    int64_t last_due;
    uint64_t last_order;
} clock_test;

typedef struct ticker {
    bko_timer timer;
    clock_test *all;
    int64_t due_ns;
    uint64_t order;
    unsigned times;
} ticker;

static void start(ticker *self, int64_t due_ns) {
    self->due_ns = due_ns;
    self->order = ++self->all->started;
    assert_int_equal(bko_loop_timer_start(self->all->loop, &self->timer, due_ns), 0);
}

static void check_order(bko_timer *timer) {
    ticker *self = (ticker *)timer;
    clock_test *all = self->all;
    assert_true(bko_clock_now_ns() >= self->due_ns);
    assert_true(self->due_ns > all->last_due ||
                (self->due_ns == all->last_due && self->order > all->last_order));
    assert_int_equal(timer->slot, 0);
    all->last_due = self->due_ns;
    all->last_order = self->order;
    all->fired++;
    self->times++;
}

/* Every third timer is stopped again, every fifth is set anew. */
static void timers_fire_in_order_and_never_early(void **state) {
    (void)state;
    clock_test all = {.loop = loop_create_lazy(1, NULL)};
    ticker *tickers = calloc(TIMERS, sizeof *tickers);
    int64_t now = bko_clock_now_ns();
    unsigned draw = 12345;
    for (unsigned i = 0; i < TIMERS; i++) {
        tickers[i] = (ticker){.timer.fire = check_order, .all = &all};
        draw = draw * 1103515245 + 12345;
        int64_t due = now + (draw >> 16) % 30 * MS; /* many share a time */
        start(&tickers[i], due);
    }
    for (unsigned i = 0; i < TIMERS; i++) {
        if (i % 3 == 0) {
            bko_loop_timer_stop(all.loop, &tickers[i].timer);
            bko_loop_timer_stop(all.loop, &tickers[i].timer); /* harmless */
        } else if (i % 5 == 0) {
            start(&tickers[i], now + i % 7 * MS);
        }
    }
    assert_int_equal(bko_loop_run(all.loop), 0);
    for (unsigned i = 0; i < TIMERS; i++) {
        assert_int_equal(tickers[i].times, i % 3 != 0);
    }
    bko_loop_free(all.loop);
    free(tickers);
}

static void start_again(bko_timer *timer) {
    ticker *self = (ticker *)timer;
    if (++self->times < 5) {
        bko_loop_timer_start(self->all->loop, timer, 0);
    }
}

static void a_timer_may_start_itself_again_and_free_stops_all(void **state) {
    (void)state;
    clock_test all = {.loop = loop_create_lazy(1, NULL)};
    ticker one = {.timer.fire = start_again, .all = &all};
    ticker far = {.timer.fire = start_again, .all = &all};
    bko_loop_timer_start(all.loop, &one.timer, 0);
    assert_int_equal(bko_loop_run(all.loop), 0);
    assert_int_equal(one.times, 5);
    bko_loop_timer_start(all.loop, &far.timer, INT64_MAX);
    bko_loop_free(all.loop);
    assert_int_equal(far.timer.slot, 0);
    assert_int_equal(far.times, 0);
}

/* --- lag -------------------------------------------------------------------------------------- */

enum { BUSY_MS = 30, IDLE_MS = 40 };

static void keep_the_loop(bko_timer *timer) {
    int64_t until = bko_clock_now_ns() + BUSY_MS * MS;
    (void)timer;
    while (bko_clock_now_ns() < until) {
    }
}

static void nothing(bko_timer *timer) {
    (void)timer;
}

static void lag_is_what_a_long_turn_keeps_waiting(void **state) {
    (void)state;
    bko_loop *loop = loop_create_lazy(1, NULL);
    bko_histogram *lag = NULL;
    assert_int_equal(bko_histogram_create(&lag), 0);
    bko_timer busy = {.fire = keep_the_loop};
    bko_timer last = {.fire = nothing};
    int64_t now = bko_clock_now_ns();
    bko__loop_watch_lag(loop, lag);
    bko_loop_timer_start(loop, &busy, now + 5 * MS);
    bko_loop_timer_start(loop, &last, now + (BUSY_MS + IDLE_MS) * MS);
    assert_int_equal(bko_loop_run(loop), 0);
    print_message("%d due, p50 %.1f ms, max %.1f ms\n", (int)bko_histogram_count(lag),
                  (double)bko_histogram_quantile(lag, 0.5) / MS,
                  (double)bko_histogram_max(lag) / MS);
    assert_true(bko_histogram_count(lag) >= BUSY_MS + IDLE_MS - 2);
    assert_true(bko_histogram_max(lag) >= (BUSY_MS - 2) * MS);
    assert_true(bko_histogram_quantile(lag, 0.05) < MS); /* nothing was late while it waited */
    uint64_t seen = bko_histogram_count(lag);
    bko__loop_watch_lag(loop, NULL);
    bko_loop_timer_start(loop, &last, bko_clock_now_ns() + 5 * MS);
    assert_int_equal(bko_loop_run(loop), 0);
    assert_int_equal(bko_histogram_count(lag), seen);
    bko_loop_free(loop);
    bko_histogram_free(lag);
}

/* --- descriptors ------------------------------------------------------------------------------ */

typedef struct watching {
    bko_loop *loop;
    bko_watch *watch;
    bko_timer timer;
    int ends[2];
    unsigned times;
} watching;

static void write_byte(bko_timer *timer) {
    watching *self = (watching *)((char *)timer - offsetof(watching, timer));
    assert_int_equal(write(self->ends[1], "x", 1), 1);
}

static void read_byte(void *user) {
    watching *self = user;
    char byte;
    assert_int_equal(read(self->ends[0], &byte, 1), 1);
    if (++self->times < 3) {
        bko_loop_timer_start(self->loop, &self->timer, 0);
    } else {
        bko_watch_free(self->watch); /* from its callback; nothing keeps the loop alive then */
    }
}

static void a_watched_descriptor_calls_until_it_is_not_watched(void **state) {
    (void)state;
    int before = process_descriptors();
    watching self = {.loop = loop_create_lazy(1, NULL), .timer.fire = write_byte};
    assert_int_equal(pipe(self.ends), 0);
    assert_int_equal(bko_loop_watch(self.loop, self.ends[0], read_byte, &self, &self.watch), 0);
    bko_loop_timer_start(self.loop, &self.timer, 0);
    assert_int_equal(bko_loop_run(self.loop), 0);
    assert_int_equal(self.times, 3);
    bko_loop_free(self.loop);
    close(self.ends[0]);
    close(self.ends[1]);
    assert_int_equal(process_descriptors(), before);
}

static void what_cannot_be_watched_is_refused(void **state) {
    (void)state;
    bko_loop *loop = loop_create_lazy(1, NULL);
    bko_watch *watch;
    assert_int_equal(bko_loop_watch(loop, -1, read_byte, NULL, &watch), BKO_ESYS);
    assert_int_equal(errno, EBADF);
    int file = open("/proc/self/maps", O_RDONLY);
    assert_int_equal(bko_loop_watch(loop, file, read_byte, NULL, &watch), BKO_ESYS);
    assert_null(watch);
    close(file);
    bko_watch_free(NULL);
    bko_loop_free(loop);
}

/* --- turns ------------------------------------------------------------------------------------ */

typedef struct turning {
    bko_loop *loop;
    unsigned turns;
} turning;

static void on_turn(void *user) {
    turning *self = user;
    if (++self->turns < 10) {
        bko__loop_wake(self->loop);
        bko__loop_wake(self->loop); /* several wake-ups are one */
    }
}

static void a_wake_up_is_one_turn_and_keeps_the_loop_alive(void **state) {
    (void)state;
    turning self = {.loop = loop_create_lazy(1, NULL)};
    bko__loop_on_turn(self.loop, on_turn, &self);
    bko__loop_wake(self.loop);
    assert_int_equal(bko_loop_run(self.loop), 0);
    assert_int_equal(self.turns, 10);
    bko_loop_free(self.loop);
}

typedef struct owner {
    turning mine;
    uv_timer_t tick;
} owner;

static void release(uv_timer_t *timer) {
    owner *self = timer->data;
    bko__loop_release(self->mine.loop);
}

/* Without the hold, run would return at once; without the release, it would never return, because
 * the owner's timer repeats. */
static void a_hold_waits_for_the_owner_of_a_borrowed_loop(void **state) {
    (void)state;
    uv_loop_t uv;
    owner self = {0};
    assert_int_equal(uv_loop_init(&uv), 0);
    uv_timer_init(&uv, &self.tick);
    self.tick.data = &self;
    uv_timer_start(&self.tick, release, 5, 1000000);
    self.mine.loop = loop_create_lazy(1, &uv);
    bko__loop_hold(self.mine.loop);
    assert_int_equal(bko_loop_run(self.mine.loop), 0);
    bko_loop_free(self.mine.loop);
    uv_close((uv_handle_t *)&self.tick, NULL);
    uv_run(&uv, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&uv), 0);
}

static void a_hold_alone_does_not_hang(void **state) {
    (void)state;
    bko_loop *loop = loop_create_lazy(1, NULL);
    bko__loop_hold(loop);
    assert_int_equal(bko_loop_run(loop), 0);
    bko_loop_free(loop);
}

typedef struct waits {
    unsigned begun, ended;
} waits;

static void wait_begins(void *user) {
    waits *seen = user;
    assert_int_equal(seen->begun++, seen->ended);
}

static void wait_ends(void *user) {
    waits *seen = user;
    assert_int_equal(seen->begun, ++seen->ended);
}

static void count_file(void *user, const bko_file *file) {
    unsigned *times = user;
    (void)file;
    ++*times;
}

static void run_framed(int64_t delay_ns, waits *seen) {
    bko_loop_options options = {.fetch = &loop_plain,
                                .in_flight = 1,
                                .wait_begins = wait_begins,
                                .wait_ends = wait_ends,
                                .wait_user = seen};
    clock_test all = {0};
    ticker one = {.timer.fire = check_order, .all = &all};
    unsigned files = 0;
    assert_int_equal(bko_loop_create(&all.loop, &options), 0);
    start(&one, bko_clock_now_ns() + delay_ns);
    bko_loop_read(all.loop, "/nonexistent", 0, count_file, &files, NULL);
    assert_int_equal(bko_loop_run(all.loop), 0);
    bko_loop_free(all.loop);
    assert_int_equal(one.times, 1);
    assert_int_equal(files, 1);
}

/* On a slow machine everything may be due before the loop waits; then the delay is doubled. */
static void waits_can_be_framed(void **state) {
    (void)state;
    waits seen = {0};
    for (int64_t delay = 5 * MS; seen.begun == 0 && delay < (int64_t)10000 * MS; delay *= 2) {
        run_framed(delay, &seen);
    }
    assert_true(seen.begun > 0);
    assert_int_equal(seen.begun, seen.ended);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lag_is_what_a_long_turn_keeps_waiting),
        cmocka_unit_test(timers_fire_in_order_and_never_early),
        cmocka_unit_test(a_timer_may_start_itself_again_and_free_stops_all),
        cmocka_unit_test(a_watched_descriptor_calls_until_it_is_not_watched),
        cmocka_unit_test(what_cannot_be_watched_is_refused),
        cmocka_unit_test(a_wake_up_is_one_turn_and_keeps_the_loop_alive),
        cmocka_unit_test(a_hold_waits_for_the_owner_of_a_borrowed_loop),
        cmocka_unit_test(a_hold_alone_does_not_hang),
        cmocka_unit_test(waits_can_be_framed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

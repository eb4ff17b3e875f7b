/* Jobs in the general form, items and a task hook, under every native contender that supports it.
 * */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/clock.h"
#include "bakeoff/contender.h"
#include "bakeoff/error.h"
#include "bakeoff/pool.h"
#include "core/clock.h"
#include "core/gil.h"
#include "support_process.h"

enum { JOBS = 40, AT_ONCE = 4 };

static const struct {
    const char *name;
    unsigned workers;
} models[] = {{"sequential", 1}, {"threads", AT_ONCE}, {"processes", AT_ONCE}};

/* The thread sanitizer runs a thread of its own, so forking is refused. */
#ifdef __SANITIZE_THREAD__
enum { MODELS = 2 };
#else
enum { MODELS = 3 };
#endif

/* Shared with worker processes. */
static struct {
    _Atomic unsigned opened, closed, run;
    _Atomic int inside, inside_peak; /* of a section that the lock keeps to one thread */
    int failing_open, failing_job, dying_job;
    _Atomic unsigned sum;
} * shared;

static bko_recorder *recorder;

static int open_shared(void **state) {
    (void)state;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    shared->failing_open = shared->failing_job = shared->dying_job = -1;
    return 0;
}

static int nothing_is_left(void **state) {
    (void)state;
    munmap(shared, sizeof *shared);
    bko_recorder_free(recorder);
    recorder = NULL;
    return process_is_childless() ? 0 : -1;
}

/* --- a hook that adds numbers ----------------------------------------------------------------- */

static int open_hook(void *user, unsigned worker, int shares_process, void **state, char *reason,
                     size_t size) {
    (void)shares_process;
    if ((int)worker == shared->failing_open) {
        snprintf(reason, size, "no task for worker %u", worker);
        return BKO_ETASK;
    }
    atomic_fetch_add(&shared->opened, 1);
    *state = user;
    return BKO_OK;
}

static void close_hook(void *state) {
    (void)state;
    atomic_fetch_add(&shared->closed, 1);
}

/* Counts the threads inside; under the lock there is never more than one. */
static void look_around(void) {
    int inside = atomic_fetch_add(&shared->inside, 1) + 1;
    if (inside > atomic_load(&shared->inside_peak)) {
        atomic_store(&shared->inside_peak, inside);
    }
    int64_t until = bko__clock_thread_cpu_ns() + 200000;
    while (bko__clock_thread_cpu_ns() < until) {
    }
    atomic_fetch_sub(&shared->inside, 1);
}

static int run_hook(void *state, size_t job, const bko_item *item, bko_job_row *row,
                    bko_answer *answer, char *reason, size_t size) {
    unsigned number;
    (void)answer;
    assert_ptr_equal(state, shared);
    memcpy(&number, item->data, sizeof number);
    assert_int_equal(item->size, sizeof number);
    atomic_fetch_add(&shared->run, 1);
    atomic_fetch_add(&shared->sum, number);
    look_around();
    if ((int)job == shared->dying_job) {
        _exit(7);
    }
    bko__blocking_begin();
    usleep(1000);
    bko__blocking_end();
    row->bytes = number;
    row->waited_ns = 1000000;
    row->done_ns = bko_clock_now_ns();
    if ((int)job == shared->failing_job) {
        snprintf(reason, size, "bad luck at http://user:secret@host/");
        return BKO_ETASK;
    }
    return BKO_OK;
}

/* --- one run ---------------------------------------------------------------------------------- */

static unsigned numbers[JOBS];
static bko_item items[JOBS];

static int run(size_t model, size_t count, int one_lock, bko_totals *totals) {
    const bko_task_hook hook = {open_hook, run_hook, close_hook, shared};
    bko_recorder_options options = {.jobs = count};
    void *state;
    for (unsigned i = 0; i < count; i++) {
        numbers[i] = i + 1;
        items[i] = (bko_item){&numbers[i], sizeof numbers[i]};
    }
    bko_recorder_free(recorder);
    assert_int_equal(bko_recorder_create(&recorder, &options), 0);
    const bko_fetch_options fetch = {.keep_body = true};
    const bko_jobs jobs = {.items = items,
                           .count = count,
                           .fetch = &fetch,
                           .task = &hook,
                           .recorder = recorder,
                           .one_lock = one_lock};
    const bko_contender *contender = bko_contender_find(models[model].name);
    int err = contender->setup(&jobs, models[model].workers, &state);
    if (err == BKO_OK) {
        err = contender->work(state);
        contender->teardown(state);
    }
    bko_recorder_totals(recorder, totals);
    return err;
}

static void every_item_is_handled_once_and_recorded(void **state) {
    (void)state;
    for (size_t i = 0; i < MODELS; i++) {
        bko_totals totals;
        atomic_store(&shared->sum, 0);
        assert_int_equal(run(i, JOBS, 0, &totals), BKO_OK);
        assert_int_equal(totals.done, JOBS);
        assert_int_equal(atomic_load(&shared->sum), JOBS * (JOBS + 1) / 2);
        assert_int_equal(totals.bytes, JOBS * (JOBS + 1) / 2);
        assert_int_equal(totals.ipc_bytes > 0, strcmp(models[i].name, "processes") == 0);
        for (size_t job = 0; job < JOBS; job++) {
            const bko_job_row *row = bko_recorder_row(recorder, job);
            assert_true(row->queued_ns <= row->started_ns && row->started_ns <= row->done_ns);
            assert_true(row->done_ns <= row->processed_ns && row->processed_ns == row->ended_ns);
            assert_int_equal(row->bytes, job + 1);
            assert_true(row->cpu_ns >= 200000 && row->cpu_ns < row->ended_ns - row->started_ns);
            assert_true(row->worker < models[i].workers);
        }
    }
    assert_int_equal(atomic_load(&shared->opened), atomic_load(&shared->closed));
}

static void each_worker_tells_its_cpu_time(void **state) {
    (void)state;
    for (size_t i = 0; i < MODELS; i++) {
        bko_totals totals;
        int64_t cpu[BKO_RECORDER_WORKERS];
        int64_t of_workers = 0;
        int64_t of_jobs = 0;
        assert_int_equal(run(i, JOBS, 0, &totals), BKO_OK);
        assert_int_equal(bko_recorder_workers_cpu(recorder, cpu), models[i].workers);
        for (unsigned worker = 0; worker < models[i].workers; worker++) {
            of_workers += cpu[worker];
        }
        for (size_t job = 0; job < JOBS; job++) {
            of_jobs += bko_recorder_row(recorder, job)->cpu_ns;
        }
        assert_true(of_workers >= of_jobs);
    }
}

static void a_failed_task_fails_its_job_alone_without_credentials(void **state) {
    (void)state;
    shared->failing_job = 5;
    for (size_t i = 0; i < MODELS; i++) {
        bko_totals totals;
        assert_int_equal(run(i, JOBS, 0, &totals), BKO_OK);
        assert_int_equal(totals.done, JOBS - 1);
        assert_int_equal(bko_recorder_row(recorder, 5)->error, BKO_ETASK);
        assert_string_equal(bko_recorder_first_reason(recorder),
                            "item 6: bad luck at http://***@host/");
    }
}

static void a_worker_that_dies_loses_its_job_alone(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    bko_totals totals;
    shared->dying_job = 3;
    assert_int_equal(run(2, JOBS, 0, &totals), BKO_OK);
    assert_int_equal(totals.done, JOBS - 1);
    assert_int_equal(totals.lost, 1);
    assert_int_equal(bko_recorder_row(recorder, 3)->error, BKO_ELOST);
}

static void a_hook_that_cannot_be_opened_fails_the_setup(void **state) {
    (void)state;
    for (size_t i = 0; i < MODELS; i++) {
        bko_totals totals;
        shared->failing_open = (int)models[i].workers - 1;
        assert_int_equal(run(i, JOBS, 0, &totals), BKO_ETASK);
        assert_non_null(strstr(bko_recorder_first_reason(recorder), "no task for worker"));
        assert_int_equal(totals.submitted, 0);
    }
}

static void no_items_are_fine(void **state) {
    (void)state;
    for (size_t i = 0; i < MODELS; i++) {
        bko_totals totals;
        assert_int_equal(run(i, 0, 0, &totals), BKO_OK);
        assert_int_equal(totals.submitted, 0);
    }
}

static void with_one_lock_threads_are_inside_one_at_a_time(void **state) {
    (void)state;
    bko_totals totals;
    assert_int_equal(run(1, JOBS, 1, &totals), BKO_OK);
    assert_int_equal(totals.done, JOBS);
    assert_int_equal(atomic_load(&shared->inside_peak), 1);
    assert_true(totals.in_flight_peak > 1); /* waits overlap */
}

static void the_event_loop_has_no_way_of_running_tasks(void **state) {
    (void)state;
    const bko_task_hook hook = {open_hook, run_hook, close_hook, shared};
    const bko_jobs jobs = {.task = &hook};
    void *loop = NULL;
    assert_int_equal(bko_contender_find("eventloop")->setup(&jobs, 2, &loop), BKO_EINVAL);
    assert_null(loop);
}

#define clean(test) cmocka_unit_test_setup_teardown(test, open_shared, nothing_is_left)

int main(void) {
    const struct CMUnitTest tests[] = {
        clean(every_item_is_handled_once_and_recorded),
        clean(each_worker_tells_its_cpu_time),
        clean(a_failed_task_fails_its_job_alone_without_credentials),
        clean(a_worker_that_dies_loses_its_job_alone),
        clean(a_hook_that_cannot_be_opened_fails_the_setup),
        clean(no_items_are_fine),
        clean(with_one_lock_threads_are_inside_one_at_a_time),
        clean(the_event_loop_has_no_way_of_running_tasks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
